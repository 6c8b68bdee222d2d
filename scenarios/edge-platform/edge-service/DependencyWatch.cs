using System.Net.Sockets;

namespace Muster.EdgePlatform;

/// <summary>Asks each dependency in its own protocol whether it is there: an open port alone says little.</summary>
sealed class DependencyWatch(IReadOnlyList<Dependency> dependencies)
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);
    static readonly byte[] SslRequest = [0, 0, 0, 8, 4, 210, 22, 47]; // A server answers S or N, whoever asks.
    static readonly byte[] Ping = "*1\r\n$4\r\nPING\r\n"u8.ToArray();

    public IReadOnlyList<Dependency> All => dependencies;

    /// <summary>The names of those that do not answer, in order.</summary>
    public async Task<string[]> Failing()
    {
        var answers = await Task.WhenAll(dependencies.Select(async one => (one.Name, Answers: await Answers(one))));
        return [.. answers.Where(one => !one.Answers).Select(one => one.Name).Order(StringComparer.Ordinal)];
    }

    public static async Task<bool> Answers(Dependency one)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(one.At.Host, one.At.Port, limit.Token);
            var stream = client.GetStream();
            var postgres = one.Name.StartsWith("postgres", StringComparison.Ordinal);
            await stream.WriteAsync(postgres ? SslRequest : Ping, limit.Token);
            var answer = new byte[1];
            await stream.ReadExactlyAsync(answer, limit.Token);
            // +PONG, or -NOAUTH of one that wants a password first: it answers.
            return postgres ? answer[0] is (byte)'S' or (byte)'N' : answer[0] is (byte)'+' or (byte)'-';
        }
        catch (Exception gone) when (gone is SocketException or IOException or OperationCanceledException) { return false; } // Which is the answer.
    }
}
