using System.Diagnostics;
using System.Globalization;
using Muster.Cli.Telemetry;

namespace Muster.Cli.Tests.Telemetry;

public sealed class TelemetryServeTests : IDisposable
{
    readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    string Program(string name, string script)
    {
        var path = _scratch.Write(name, "#!/bin/sh\n" + script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    Task<Ran> Serve(string? program, params string[] words) => InProcess.Run(_scratch.Folder, host => host with { Variable = name => name == "MUSTER_SERVER" ? program : null }, ["telemetry", "serve", .. words]);

    [Fact]
    public async Task Words_go_to_the_server_as_they_are_and_its_exit_code_comes_back()
    {
        var program = Program("server", "printf '%s|' \"$@\" > words\nexit 7\n");
        var ran = await Serve(program, "--port", "7280", "a b", "--", "-x", "--help");
        Assert.Equal(7, ran.Exit);
        Assert.Equal("telemetry|--port|7280|a b|--|-x|--help|", File.ReadAllText(_scratch.PathOf("words")));
    }

    [Theory]
    [InlineData("TERM", "told TERM")]
    [InlineData("INT", "told TERM")]
    [InlineData("HUP", "told HUP")]
    public async Task Signals_reach_the_server_and_its_exit_code_comes_back(string signal, string told)
    {
        var program = Program("server", "trap 'echo told TERM; exit 9' TERM\ntrap 'echo told HUP; exit 9' HUP\necho up\nwhile :; do sleep 0.05; done\n");
        var start = new ProcessStartInfo(Executable.Path, ["telemetry", "serve"]) { WorkingDirectory = _scratch.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MUSTER_SERVER"] = program;
        var process = Process.Start(start)!;
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        using (var shell = Process.Start("sh", ["-c", $"kill -{signal} {process.Id.ToString(CultureInfo.InvariantCulture)}"])) await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        var ran = await Executable.Finish(process);
        Assert.Equal((9, told + "\n"), (ran.Exit, ran.Data));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_the_fix()
    {
        var ran = await Serve(_scratch.PathOf("gone"));
        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains("gone cannot be started", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("MUSTER_SERVER", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_what_was_said_else_beside_else_built_here()
    {
        _scratch.Write("repository/Muster.slnx", "");
        var (bin, here) = (_scratch.PathOf("repository/src/Muster.Cli/bin"), _scratch.PathOf("repository/src/Muster.Cli/bin/muster-server"));
        Directory.CreateDirectory(bin);
        Assert.Equal("/said", ServerProgram.Find("/said", bin));
        Assert.Null(ServerProgram.Find(null, bin));
        var built = _scratch.Write("repository/src/Muster.Server/bin/Release/net10.0/muster-server", "");
        Assert.Equal(built, ServerProgram.Find(null, bin));
        _scratch.Write("repository/src/Muster.Cli/bin/muster-server", "");
        Assert.Equal(here, ServerProgram.Find(null, bin));
        Assert.Null(ServerProgram.Find(null, "/"));
    }
}
