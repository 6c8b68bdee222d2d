using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>What lies beside a release, written as the usual programs write it; and backups, the standard one of a real database, a real cache and a folder, made and read by the usual programs.</summary>
sealed class ArtifactsEyes : IEyes
{
    const string Finding = """{ "VulnerabilityID": "CVE-2026-1001", "PkgName": "libfirst", "PkgIdentifier": { "PURL": "pkg:deb/debian/libfirst@1.0" }, "InstalledVersion": "1.0", "Severity": "CRITICAL" }""";
    static readonly string Web = Digest.Of("web, release 3"u8).ToString(), Api = Digest.Of("api, release 3"u8).ToString(), Other = Digest.Of("web, release 2"u8).ToString();
    /// <summary>From when backups are counted back.</summary>
    readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();
    PostgresServer _database = null!;
    RedisServer _cache = null!;
    string _folder = "";

    public string Name => "artifacts";

    public Lane Lane => Lane.Reading;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["CG-26", "CG-68", "CG-84"], "the bill of materials of an image is of the release before", _ => WebBill(of: Other), _ => WebBill()),
        new(["CG-26", "CG-68"], "the chart is packed anew, and its bill of materials is not", _ => Write("dist/chart.tgz", "another chart"), _ => ChartBill("another chart")),
        new(["CG-26", "CG-68", "CG-27", "CG-69", "CG-84"], "an image more is released, and nobody described or scanned it", _ => Write("dist/images.json", """{ "images": [ "web", "api", "worker" ] }"""), _ => Write("dist/images.json", """{ "images": [ "web", "api" ] }""")),
        new(["CG-26", "CG-68"], "the bill of materials of an image has the right head and no parts", _ => WebBill(empty: true), _ => WebBill(), "unproven"),
        new(["CG-84"], "a second queue comes in with a library, within another part", _ => WebBill(within: """, "components": [ { "type": "library", "name": "fastqueue", "version": "3.1", "purl": "pkg:npm/fastqueue@3.1" } ]"""), _ => WebBill()),
        new(["CG-84"], "the agreed queue is in an image no more", _ => WebBill(bridge: "other-bridge"), _ => WebBill()),
        new(["CG-27", "CG-69"], "an image was scanned with a database of last week", _ => Database(TimeSpan.FromDays(8)), _ => Database(TimeSpan.FromHours(3))),
        new(["CG-27", "CG-69"], "the scan is of another image", _ => WebScan(of: Other), _ => WebScan()),
        new(["CG-27", "CG-69"], "the scanner did not know the operating system", _ => WebScan(kind: "lang-pkgs"), _ => WebScan()),
        new(["CG-27", "CG-69"], "the scanner looked at nothing and found nothing", _ => WebScan(nothing: true), _ => WebScan(), "unproven"),
        new(["CG-69"], "a scan finds another critical vulnerability", _ => WebScan(more: ", " + Finding.Replace("1001", "1005", StringComparison.Ordinal)), _ => WebScan()),
        new(["CG-69"], "a scan finds what the ended exception was for", _ => WebScan(more: ", " + Finding.Replace("1001", "1002", StringComparison.Ordinal)), _ => WebScan()),
        new(["CG-69"], "the excepted vulnerability is in another package", _ => WebScan(more: ", " + Finding.Replace("libfirst", "libsecond", StringComparison.Ordinal)), _ => WebScan()),
        new(["CG-69"], "the scanner was told to leave a critical finding out", _ => WebScan(hidden: Finding.Replace("1001", "1006", StringComparison.Ordinal)), _ => WebScan()),
        new(["CG-69"], "the statement that a finding does no harm is taken back", _ => Statement("affected"), _ => Statement("not_affected")),
        new(["AI-53"], "a backup lacks its log", _ => Gone($"backups/store/{Round(2)}/store.wal"), _ => Store()),
        new(["AI-53"], "one byte of a snapshot is flipped", _ => Write($"backups/store/{Round(1)}/store.snapshot", "snapshoT 1"), _ => Store()),
        new(["AI-53"], "a round was left out", _ => GoneFolder($"backups/store/{Round(2)}"), _ => Store()),
        new(["PB-39", "SU-78"], "one that is too old was not deleted", _ => Daily(40), _ => Gone(DailyName(40))),
        new(["PB-39", "SU-78"], "the oldest week was deleted early", _ => Each(24, 30, day => Gone(DailyName(day))), _ => Each(24, 30, Daily)),
        new(["PB-39", "SU-78"], "one in the middle is gone", _ => Gone(DailyName(12)), _ => Daily(12)),
        new(["SU-50"], "the standard backup forgets a store", _ => Backup("relational.dump cache.rdb"), _ => Mended()),
        new(["SU-50"], "the standard backup does not clean up", _ => Backup(cleans: false), _ => Mended()),
        new(["SU-50"], "the dump of the database is cut off before its checksum is taken, so that only the other reader notices", _ => Backup(cut: true), _ => Mended()),
        new(["SU-50"], "the standard backup takes no checksums", _ => Backup(sums: false), _ => Mended()),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        _database = await PostgresServer.Start(new(), cancel);
        await _database.Run("create table orders as select i, md5(i::text) from generate_series(1, 20000) i", cancel);
        _cache = await RedisServer.Start([], cancel);
        await _cache.Run(null, ["set", "cart", "1"], cancel);
        await Write("keeper", _database.Password);
        await Write("graph/nodes.csv", "1,orders\n");
        await Write("dist/chart.tgz", "chart");
        await Write("dist/release.json", $$"""{ "artifacts": { "web": "{{Web}}", "api": "{{Api}}" } }""");
        await Write("dist/images.json", """{ "images": [ "web", "api" ] }""");
        await Write("read-backup", """
            set -eu
            new=backups/standard/$(ls backups/standard | tail -n 1)
            pg_restore -f read.sql "$new/relational.dump"
            redis-check-rdb "$new/cache.rdb" > read.txt
            printf '{ "tables": %d, "keys": %d, "nodes": %d }' "$(grep -c '^COPY ' read.sql)" "$(sed -n 's/^.* \([0-9]*\) keys read$/\1/p' read.txt)" "$(tar -xOf "$new/graph.tar" ./nodes.csv | wc -l)"

            """);
        await WebBill();
        await Write("dist/api.spdx.json", $$"""
            { "spdxVersion": "SPDX-2.3", "creationInfo": { "created": "{{Now}}", "creators": [ "Tool: lister-1.0" ] }, "documentDescribes": [ "SPDXRef-api" ],
              "packages": [ { "SPDXID": "SPDXRef-api", "name": "api", "versionInfo": "{{Api}}" },
                { "SPDXID": "SPDXRef-b", "name": "@shop/queue-bridge", "versionInfo": "1.0", "externalRefs": [ { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/%40shop/queue-bridge@1.0" } ] } ] }
            """);
        await ChartBill("chart");
        await Database(TimeSpan.FromHours(3));
        await Statement("not_affected");
        await Write("dist/api.scan.json", $$"""
            { "matches": [], "ignoredMatches": [], "source": { "type": "image", "target": { "userInput": "api:3", "manifestDigest": "{{Api}}" } }, "distro": { "name": "debian", "version": "12" },
              "descriptor": { "name": "grype", "version": "0.90.0", "timestamp": "{{Now}}", "db": { "status": { "built": "{{Ago(TimeSpan.FromHours(3))}}", "valid": true } } } }
            """);
        await Store();
        await Each(0, 30, Daily);
        await Backup();
        return new Dictionary<string, int> { ["db"] = _database.Port, ["cache"] = _cache.Port };
    }

    Task WebBill(string? of = null, string within = "", bool empty = false, string bridge = "%40shop/queue-bridge") => Write("dist/web.cdx.json", $$"""
        { "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": { "timestamp": "{{Now}}", "component": { "type": "container", "name": "web", "version": "{{of ?? Web}}" } },
          "components": [ {{(empty ? "" : $$"""{ "type": "library", "name": "bridge", "version": "1.0", "purl": "pkg:npm/{{bridge}}@1.0"{{within}} }""")}} ] }
        """);

    Task ChartBill(string chart) => Write("dist/chart.cdx.json", $$"""
        { "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": { "timestamp": "{{Now}}", "component": { "type": "application", "name": "chart", "hashes": [ { "alg": "SHA-256", "content": "{{Sum(chart)}}" } ] } },
          "components": [ { "type": "application", "name": "web", "version": "3", "purl": "pkg:oci/web@{{Web.Replace(":", "%3A", StringComparison.Ordinal)}}" } ] }
        """);

    /// <summary>Two findings: one that the document excepts, and one of which a statement says that it does no harm.</summary>
    Task WebScan(string? of = null, string kind = "os-pkgs", string more = "", string? hidden = null, bool nothing = false) => Write("dist/web.scan.json", $$"""
        { "SchemaVersion": 2, "CreatedAt": "{{Now}}", "ArtifactName": "registry.shop.test/web:3", "ArtifactType": "container_image",
          "Metadata": { "OS": { "Family": "debian", "Name": "12.9" }, "RepoDigests": [ "registry.shop.test/web@{{of ?? Web}}" ] },
          "{{(nothing ? "Nothing" : "Results")}}": [ { "Target": "web (debian 12.9)", "Class": "{{kind}}", "Type": "debian", "Packages": [ { "Name": "libfirst" }, { "Name": "libsecond" } ],
            "ExperimentalModifiedFindings": [ {{(hidden is null ? "" : $$"""{ "Type": "vulnerability", "Status": "ignored", "Finding": {{hidden}} }""")}} ],
            "Vulnerabilities": [ {{Finding}}, {{Finding.Replace("1001", "1003", StringComparison.Ordinal)}}{{more}} ] } ] }
        """);

    /// <summary>What was scanned before is as old as it was: another database means another scan.</summary>
    async Task Database(TimeSpan age)
    {
        await Write("dist/database.json", $$"""{ "Version": "0.60.0", "VulnerabilityDB": { "Version": 2, "UpdatedAt": "{{Ago(age)}}" } }""");
        await WebScan();
    }

    async Task Statement(string status)
    {
        await Write("dist/web.vex.json", $$"""
            { "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://shop.test/vex/web", "author": "mia", "timestamp": "{{Now}}", "version": 1,
              "statements": [ { "vulnerability": { "name": "CVE-2026-1003" }, "products": [ { "@id": "pkg:oci/web@{{Web.Replace(":", "%3A", StringComparison.Ordinal)}}" } ], "status": "{{status}}", "justification": "vulnerable_code_not_in_execute_path" } ] }
            """);
        await WebScan();
    }

    string Round(int back) => _start.AddHours(-1 - 6 * back).ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture);

    async Task Store()
    {
        for (var back = 0; back < 5; back++)
        {
            var (snapshot, log) = ($"snapshot {back}", $"log {back}");
            await Write($"backups/store/{Round(back)}/store.snapshot", snapshot);
            await Write($"backups/store/{Round(back)}/store.wal", log);
            await Write($"backups/store/{Round(back)}/SHA256SUMS", $"{Sum(snapshot)}  store.snapshot\n{Sum(log)}  store.wal\n");
        }
    }

    string DailyName(int day) => $"backups/daily/shop-{_start.AddDays(-day).AddHours(-1).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.sql";

    Task Daily(int day) => Write(DailyName(day), "--\n-- PostgreSQL database dump\n--\ncreate table orders (id int);\n--\n-- PostgreSQL database dump complete\n--\n");

    static async Task Each(int from, int to, Func<int, Task> act)
    {
        for (var day = from; day <= to; day++) await act(day);
    }

    /// <summary>A backup that was wrong is deleted; it would be wrong for as long as it is kept.</summary>
    Task Mended()
    {
        Directory.Delete(Path.Combine(_folder, "backups/standard"), recursive: true);
        return Backup();
    }

    /// <summary>The script of the standard backup; beside it an old backup that it must delete.</summary>
    async Task Backup(string taken = "relational.dump cache.rdb graph.tar", bool cleans = true, bool cut = false, bool sums = true)
    {
        await Write("backups/standard/2026-01-01T02-00-00Z/relational.dump", "--\n-- PostgreSQL database dump\n--\n-- PostgreSQL database dump complete\n");
        await Write("standard-backup", $"""
            set -eu
            rm -rf making; mkdir -p making backups/standard
            export PGPASSWORD="$(cat keeper)"
            pg_dump -h 127.0.0.1 -p "$1" -U postgres -Fc -f making/relational.dump shop
            {(cut ? "truncate -s -2000 making/relational.dump" : "")}
            redis-cli -h 127.0.0.1 -p "$2" --rdb making/cache.rdb > /dev/null
            tar -C graph -cf making/graph.tar .
            cd making
            for one in *; do case " {taken} " in *" $one "*) ;; *) rm "$one" ;; esac; done
            {(sums ? "sha256sum * > SHA256SUMS; sha256sum --quiet --check SHA256SUMS" : "")}
            cd ..
            mv making "backups/standard/$(date -u +%Y-%m-%dT%H-%M-%SZ)"
            limit=$(date -u -d '7 days ago' +%Y-%m-%dT%H-%M-%SZ)
            {(cleans ? "for one in backups/standard/*; do if [ \"$(basename \"$one\")\" \\< \"$limit\" ]; then rm -r \"$one\"; fi; done" : "")}

            """);
    }

    static string Now => Ago(TimeSpan.Zero);

    static string Ago(TimeSpan age) => Instant.Write(TimeProvider.System.GetUtcNow() - age);

    static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    Task Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
        return File.WriteAllTextAsync(Path.Combine(_folder, name), text);
    }

    Task Gone(string name)
    {
        File.Delete(Path.Combine(_folder, name));
        return Task.CompletedTask;
    }

    Task GoneFolder(string name)
    {
        Directory.Delete(Path.Combine(_folder, name), recursive: true);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cache is not null) await _cache.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }
}
