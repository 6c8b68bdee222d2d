using System.Text;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>What a release has written, every later one reads, writes and decides in the same bytes. The recordings are kept for ever; see the README beside them.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Recorded => [.. Directory.EnumerateDirectories(GoldenWorkspace.Folder, "release-*").SelectMany(Directory.EnumerateDirectories)
        .Select(folder => Path.GetRelativePath(GoldenWorkspace.Folder, folder).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    static GoldenWorkspace Open(string recorded) => GoldenWorkspace.Open(Path.Combine(GoldenWorkspace.Folder, recorded));

    [Fact]
    public void The_first_release_is_there() =>
        Assert.Equal(Stories.All.Select(story => $"release-1/{story.Name}").Order(StringComparer.Ordinal), Recorded.Select(row => row.Data).Where(name => name.StartsWith("release-1/", StringComparison.Ordinal)));

    [Theory, MemberData(nameof(Recorded))]
    public void No_recorded_file_was_changed_added_or_lost(string recorded)
    {
        var folder = Path.Combine(GoldenWorkspace.Folder, recorded);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, GoldenRecorder.Sums)), GoldenRecorder.SumsOf(folder));
    }

    [Theory, MemberData(nameof(Recorded))]
    public void It_holds_as_many_entries_and_verdicts_as_were_recorded(string recorded)
    {
        using var workspace = Open(recorded);
        using var ledger = workspace.Ledger();
        Assert.Equal(File.ReadAllText(workspace.Scratch.PathOf(GoldenRecorder.Holds)).TrimEnd('\n'), GoldenWorkspace.Summary(ledger.Read()));
    }

    [Theory, MemberData(nameof(Recorded))]
    public async Task Every_verdict_is_decided_again_in_the_same_bytes(string recorded)
    {
        using var workspace = Open(recorded);
        await Replays(workspace);
    }

    [Theory, MemberData(nameof(Recorded))]
    public async Task The_whole_ledger_verifies(string recorded)
    {
        using var workspace = Open(recorded);
        var verified = await workspace.Scratch.Run("ledger", "verify");
        Assert.True(verified.Exit == ExitCode.Done, verified.Data + verified.Talk);
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Every_certificate_verifies_with_the_published_keys(string recorded)
    {
        using var workspace = Open(recorded);
        PublicKey[] keys = [workspace.Key(".muster/keys/runner.pub"), .. ((string[])["mia", "jon", "kai"]).Select(name => workspace.Key($"keys/{name}.pub"))];
        var certificates = Directory.EnumerateFiles(workspace.Scratch.Folder, "*.json").Where(file => Encoding.UTF8.GetString(File.ReadAllBytes(file)).Contains("muster/certificate/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(certificates);
        Assert.All(certificates, file => Assert.IsType<CertificateCheck.Verified>(CertificateFile.Verify(File.ReadAllBytes(file), keys, new())));
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Every_fact_document_and_statement_is_written_in_the_same_bytes(string recorded)
    {
        using var workspace = Open(recorded);
        using var ledger = workspace.Ledger();
        var facts = 0;
        foreach (var entry in ledger.Read())
        {
            var bytes = FactBytes(ledger.EntryBytesAt(entry.Index));
            if (bytes is Value.Fields { Count: 1 } spilled && spilled["blob"] is Value.Text { Is: var blob }) bytes = Value.Parse(Blob(ledger, Digest.Parse(blob)), 128);
            Same<Fact>(CanonicalJson.Bytes(bytes));
            facts++;
            if (entry.Fact is not Fact.Decided decided) continue;
            Same<Document>(Blob(ledger, decided.Document));
            Same<Decision>(Blob(ledger, decided.Statement));
        }

        Assert.Equal(ledger.Size, facts);
    }

    static Value FactBytes(byte[] envelope)
    {
        var payload = Convert.FromBase64String(((Value.Text)((Value.Fields)Value.Parse(envelope))["payload"]!).Is);
        var predicate = (Value.Fields)((Value.Fields)Value.Parse(payload, 128))["predicate"]!;
        return predicate["fact"]!;
    }

    static byte[] Blob(LedgerFolder ledger, Digest digest) => [.. Assert.IsType<BlobReading.Found>(ledger.Blobs.Get(digest)).Bytes];

    static void Same<T>(byte[] bytes) => Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(Statements.ToBytes(Statements.Read<T>(bytes))));

    /// <summary>Were it another digest, an upgrade would void every signature and ask everything anew.</summary>
    [Theory, MemberData(nameof(Recorded))]
    public void The_document_reads_to_the_digest_that_it_had(string recorded)
    {
        using var workspace = Open(recorded);
        using var ledger = workspace.Ledger();
        var reading = Workspace.Read(workspace.Scratch.PathOf("muster.yaml"), out _);
        Assert.Empty(reading.Problems.Where(problem => problem.Gravity == Gravity.Error).Select(problem => problem.Says));
        Assert.Equal(ledger.Read().Select(entry => entry.Fact).OfType<Fact.Decided>().Last().Document, reading.Document!.Digest);
    }

    [Theory, MemberData(nameof(Recorded))]
    public async Task This_version_goes_on_where_that_one_stopped(string recorded)
    {
        using var workspace = Open(recorded);
        string[] gate = recorded.EndsWith("/gated", StringComparison.Ordinal) ? ["live"] : [];
        var before = await Replays(workspace);

        var went = await workspace.Scratch.Run(["gate", .. gate]);

        Assert.True(went.Exit is ExitCode.Go or ExitCode.NoGo or ExitCode.Undecided or ExitCode.Held, went.Talk);
        Assert.Equal(before + 1, await Replays(workspace));
        Assert.Equal(ExitCode.Done, (await workspace.Scratch.Run("ledger", "verify")).Exit);
    }

    /// <summary>The stories are told by this version too, so that the next release is recorded from stories that work.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task What_this_version_writes_is_decided_again_in_the_same_bytes(int story)
    {
        var folder = Directory.CreateTempSubdirectory("muster-golden-").FullName;
        try
        {
            var recorded = Path.Combine(GoldenRecorder.Target(folder), Stories.All[story].Name);
            await GoldenRecorder.Record(Stories.All[story].Tell, recorded);
            using var workspace = GoldenWorkspace.Open(recorded);
            Assert.True(await Replays(workspace) > 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<int> Replays(GoldenWorkspace workspace)
    {
        List<Digest> verdicts;
        using (var ledger = workspace.Ledger()) verdicts = [.. ledger.Read().Where(entry => entry.Fact is Fact.Decided).Select(entry => entry.Id)];
        Assert.NotEmpty(verdicts);
        var all = await workspace.Scratch.Run("replay", "--all");
        Assert.Equal((ExitCode.Done, $"{verdicts.Count} of {verdicts.Count} verdicts the same, byte for byte.\n"), (all.Exit, all.Data));
        var again = await workspace.Scratch.Run("replay", verdicts[verdicts.Count / 2].ToString());
        Assert.True(again.Exit == ExitCode.Done, again.Data + again.Talk);
        return verdicts.Count;
    }
}
