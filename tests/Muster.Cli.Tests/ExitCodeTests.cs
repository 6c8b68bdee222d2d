using Muster.Cli.Demo;

namespace Muster.Cli.Tests;

/// <summary>The documented exit codes, from the real executable, the same in every format.</summary>
public sealed class ExitCodeTests : IDisposable
{
    readonly Scratch _scratch = new();

    public static TheoryData<string> Formats => ["text", "json", "md", "html"];

    const string Head = """
        muster: 1
        system: shop
        owner: architect
        people:
          mia: { roles: [ architect ], key: keys/mia.pub }
          jon: { roles: [ devops-lead ], key: keys/jon.pub }
        environments: { local: {} }

        """;

    async Task Document(string rest)
    {
        _scratch.Write("muster.yaml", Head + rest);
        foreach (var person in (string[])["mia", "jon"])
            if (!File.Exists(_scratch.PathOf($"keys/{person}.pub"))) Assert.Equal(0, (await Run("key", "new", person)).Exit);
        _scratch.Write("facts.json", """{ "ok": true }""");
    }

    static string Gate(string more = "") => $"gates: {{ go: {{ environment: local, require: all{more} }} }}\n";

    static string Control(string expected, string more = "") => $"""
        controls:
          a.fact:
            title: The fact is so
            check: {"{"} file: {"{"} path: facts.json, read: /ok {"}"}, expect: {"{"} value: {expected} {"}"} {"}"}
        {more}
        """;

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task GO_is_0(string format)
    {
        await Document(Control("true") + Gate());
        Assert.Equal(0, (await Run("check", "-f", format)).Exit);
        Assert.Equal(0, (await Run("gate", "go", "--strict", "-f", format)).Exit);
        Assert.Equal(0, (await Run("report", "-f", format)).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task NO_GO_is_1(string format)
    {
        await Document(Control("false") + Gate());
        Assert.Equal(1, (await Run("check", "-f", format)).Exit);
        Assert.Equal(1, (await Run("gate", "-f", format)).Exit);
        Assert.Equal(1, (await Run("report", "-f", format)).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task UNDECIDED_is_2(string format)
    {
        await Document(Control("true") + Gate());
        Assert.Equal(2, (await Run("gate", "-f", format)).Exit);
        File.Delete(_scratch.PathOf("facts.json"));
        _scratch.Write("muster.yaml", Head + "controls: { a.line: { title: Prose } }\n" + Gate());
        Assert.Equal(2, (await Run("check", "-f", format)).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_bad_document_or_command_line_is_3(string format)
    {
        Assert.Equal(3, (await Run("check", "-f", format)).Exit);
        _scratch.Write("muster.yaml", "muster: 1\nsistem: shop\n");
        Assert.Equal(3, (await Run("check", "-f", format)).Exit);
        Assert.Equal(3, (await Run("chekc", "-f", format)).Exit);
        Assert.Equal(3, (await Run("check", "--jobs", "none")).Exit);
        Assert.Equal(3, (await Run("gate", "-f", "xml")).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_ledger_that_does_not_verify_is_4(string format)
    {
        await Document(Control("true") + Gate());
        Assert.Equal(0, (await Run("check")).Exit);
        var log = _scratch.PathOf(".muster/ledger/log");
        var bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf("payload"u8) + 30] ^= 4;
        await File.WriteAllBytesAsync(log, bytes, TestContext.Current.CancellationToken);

        Assert.Equal(4, (await Run("gate", "-f", format)).Exit);
        Assert.Equal(4, (await Run("ledger", "verify")).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task HELD_is_5(string format)
    {
        await Document(Control("true") + Gate(", sign: { architect: 1 }"));
        Assert.Equal(5, (await Run("check", "-f", format)).Exit);
        Assert.Equal(5, (await Run("report", "-f", format)).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task CONDITIONAL_GO_is_0_and_10_under_strict(string format)
    {
        await Document(Control("true", """
              b.fact:
                title: It would be nice
                mode: warn
                check: { file: { path: facts.json, read: /ok }, expect: { value: false } }
            """) + Gate());
        Assert.Equal(0, (await Run("check", "-f", format)).Exit);
        Assert.Equal(10, (await Run("gate", "--strict", "-f", format)).Exit);
        Assert.Equal(10, (await Run("report", "--strict", "-f", format)).Exit);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Opened_by_break_glass_is_11(string format)
    {
        await Document(Control("false") + Gate(", sign: { architect: 1 }, break_glass: [ architect, devops-lead ]"));
        Assert.Equal(1, (await Run("check")).Exit);
        Assert.Equal(1, (await Run("break-glass", "--because", "the shop is down", "--for", "4h", "--as", "mia")).Exit);
        Assert.Equal(11, (await Run("break-glass", "--because", "the shop is down", "--for", "4h", "--as", "jon")).Exit);
        Assert.Equal(11, (await Run("gate", "-f", format)).Exit);
    }

    [Fact]
    public async Task Interrupted_is_130_and_what_was_seen_before_is_kept()
    {
        await using var slow = Muster.Probes.LoopbackSite.Start();
        using var asked = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        slow.Otherwise = _ =>
        {
            asked.Release();
            release.Wait(TimeSpan.FromSeconds(30));
            return new(200, "late");
        };
        await Document($"targets: {{ site: \"http://127.0.0.1:{slow.Port}\" }}\n" + Control("true", """
              b.slow: { title: It answers, check: { http: site } }
            """) + Gate());
        var check = Executable.Start(_scratch.Folder, "check", "--jobs", "1");
        Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", check.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var ran = await Executable.Finish(check);
        release.Set();

        Assert.Equal(130, ran.Exit);
        Assert.Contains("interrupted", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("a.fact", (await Run("ledger", "show")).Data, StringComparison.Ordinal);
    }

    Task<Ran> Run(params string[] words) => Executable.Run(_scratch.Folder, words);

    public void Dispose() => _scratch.Dispose();
}
