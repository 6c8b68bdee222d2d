using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>HTTP/1.1 byte by byte, for what no client sends: heads that never end, bodies that are too large, letters that come too slowly.</summary>
sealed class RawHttp(PeerStream peer, string host) : IAsyncDisposable
{
    const int MostHead = 32 * 1024;
    readonly WireReader _reader = new(peer.Read);

    public string Host => host;

    public Value Identity => peer.Identity;

    public static async Task<RawHttp> Open(Given given, ProbeContext context, CancellationToken cancel)
    {
        var url = HttpRequestLine.UrlOf(given.Target, null);
        var peer = await PeerStream.Open(url.IdnHost, url.Port, context, cancel);
        try
        {
            if (url.Scheme == "https") await peer.Secure(url.IdnHost, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), cancel);
            return new(peer, url.IsDefaultPort ? url.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}"));
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    public Task Write(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => peer.Write(bytes, cancel);

    public Task Write(string text, CancellationToken cancel) => peer.Write(Encoding.ASCII.GetBytes(text), cancel);

    /// <summary>The status and the head of the answer; 0 when the connection ended without one.</summary>
    public async Task<(int Status, string Head)> Answer(CancellationToken cancel)
    {
        var head = new StringBuilder();
        try
        {
            while (head.Length < MostHead)
            {
                var (line, ended) = await _reader.LineOrEnd(MostHead, cancel);
                head.Append(line);
                if (ended) break;
                head.Append("\r\n");
                if (line.Length == 0 && head.Length > 2) break;
            }
        }
        catch (IOException) when (head.Length == 0) { return (0, ""); } // Reset without a word, which is an answer too.
        catch (IOException) { return (StatusOf(head.ToString()), head.ToString()); } // Reset after it was said.
        return (StatusOf(head.ToString()), head.ToString());
    }

    /// <summary>What follows the head, byte for byte.</summary>
    public Task<byte[]> Exactly(int count, CancellationToken cancel) => _reader.Exactly(count, cancel);

    static int StatusOf(string head)
    {
        if (head.Length == 0) return 0;
        var words = head.Split('\r', '\n')[0].Split(' ');
        return words is [var version, { Length: 3 } code, ..] && version.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status
            : throw new Unseen(Blind.Unreadable, $"the answer is not HTTP/1.1: {Bounded.Start(head.Split('\r', '\n')[0], 60)}");
    }

    public ValueTask DisposeAsync() => peer.DisposeAsync();
}
