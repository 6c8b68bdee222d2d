using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What came of one request: "ok", the status of a refusal, or how the connection failed it.</summary>
sealed record DrainAnswer(string Class, string? Instance, bool Kept)
{
    public bool IsOk => Class == "ok";
}

/// <summary>
/// One HTTP/1.1 connection that asks again and again and hides nothing: no request is sent twice, and an answer that ends before its end is told as that.
/// </summary>
sealed class DrainConnection : IAsyncDisposable
{
    const int MostLine = 16 * 1024, MostBody = 16 * 1024 * 1024, MostLines = 200;
    const long MostInAll = 1L << 32;
    readonly PeerStream _peer;
    readonly WireReader _reader;
    readonly string _host;
    bool _used;

    DrainConnection(PeerStream peer, string host) => (_peer, _host, _reader) = (peer, host, new(peer.Read));

    public static async Task<DrainConnection> Open(Given given, TrustAnchors trust, ProbeContext context, CancellationToken cancel)
    {
        var url = HttpRequestLine.UrlOf(given.Target, null);
        var peer = await PeerStream.Open(url.IdnHost, url.Port, context, cancel, MostInAll);
        try
        {
            if (url.Scheme == "https") await peer.Secure(url.IdnHost, trust, cancel);
            return new(peer, url.IsDefaultPort ? url.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}"));
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <param name="lines">Header lines, each with its end.</param>
    public async Task<DrainAnswer> Get(string pathAndQuery, string lines, bool last, string? servedBy, CancellationToken cancel)
    {
        var again = _used;
        _used = true;
        var began = false;
        try
        {
            await _peer.Write(Encoding.UTF8.GetBytes($"GET {pathAndQuery} HTTP/1.1\r\nHost: {_host}\r\nUser-Agent: muster\r\n{lines}{(last ? "Connection: close\r\n" : "")}\r\n"), cancel);
            var (first, ended) = await _reader.LineOrEnd(MostLine, cancel);
            if (ended && first.Length == 0) return new(again ? "kept_closed" : "closed", null, false);
            began = true;
            if (first.Split(' ') is not [['H', 'T', 'T', 'P', '/', '1', '.', ..], { Length: 3 } code, ..] || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status)) return new("unreadable", null, false);
            var (instance, closes) = await Rest(status, servedBy, cancel);
            return new(status is >= 200 and <= 299 ? "ok" : string.Create(CultureInfo.InvariantCulture, $"status_{status}"), instance, !closes && !last);
        }
        catch (Exception broken) when (broken is IOException || broken is Unseen { Blind: Blind.Unreachable }) { return new(began ? "cut" : again ? "kept_closed" : "reset", null, false); }
    }

    /// <summary>The head and the whole body.</summary>
    async Task<(string? Instance, bool Closes)> Rest(int status, string? servedBy, CancellationToken cancel)
    {
        var (length, chunked, closes, instance) = ((long?)null, false, false, (string?)null);
        for (var lines = 0; ; lines++)
        {
            var line = await _reader.Line(MostLine, cancel);
            if (line.Length == 0) break;
            if (lines == MostLines) throw new Unseen(Blind.TooLarge, $"an answer's head has more than {MostLines} lines");
            if (line.Split(':', 2) is not [var name, var value]) continue;
            if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase) && long.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var said)) length = said;
            else if (name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)) chunked = value.Contains("chunked", StringComparison.OrdinalIgnoreCase);
            else if (name.Equals("connection", StringComparison.OrdinalIgnoreCase)) closes = value.Contains("close", StringComparison.OrdinalIgnoreCase);
            else if (name.Equals(servedBy, StringComparison.OrdinalIgnoreCase)) instance = Bounded.Start(value.Trim(), 100);
        }

        if (status is 204 or 304) return (instance, closes);
        if (chunked) await Chunks(cancel);
        else if (length is { } bytes) await Skip(bytes, cancel);
        else
        {
            while (!(await _reader.LineOrEnd(MostBody, cancel)).Ended) closes = true;
            closes = true;
        }

        return (instance, closes);
    }

    async Task Chunks(CancellationToken cancel)
    {
        for (var all = 0L; ;)
        {
            var size = long.TryParse((await _reader.Line(MostLine, cancel)).Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var read) ? read : throw new Unseen(Blind.Unreachable, "an answer's chunk has no length");
            if (size == 0) break;
            if ((all += size) > MostBody) throw new Unseen(Blind.TooLarge, $"an answer has more than {MostBody} bytes");
            await Skip(size + 2, cancel);
        }

        for (var lines = 0; (await _reader.Line(MostLine, cancel)).Length > 0; lines++)
            if (lines == MostLines) throw new Unseen(Blind.TooLarge, $"an answer's end has more than {MostLines} lines");
    }

    async Task Skip(long bytes, CancellationToken cancel)
    {
        if (bytes > MostBody + 2) throw new Unseen(Blind.TooLarge, $"an answer has more than {MostBody} bytes");
        for (; bytes > 0; bytes -= Math.Min(bytes, 64 * 1024)) await _reader.Exactly((int)Math.Min(bytes, 64 * 1024), cancel);
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();
}
