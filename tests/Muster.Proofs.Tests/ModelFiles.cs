using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Readiness;

namespace Muster.Proofs.Tests;

/// <summary>The files beside the model documents, as they are while some flaws are planted. Null: the file is not there.</summary>
static class ModelFiles
{
    public static readonly string Released = Digest.Of("the database, release 3"u8).ToString();
    const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <param name="has">Whether the flaw of a line is planted.</param>
    /// <param name="certificate">The digest of the certificate in the ingress's secret, in hex.</param>
    /// <param name="document">The digest of the launch document that was published.</param>
    public static IEnumerable<(string Path, string? Text)> Of(Func<string, bool> has, string certificate, string document) =>
    [
        ("release.json", $$"""{ "artifacts": { "db": "{{Released}}" } }"""),
        ("dist/manifest.json", $$"""
            { "images": [
              { "service": "collector", "digest": "{{Released}}", "sbom": "collector.json", "scan": "collector-scan.json" },
              { "service": "reader", {{(has("CG-25") ? "" : $"\"digest\": \"{Released}\", ")}}"sbom": "reader.json", "scan": "reader-scan.json" },
              { "service": "writer", "digest": "{{Released}}", "sbom": "writer.json", "scan": "writer-scan.json" } ] }
            """),
        ("dist/images.json", """{ "images": [ "collector", "reader", "writer" ] }"""),
        ("dist/chart.json", has("CG-22") ? null : $$"""{ "digest": "{{Released}}" }"""),
        ("dist/notes.json", """{ "version": "3.0" }"""),
        ("perf/targets.yaml", $"""
            targets:
              - {"{"} id: ingest.latency, at_most: 250, {(has("CG-42") ? "" : "unit: ms, ")}window: 5m {"}"}
              - {"{"} id: query.latency, at_most: 800, unit: ms, window: 5m {"}"}
              - {"{"} id: error.rate, at_most: 0.5, unit: percent, window: 1h {"}"}
            """),
        ("reports/retention.xml", Suite("retention", skipped: has("CG-35"), failed: false)),
        ("reports/architecture.xml", Suite("architecture", skipped: false, failed: has("CG-88"))),
        ("src/COMMIT", Commit),
        ("src/a.txt", "a source"),
        ("src/b.txt", has("CG-81") ? "skip test" : "another source"),
        ("src/leftover.txt", has("AI-26") ? "left over" : null),
        ("chaos/node-lost.json", has("AI-28") ? null : """{ "title": "a node is lost", "method": [] }"""),
        ("profile.json", $$"""{ "durability": "{{(has("AI-33") ? "unknown" : "safe")}}" }"""),
        ("recovery.yaml", $"""
            eu:
              search: {"{"} rto_minutes: 30, rpo_minutes: 5, owner: search-team {"}"}
              ingest: {"{"} rto_minutes: 60, rpo_minutes: 0, owner: ingest-team {"}"}
            us:
              search: {"{"} rto_minutes: 30, rpo_minutes: 5, owner: search-team {"}"}
              ingest: {"{"} {(has("AI-55") ? "" : "rto_minutes: 60, ")}rpo_minutes: 0, owner: ingest-team {"}"}
            """),
        ("records/eu.json", """{ "version": "3.0" }"""),
        ("records/us.json", has("AI-63") ? null : """{ "version": "3.0" }"""),
        ("published.json", $$"""{ "met": {{(has("GR-02") ? 4 : 3)}}, "status": "{{(has("GR-57") ? "Go" : "NoGo")}}", "document": "{{document}}" }"""),
        ("template/.env.example", has("SU-02") ? null : has("SU-65") ? "APP_PORT=8080\necho 'APP_SECRET is not set' >&2" : "APP_PORT=8080"),
        ("tools/environments", "echo 3.14.1"),
        ("tools/packages", has("SU-30") ? null : "echo 10.2.0"),
        ("logs/app.log", "ready"),
        ("data/LOCK", has("SU-68") ? "locked" : null),
        ("tls/secret.json", $$"""{ "sha256": "sha256:{{(has("SU-49") ? Hex("renewed") : certificate)}}" }"""),
        ("backups/nightly.set", has("SU-57") ? "half of the rows" : Rows),
        ("backups/DIGESTS", $"{Hex(Rows + "\n")}  nightly.set"),
        ("backups/TAKEN", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        .. has("SU-67") ? [("bin/smoke", "echo 'ok: UI up, gateway up'")] : (IEnumerable<(string, string?)>)[],
    ];

    /// <summary>Two tests as a test runner writes them down, about the release.</summary>
    static string Suite(string name, bool skipped, bool failed) => $"""
        <testsuites>
          <testsuite name="{name}" tests="2" failures="{(failed ? 1 : 0)}" errors="0" skipped="{(skipped ? 2 : 0)}" timestamp="{Instant.Write(DateTimeOffset.UtcNow)}">
            <properties><property name="release" value="{Released}"/></properties>
            <testcase name="old rows go" classname="{name}" time="0.2">{(skipped ? "<skipped/>" : failed ? "<failure message=\"found one\"/>" : "")}</testcase>
            <testcase name="new rows stay" classname="{name}" time="0.1">{(skipped ? "<skipped/>" : "")}</testcase>
          </testsuite>
        </testsuites>
        """;

    const string Rows = "all of the rows";

    static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
