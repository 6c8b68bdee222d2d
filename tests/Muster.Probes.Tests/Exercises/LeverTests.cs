using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Exercises;

public sealed class LeverTests : IDisposable
{
    readonly ServerFolder _folder = new();
    readonly HttpLines _lines = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    ProbeContext Context(bool mayRun = true) => new(Probing.Options with { Folder = _folder.Path, MayRunCommands = mayRun }, _lines, static _ => { }, Probing.Ask("file"));

    static Lever? Read(Value? value) => Lever.Read(new(new Asked("", "test", value is null ? Value.Of() : Value.Of(("stop", value)))), "stop");

    [Fact]
    public async Task A_command_moves_something_and_what_it_starts_may_stay()
    {
        var lever = Read(Value.Texts(["/bin/sh", "-c", "sleep 300 & echo $! > started"]))!;

        await lever.Pull(Context(), Cancel);

        using var started = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(_folder.PathOf("started")).Trim(), CultureInfo.InvariantCulture));
        Assert.False(started.HasExited);
        started.Kill();
    }

    [Fact]
    public async Task A_command_that_fails_says_why_and_one_without_leave_is_not_run()
    {
        var lever = Read(Value.Of(("command", Value.Texts(["/bin/sh", "-c", "touch ran; echo no such unit >&2; exit 4"]))))!;

        var without = await Assert.ThrowsAsync<Unseen>(() => lever.Pull(Context(mayRun: false), Cancel));
        Assert.Equal(Blind.NoConsent, without.Blind);
        Assert.False(File.Exists(_folder.PathOf("ran")));
        Assert.Contains("came to 4: no such unit", (await Assert.ThrowsAsync<Unseen>(() => lever.Pull(Context(), Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_goes_to_the_process_that_the_file_names()
    {
        await using var server = await ServerProcess.Start(_folder, "/bin/sleep", ["300"], null, Cancel);
        _folder.Write("run.pid", server.Id.ToString(CultureInfo.InvariantCulture) + "\n");

        await Read(Value.Of(("signal", "SIGTERM"), ("pid_file", "run.pid")))!.Pull(Context(mayRun: false), Cancel);

        await ServerProcess.Until(() => !server.IsRunning, "it runs on", TimeSpan.FromSeconds(10), Cancel);
        Assert.Contains("does not live", (await Assert.ThrowsAsync<Unseen>(() => Read(Value.Of(("signal", "KILL"), ("pid_file", "run.pid")))!.Pull(Context(), Cancel))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "does not begin")]
    [InlineData("x", "does not begin")]
    [InlineData("1", "does not begin")]
    [InlineData("-5", "does not begin")]
    public async Task A_file_that_names_no_process_moves_nothing(string text, string says)
    {
        _folder.Write("run.pid", text);

        Assert.Contains(says, (await Assert.ThrowsAsync<Unseen>(() => Read(Value.Of(("signal", "KILL"), ("pid_file", "run.pid")))!.Pull(Context(), Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_lever_is_a_mistake_of_the_question_and_tells_the_forms()
    {
        Assert.Null(Read(null));
        Value[] wrong = [3, Value.Texts([]), Value.Texts([""]), Value.Of(("signal", "TERM")), Value.Of(("signal", "NOPE"), ("pid_file", "a")), Value.Of(("command", 3)), Value.Of(("signal", "TERM"), ("pid_file", "a"), ("more", 1))];
        foreach (var value in wrong) Assert.Equal(Blind.BadQuestion, Assert.Throws<Unseen>(() => Read(value)).Blind);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _folder.Dispose();
    }
}
