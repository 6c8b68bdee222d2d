using Muster.Probes;

namespace Muster.Cli.Tests;

/// <summary>
/// Five working copies of one document, as clones of a repository are: a CI job, three signers, a gate job. Each has its own key and its own ledger, and they share nothing but the files that a test carries.
/// </summary>
sealed class Copies : IAsyncDisposable
{
    readonly LoopbackSite _site = LoopbackSite.Start();

    public Scratch Ci { get; } = new();
    public Scratch Mia { get; } = new();
    public Scratch Jon { get; } = new();
    public Scratch Kai { get; } = new();
    public Scratch Gate { get; } = new();

    public Scratch[] All => [Ci, Mia, Jon, Kai, Gate];

    /// <summary>What the site says; the document wants "well".</summary>
    public string Says { get; set; } = "well";

    /// <param name="runners">The line of the document that names whose looks are live.</param>
    public static async Task<Copies> Start(string runners = "runners: { ci: keys/ci.pub, gate: keys/gate.pub }", string control = "")
    {
        var copies = new Copies();
        copies._site.Otherwise = _ => new(200, copies.Says);
        var text = Text(copies._site.Address.AbsoluteUri, runners, control);
        foreach (var copy in copies.All) copy.Write("muster.yaml", text);
        await copies.Ci.Done("key", "runner", "--publish", "keys/ci.pub");
        await copies.Gate.Done("key", "runner", "--publish", "keys/gate.pub");
        using var people = new Scratch();
        await Keys.PutInto(people);
        foreach (var copy in copies.All)
        {
            foreach (var person in (string[])["mia", "jon", "kai"]) Carry(people, copy, $"keys/{person}.pub");
            if (copy != copies.Ci) Carry(copies.Ci, copy, "keys/ci.pub");
            if (copy != copies.Gate) Carry(copies.Gate, copy, "keys/gate.pub");
        }

        foreach (var (copy, person) in new[] { (copies.Mia, "mia"), (copies.Jon, "jon"), (copies.Kai, "kai") })
        {
            Carry(people, copy, $".muster/keys/{person}.key");
            Carry(people, copy, $".muster/keys/{person}.pub");
        }

        return copies;
    }

    static string Text(string address, string runners, string control) => $$"""
        muster: 1
        system: shop
        title: Shop launch
        owner: mia
        people:
          mia: { roles: [ architect ], key: keys/mia.pub }
          jon: { roles: [ devops-lead ], key: keys/jon.pub }
          kai: { roles: [ on-call ], key: keys/kai.pub }
        {{runners}}
        release: { artifacts: { shop: sha256:1111111111111111111111111111111111111111111111111111111111111111 } }
        environments: { production: {} }
        targets: { site: {{address}} }
        controls:
          site.answers:
            title: The site answers
            fix: Start it
            check: { http: site, expect: { status: 200 }{{control}} }
          site.well:
            title: It says that it is well
            fix: Mend it
            check: { http: site, get: /health, expect: { body: { contains: well } }{{control}} }
        gates:
          go-live: { environment: production, require: all, sign: { architect: 1, devops-lead: 1, on-call: 1 } }
        """;

    public static void Carry(Scratch from, Scratch to, string file, string? @as = null)
    {
        var path = to.PathOf(@as ?? file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(from.PathOf(file), path, overwrite: true);
    }

    /// <summary>The CI job looks, and its evidence is carried to the gate job as ci.intoto.jsonl.</summary>
    public async Task Looked()
    {
        var looked = await Ci.Run("check", "--again");
        Assert.True(looked.Exit is ExitCode.Held or ExitCode.NoGo, looked.Talk + looked.Data);
        await Ci.Done("export", "--gate", "go-live", "-o", "ci.intoto.jsonl");
        Carry(Ci, Gate, "ci.intoto.jsonl");
    }

    /// <summary>What lies in a ledger, to see that nothing was written.</summary>
    public static byte[] Log(Scratch copy) => File.Exists(copy.PathOf(".muster/ledger/log")) ? File.ReadAllBytes(copy.PathOf(".muster/ledger/log")) : [];

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        foreach (var copy in All) copy.Dispose();
    }
}
