using System.Globalization;
using System.Text;

namespace Muster.Probes.Tests.Load.Wires;

/// <summary>A server by script: each connection, and each request on it, is answered as the test says.</summary>
static class Peer
{
    /// <summary>Answers the request (its head and body as text) that is the so-manieth of its connection, both from 0; null closes.</summary>
    public static LoopbackListener Answering(Func<int, int, string, string?> answer)
    {
        var connections = -1;
        return LoopbackListener.Start(async (stream, cancel) =>
        {
            var connection = Interlocked.Increment(ref connections);
            for (var request = 0; await Request(stream, cancel) is { } asked; request++)
            {
                if (answer(connection, request, asked) is not { } text) return;
                await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancel);
            }
        });
    }

    /// <summary>The next request; null when the connection has ended.</summary>
    public static async Task<string?> Request(Stream stream, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var bytes = new byte[64 * 1024];
        var whole = int.MaxValue;
        while (text.Length < whole)
        {
            var got = await stream.ReadAsync(bytes, cancel);
            if (got == 0) return null;
            text.Append(Encoding.Latin1.GetString(bytes, 0, got));
            if (whole < int.MaxValue) continue;
            var head = text.ToString();
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var at = head.IndexOf("Content-Length: ", StringComparison.Ordinal);
            whole = end + 4 + (at < 0 || at > end ? 0 : int.Parse(head.AsSpan(at + 16, head.IndexOf('\r', at) - at - 16), CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
