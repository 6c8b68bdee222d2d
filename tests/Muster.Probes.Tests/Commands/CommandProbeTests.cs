using Muster.Readiness;

namespace Muster.Probes.Tests.Commands;

public class CommandProbeTests
{
    static readonly RunnerOptions Allowed = Probing.Options with { MayRunCommands = true, Folder = Path.GetTempPath() };

    static Task<Sight> Look(string script, params (string, Value)[] more) => Probing.Look(Allowed, "command", [("target", Value.Texts(["/bin/sh", "-c", script])), .. more]);

    [Fact]
    public async Task A_program_is_shown_by_its_end_and_its_output()
    {
        var seen = (await Look("echo '{\"pending\":0}'; echo oops >&2; exit 3", ("read", "/pending"))).Observation!;

        Assert.Equal(3, seen["exit_code"]);
        Assert.Equal("oops\n", seen["stderr"]);
        Assert.Equal(Value.Of(("pending", 0)), seen["json"]);
        Assert.Equal(0, seen["value"]);
    }

    [Fact]
    public async Task Arguments_are_passed_on_as_they_are()
    {
        var sight = await Probing.Look(Allowed, "command", ("target", Value.Texts(["/bin/echo", "$HOME; exit 1", "a  b"])));

        Assert.Equal("$HOME; exit 1 a  b\n", sight.Observation!["stdout"]);
    }

    [Fact]
    public async Task Only_what_is_named_is_in_its_environment()
    {
        Environment.SetEnvironmentVariable("MUSTER_TEST_HIDDEN", "hidden");

        var seen = (await Look("env", ("environment", Value.Of(("GIVEN", "given"))))).Observation!;

        var text = ((Value.Text)seen["stdout"]!).Is;
        Assert.Contains("GIVEN=given", text, StringComparison.Ordinal);
        Assert.Contains("PATH=", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_is_given() => Assert.Equal("hello", (await Look("cat", ("input", "hello"))).Observation!["stdout"]);

    [Fact]
    public async Task Commands_need_the_option_and_consent()
    {
        Probing.Blind(await Probing.Look(Probing.Options, "command", ("target", Value.Texts(["/bin/true"]))), Blind.NoConsent, "not allowed");
        Probing.Blind(await Probing.Look(Allowed with { Consent = _ => [] }, "command", ("target", Value.Texts(["/bin/true"]))), Blind.NoConsent, "staging");
    }

    [Fact]
    public async Task Endless_output_is_too_large_and_ends() => Probing.Blind(await Look("yes"), Blind.TooLarge, "1048576");

    [Fact]
    public async Task A_program_that_is_not_there_is_named() =>
        Probing.Blind(await Probing.Look(Allowed, "command", ("target", Value.Texts(["muster-absent-program"]))), Blind.NotCapable, "muster-absent-program");

    [Fact]
    public async Task At_its_deadline_the_program_and_its_children_are_ended()
    {
        using var fifo = new TemporaryFile("");
        var step = new Asked("", "command", Value.Of(("target", Value.Texts(["/bin/sh", "-c", $"sleep 600 & echo $! > {fifo.Path}; wait"]))), Deadline: TimeSpan.FromSeconds(1));

        var sight = (await Probing.Run(Allowed, Probing.Ask(step))).Sights[0];

        Assert.Equal(Blind.Deadline, sight.Blind);
        var child = (await File.ReadAllTextAsync(fifo.Path, TestContext.Current.CancellationToken)).Trim();
        Assert.True(Ended(child));
    }

    [Fact]
    public async Task A_child_that_outlives_its_parent_is_ended_at_the_deadline()
    {
        using var fifo = new TemporaryFile("");
        var step = new Asked("", "command", Value.Of(("target", Value.Texts(["/bin/sh", "-c", $"sleep 600 & echo $! > {fifo.Path}"]))), Deadline: TimeSpan.FromSeconds(1));

        var sight = (await Probing.Run(Allowed, Probing.Ask(step))).Sights[0];

        Assert.Equal(Blind.Deadline, sight.Blind);
        Assert.True(Ended((await File.ReadAllTextAsync(fifo.Path, TestContext.Current.CancellationToken)).Trim()));
    }

    /// <summary>Gone, or a zombie that only waits to be reaped. The kill is sent before the answer, its effect may follow a moment later.</summary>
    static bool Ended(string id)
    {
        return SpinWait.SpinUntil(() => !File.Exists($"/proc/{id}/stat") || State(id) is "Z" or "", TimeSpan.FromSeconds(5));

        static string State(string id)
        {
            try { return File.ReadAllText($"/proc/{id}/stat").Split(") ")[1][..1]; }
            catch (IOException) { return ""; }
        }
    }
}
