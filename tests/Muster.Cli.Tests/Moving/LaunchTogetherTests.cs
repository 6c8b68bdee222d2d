using System.Text;

namespace Muster.Cli.Tests;

/// <summary>One launch over five machines that pass each other nothing but files: from HELD to GO; and one byte changed anywhere on the way is found, told, and opens nothing.</summary>
public sealed class LaunchTogetherTests
{
    /// <summary>Every so many bytes of a file one is changed.</summary>
    const int Every = 97;

    static async Task Reviewed(Copies copies)
    {
        await copies.Looked();
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        Assert.Equal(ExitCode.Held, (await copies.Gate.Run("gate")).Exit);
        await copies.Gate.Done("review", "open", "go-live", "-o", "review.html");
        foreach (var copy in (Scratch[])[copies.Mia, copies.Jon, copies.Kai]) Copies.Carry(copies.Gate, copy, "review.html");
    }

    static async Task Signed(Copies copies)
    {
        await Reviewed(copies);
        foreach (var (copy, person) in new[] { (copies.Mia, "mia"), (copies.Jon, "jon"), (copies.Kai, "kai") })
        {
            var signed = await copy.Done("sign", "--review", "review.html", "--as", person);
            Assert.Contains("site.answers", signed.Data, StringComparison.Ordinal);
            Copies.Carry(copy, copies.Gate, $"{person}.go-live.sig.intoto.jsonl");
        }
    }

    [Fact]
    public async Task Five_working_copies_come_from_HELD_to_GO_by_files_alone()
    {
        await using var copies = await Copies.Start();
        await Signed(copies);

        var imported = await copies.Gate.Done("import", "mia.go-live.sig.intoto.jsonl", "jon.go-live.sig.intoto.jsonl", "kai.go-live.sig.intoto.jsonl");

        Assert.Contains("by mia for go-live as architect: counts", imported.Data, StringComparison.Ordinal);
        Assert.Contains("go-live would be GO now", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Go, (await copies.Gate.Run("gate", "--strict")).Exit);
        await copies.Gate.Done("certify", "-o", "launch.json");
        Copies.Carry(copies.Gate, copies.Kai, "launch.json");
        var verified = await copies.Kai.Run("verify", "launch.json", "--key", "keys/gate.pub", "--gate", "go-live", "--env", "production", "--strict");
        Assert.Equal(ExitCode.Go, verified.Exit);
        await copies.Gate.Done("ledger", "verify");
        await copies.Gate.Done("replay", "last");
        Assert.False(Directory.Exists(copies.Mia.PathOf(".muster/ledger")));
    }

    [Fact]
    public async Task One_byte_changed_anywhere_in_a_bundle_is_refused_and_nothing_is_taken_in()
    {
        await using var copies = await Copies.Start();
        await copies.Looked();
        await Each(copies, copies.Gate, "ci.intoto.jsonl", ["import", "ci.intoto.jsonl"], ExitCode.Undecided);
    }

    [Fact]
    public async Task One_byte_changed_anywhere_in_a_signature_file_is_refused_and_the_gate_stays_shut()
    {
        await using var copies = await Copies.Start();
        await Signed(copies);
        await Each(copies, copies.Gate, "mia.go-live.sig.intoto.jsonl", ["import", "mia.go-live.sig.intoto.jsonl"], ExitCode.Held);
    }

    [Fact]
    public async Task One_byte_changed_anywhere_in_a_review_is_refused_and_nothing_is_signed()
    {
        await using var copies = await Copies.Start();
        await Reviewed(copies);
        await Each(copies, copies.Mia, "review.html", ["sign", "--review", "review.html", "--as", "mia"], ExitCode.Undecided);
        Assert.Empty(Directory.EnumerateFiles(copies.Mia.Folder, "*.sig.intoto.jsonl"));
    }

    static async Task Each(Copies copies, Scratch at, string file, string[] words, int gate)
    {
        var good = File.ReadAllBytes(at.PathOf(file));
        var log = Copies.Log(at);
        var positions = Enumerable.Range(0, good.Length).Where(position => position % Every == 0 || position < 8 || position >= good.Length - 8 || good[position] == '\n').ToList();
        Assert.True(positions.Count > 10);
        foreach (var position in positions)
        {
            var bytes = good.ToArray();
            bytes[position] ^= (byte)(1 << position % 7);
            File.WriteAllBytes(at.PathOf(file), bytes);
            var ran = await at.Run(words);
            Assert.True(ran.Exit is ExitCode.BadInput or ExitCode.NotVerified && ran.Data.Length == 0, $"byte {position} of {file}: {ran.Exit} {ran.Talk} {Encoding.UTF8.GetString(good.AsSpan(Math.Max(0, position - 20)..Math.Min(good.Length, position + 20)))}");
            Assert.Contains("Fix: ", ran.Talk, StringComparison.Ordinal);
            Assert.Equal(log, Copies.Log(at));
        }

        Assert.Equal(gate, (await at.Run("gate")).Exit);
        File.WriteAllBytes(at.PathOf(file), good);
        await at.Done(words);
        foreach (var written in Directory.EnumerateFiles(copies.Mia.Folder, "*.sig.intoto.jsonl")) File.Delete(written);
    }
}
