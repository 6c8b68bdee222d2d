using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Readiness.Tests;

/// <summary>Files in memory, and the reader over them.</summary>
sealed class Desk
{
    public Dictionary<string, byte[]> Files { get; } = [];
    public Dictionary<string, byte[]> Packs { get; } = [];

    public static Desk With(string main) => new() { ["muster.yaml"] = main };

    public string this[string path] { set => Files[path] = Encoding.UTF8.GetBytes(value); }

    public Reading Read() => DocumentReader.Read("muster.yaml", Fetch, TestKinds.All, Zone, name => Packs.TryGetValue(name, out var pack) ? new Fetched.File(pack) : new Fetched.Missing(), Sentences);

    /// <summary>Every line of a checklist is a sentence, unless a test says otherwise.</summary>
    public SentencesOf? Sentences { get; init; } = checklist => [.. Encoding.UTF8.GetString(checklist.Span).Split('\n').Select(line => Digest.Of(Encoding.UTF8.GetBytes(line)))];

    public Document Document()
    {
        var reading = Read();
        Assert.True(reading.Document is not null, ProblemText.Render(reading.Problems));
        return reading.Document!;
    }

    /// <summary>The only error there is.</summary>
    public Problem Error() => Assert.Single(Read().Problems, problem => problem.Gravity == Gravity.Error);

    public string Rendered() => ProblemText.Render(Read().Problems);

    /// <summary>A document around controls, with one target <c>api</c> and one environment that consents to everything.</summary>
    public static Desk Controls(string controls, string more = "people: { lee: { roles: [ lead ] } }") => With(
        $$"""
        muster: 1
        system: shop
        environments: { here: { consent: [ active, destructive ], values: { host: shop.test } } }
        targets: { api: https://$(host), db: postgres://db.test }
        {{more}}
        controls:
        {{controls}}
        gates: { go: { environment: here } }
        """);

    public static Step Step(string check) => Assert.Single(Assert.Single(Assert.Single(Assert.Single(Controls($"  c: {{ check: {check} }}").Document().Controls).Cells).Parts).Steps);

    public static Matcher Matcher(string expect) => Assert.Single(Step($"{{ http: api, expect: {expect} }}").Expect.Fields, field => field.Path == expect.Trim('{', ' ').Split(':')[0].Trim('"')).Matcher;

    public static string Pem(int seed = 0)
    {
        if (Keys.TryGetValue(seed, out var pem)) return pem;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Keys[seed] = key.ExportSubjectPublicKeyInfoPem();
    }

    static readonly System.Collections.Concurrent.ConcurrentDictionary<int, string> Keys = [];

    Fetched Fetch(string path)
    {
        if (Files.TryGetValue(path, out var bytes)) return bytes.Length > DocumentReader.MostFileBytes ? new Fetched.TooLarge() : new Fetched.File(bytes);
        var within = Files.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal)).Select(file => file[(path.Length + 1)..].Split('/')[0]).Distinct().ToImmutableArray();
        return within.IsEmpty ? new Fetched.Missing() : new Fetched.Folder(within);
    }

    static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
