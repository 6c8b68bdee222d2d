using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Muster.Probes;

/// <summary>HTTP/1.1 as far as a site on loopback needs it: no chunked requests, heads up to 32 KiB, bodies up to 1 MiB. What it cannot read ends the connection.</summary>
sealed class SiteWire(Stream stream)
{
    const int MostHead = 32 * 1024;
    const int MostBody = 1024 * 1024;
    byte[] _buffer = new byte[4096];
    int _held;

    /// <summary>The next request, or null when the other side is done or talks nonsense.</summary>
    public async Task<SiteRequest?> Read(CancellationToken stop)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _held).IndexOf("\r\n\r\n"u8)) < 0)
            if (_held > MostHead || !await More(stop)) return null;
        var lines = Encoding.Latin1.GetString(_buffer, 0, end).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, ['/', ..] and var target, "HTTP/1.1" or "HTTP/1.0"]) return null;
        var headers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
            if (line.Split(':', 2) is [var name, var value]) headers[name.ToLowerInvariant()] = value.Trim();
        // Read as empty it would be answered as if nothing had been asked.
        if (headers.ContainsKey("transfer-encoding")) return null;
        var length = 0;
        if (headers.TryGetValue("content-length", out var says) && (!int.TryParse(says, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > MostBody)) return null;
        var whole = end + 4 + length;
        while (_held < whole)
            if (!await More(stop)) return null;
        var body = Encoding.UTF8.GetString(_buffer, end + 4, length);
        _buffer.AsSpan(whole.._held).CopyTo(_buffer);
        _held -= whole;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return new(method, query < 0 ? target : target[..query], query < 0 ? "" : target[query..], headers.ToImmutable(), body);
    }

    public static async Task Write(Stream stream, SiteRequest request, SiteResponse answer, bool closes, CancellationToken stop)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {Reason(answer.Status)}\r\nContent-Length: {body.Length}\r\nContent-Type: {answer.ContentType}\r\n");
        foreach (var (name, value) in answer.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (closes) head.Append("Connection: close\r\n");
        var bytes = Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        await stream.WriteAsync(request.Method == "HEAD" ? bytes : [.. bytes, .. body], stop);
        await stream.FlushAsync(stop);
    }

    async Task<bool> More(CancellationToken stop)
    {
        if (_held == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var got = await stream.ReadAsync(_buffer.AsMemory(_held), stop);
        _held += got;
        return got > 0;
    }

    static string Reason(int status) => status switch
    {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        308 => "Permanent Redirect",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Answer",
    };
}
