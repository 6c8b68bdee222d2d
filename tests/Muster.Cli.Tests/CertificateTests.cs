using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>One file that proves a verdict, and the verdicts of a ledger computed again.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    static readonly string OtherRelease = Digest.Of("another"u8).ToString();
    Launch _launch = null!;

    public async ValueTask InitializeAsync()
    {
        _launch = await Launch.Of(new() { Gate = ", sign: { architect: 1 }" });
        Assert.Equal(ExitCode.Held, (await _launch.Run("check")).Exit);
        await _launch.Done("sign", "--as", "mia");
        await _launch.Done("certify", "-o", "launch.json");
    }

    Task<Ran> Verify(params string[] more) => _launch.Run(["verify", "launch.json", "--key", ".muster/keys/runner.pub", .. more]);

    [Fact]
    public async Task It_verifies_for_what_it_was_given_for()
    {
        var ran = await Verify("--key", "keys/mia.pub", "--gate", "go", "--environment", "local", "--at", "2030-01-01T00:00:00Z");

        Assert.Equal(ExitCode.Go, ran.Exit);
        Assert.StartsWith("VERIFIED: GO for go in local", ran.Data, StringComparison.Ordinal);
        Assert.Contains("Lapsed since", ran.Data, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "--gate stop", "gate" },
        { "--env staging", "environment" },
        { $"--release {OtherRelease}", "release" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task For_anything_else_it_is_refused_with_4(string more, string names)
    {
        var ran = await Verify(more.Split(' '));
        Assert.Equal(ExitCode.NotVerified, ran.Exit);
        Assert.StartsWith("REFUSED. ", ran.Data, StringComparison.Ordinal);
        Assert.Contains(names, ran.Data.Split('\n')[0], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task With_another_key_or_one_bit_flipped_it_is_refused_with_4()
    {
        Assert.Equal(ExitCode.NotVerified, (await _launch.Run("verify", "launch.json", "--key", "keys/jon.pub")).Exit);

        var bytes = await File.ReadAllBytesAsync(_launch.Folder.PathOf("launch.json"), TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_launch.Folder.PathOf("launch.json"), bytes, TestContext.Current.CancellationToken);

        var flipped = await Verify("-f", "json");
        Assert.Equal((ExitCode.NotVerified, Value.False), (flipped.Exit, flipped.Json["verified"]));
        Assert.Null(flipped.Json["verdict"]);
    }

    [Fact]
    public async Task A_NO_GO_can_be_certified_and_exits_as_what_it_says()
    {
        using var failing = await Launch.Of(new() { Expected = false });
        await failing.Run("check");
        Assert.Equal(ExitCode.NoGo, (await failing.Run("certify", "-o", "launch.json")).Exit);
        Assert.Equal(ExitCode.NoGo, (await failing.Run("verify", "launch.json", "--key", ".muster/keys/runner.pub")).Exit);
    }

    [Fact]
    public async Task An_old_verdict_replays_the_same_after_the_document_has_changed()
    {
        var old = ((Value.Text)(await _launch.Run("replay", "last", "-f", "json")).Json["entry"]!).Is;
        _launch.Change("value: true", "value: false");
        Assert.Equal(ExitCode.NoGo, (await _launch.Run("check")).Exit);

        var replayed = await _launch.Done("replay", old);
        var newest = await _launch.Done("replay", "last");

        Assert.StartsWith("The same, byte for byte: GO for go", replayed.Data, StringComparison.Ordinal);
        Assert.StartsWith("The same, byte for byte: NO-GO for go", newest.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_whose_document_is_gone_is_4_and_says_what_to_restore()
    {
        Directory.Delete(_launch.Folder.PathOf(".muster/blobs"), recursive: true);
        var ran = await _launch.Run("replay", "last");
        Assert.Equal(ExitCode.NotVerified, ran.Exit);
        Assert.Contains("restore .muster/blobs", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_kept_earlier_is_continued()
    {
        File.Copy(_launch.Folder.PathOf(".muster/ledger/checkpoint"), _launch.Folder.PathOf("kept"));
        await _launch.Done("check", "--again");
        await _launch.Done("ledger", "verify", "--since", "kept");
        await _launch.Done("certify", "-o", "later.json", "--since", "kept");
        await _launch.Done("verify", "later.json", "--key", ".muster/keys/runner.pub", "--since", "kept");
    }

    public ValueTask DisposeAsync()
    {
        _launch.Dispose();
        return ValueTask.CompletedTask;
    }
}
