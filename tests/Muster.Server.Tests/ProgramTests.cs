using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Servers;

namespace Muster.Server.Tests;

/// <summary>The program itself: what it refuses, and how it ends.</summary>
public sealed class ProgramTests : IDisposable
{
    readonly ServerFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    Process Start(params string[] words) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "muster-server.dll"), "telemetry", .. words])
    {
        WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;

    async Task<(int Exit, string Says)> Refused(params string[] words)
    {
        using var process = Start(words);
        var says = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, says);
    }

    static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    [Theory]
    [InlineData("--nope", "'--nope'")]
    [InlineData("--max-bytes x", "'x' for option '--max-bytes'")]
    [InlineData("--max-bytes -5", "--max-bytes: -5 is no size")]
    [InlineData("--retention 1s", "--retention: 1s is no duration")]
    [InlineData("--listen 127.0.0.1:61000 --otlp-http 127.0.0.1:61000", "--otlp-http: 127.0.0.1:61000 is given twice")]
    [InlineData("--otlp-http none --otlp-grpc none --listen 127.0.0.1:0 --data /proc/nobody", "--data: /proc/nobody cannot be used")]
    public async Task An_option_that_cannot_be_used_is_named_and_exits_with_3(string words, string says)
    {
        var (exit, said) = await Refused(words.Split(' '));

        Assert.Equal(3, exit);
        Assert.Contains(says, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen")]
    [InlineData("--otlp-http")]
    [InlineData("--otlp-grpc")]
    public async Task An_address_that_is_taken_is_told_with_its_option_and_what_to_do(string option)
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var taken = ((IPEndPoint)other.LocalEndPoint!).Port;
        string[] all = ["--listen", "--otlp-http", "--otlp-grpc"];

        var (exit, says) = await Refused([.. all.SelectMany(name => (string[])[name, At(name == option ? taken : Ports.Free())])]);

        Assert.Equal(3, exit);
        Assert.StartsWith($"{option}: {At(taken)} cannot be listened on: another program has it; end that one, or name another address", says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Asked_to_end_while_a_sender_is_slow_it_closes_its_stores_and_says_so(string signal)
    {
        var port = Ports.Free();
        using var process = Start("--listen", At(port), "--otlp-http", "none", "--otlp-grpc", "none");
        Assert.StartsWith("muster telemetry listens", await process.StandardOutput.ReadLineAsync(Cancel), StringComparison.Ordinal);
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await slow.GetStream().WriteAsync("POST /api/v1/write HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n"u8.ToArray(), Cancel);
        // It is told to go on as soon as the body is read.
        var goOn = new byte[12];
        await slow.GetStream().ReadExactlyAsync(goOn, Cancel);
        Assert.Equal("HTTP/1.1 100"u8, goOn);

        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(Cancel);
        var says = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);

        Assert.Equal((0, "muster telemetry has stopped\n"), (process.ExitCode, says));
    }
}
