using System.Net.Http.Headers;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>One exchange in the hands of the framework's HTTP: everything that the pool's threads need of it is copied when it is sent.</summary>
sealed class ClientCall(Exchange exchange, long began) : IDisposable
{
    public static readonly HttpRequestOptionsKey<Origin> OriginKey = new("muster.origin");
    readonly CancellationTokenSource _ends = new();

    public Origin Origin { get; } = exchange.Origin;

    public long Began { get; } = began;

    public long Deadline { get; } = exchange.Deadline;

    public bool ReadBody { get; } = exchange.ReadBody;

    public CancellationToken Ends => _ends.Token;

    public bool IsLate { get; private set; }

    public void Cancel() => _ends.Cancel();

    public void EndAfter(TimeSpan left)
    {
        _ends.Token.Register(() => IsLate = true);
        if (left != Timeout.InfiniteTimeSpan) _ends.CancelAfter(left);
    }

    /// <summary>The request out of its bytes as HTTP/1.1 has them.</summary>
    public HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(new HttpMethod(exchange.Method), new Uri($"{exchange.Origin.Scheme}://{exchange.Origin.Authority}{exchange.Path}"))
        {
            Version = System.Net.HttpVersion.Version20,
            // Over TLS it is negotiated, and a server without it would break off a handshake that offers nothing else; without TLS it is taken for known that the server speaks it.
            VersionPolicy = Origin.IsSecure ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact,
        };
        request.Options.Set(OriginKey, Origin);
        var bytes = exchange.Bytes;
        if (exchange.BodyAt < bytes.Length) request.Content = new ReadOnlyMemoryContent(bytes[exchange.BodyAt..].ToArray());
        var head = Encoding.Latin1.GetString(bytes.Span[..Math.Min(exchange.BodyAt, bytes.Length)]);
        foreach (var line in head.Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) continue;
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.ToUpperInvariant() is "CONNECTION" or "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "KEEP-ALIVE") continue; // HTTP/2 has its own ways (RFC 9113, 8.2.2).
            if (!request.Headers.TryAddWithoutValidation(name, value)) (request.Content ??= new ReadOnlyMemoryContent(default)).Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>On the loop's thread.</summary>
    public void Over(ClientSeen seen)
    {
        _ends.Dispose();
        if (exchange.Held != this) return; // It was broken off.
        exchange.Held = null;
        (exchange.Failure, exchange.Detail, exchange.Answered) = (seen.Failure, seen.Detail, seen.Failure == Failure.None);
        (exchange.FirstByte, exchange.Done, exchange.BytesIn) = (seen.FirstByte, seen.Done, seen.Bytes);
        (exchange.Answer.Status, exchange.Answer.Head, exchange.Answer.Body) = (seen.Status, seen.Head, seen.Body);
        exchange.User.Over(exchange);
    }

    public void Dispose() => _ends.Dispose();
}

/// <summary>What one call came to, gathered on whatever thread it went on.</summary>
sealed class ClientSeen
{
    public Failure Failure { get; set; }
    public string? Detail { get; set; }
    public long FirstByte { get; set; } = -1;
    public long Done { get; set; }
    public long Bytes { get; private set; }
    public int Status { get; private set; }
    public byte[] Head { get; private set; } = [];
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Reads the answer to its end. Its bytes are those of its body and, about, of its header: what the framework decompressed is not told.</summary>
    public async Task Read(HttpResponseMessage response, bool keep, CancellationToken cancel)
    {
        Status = (int)response.StatusCode;
        var lines = new StringBuilder();
        Add(response.Headers);
        Add(response.Content.Headers);
        Head = Encoding.Latin1.GetBytes(lines.ToString());
        Bytes = Head.Length;
        using var kept = new MemoryStream();
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var piece = new byte[16 * 1024];
        for (int got; (got = await body.ReadAsync(piece, cancel)) > 0;)
        {
            Bytes += got;
            if (!keep) continue;
            if (kept.Length + got > AnswerReader.MostOfBody)
            {
                (Failure, Detail) = (Failure.TooLarge, $"the answer's body is larger than {AnswerReader.MostOfBody} bytes, and a step reads it");
                return;
            }

            kept.Write(piece, 0, got);
        }

        Body = kept.ToArray();
        if (!keep || response.Content.Headers.ContentEncoding.Count == 0) return;
        (Body, Failure, var wrong) = DecodedBody.Of(Head, Body);
        if (wrong is not null) Detail = $"the answer cannot be read: {wrong}";

        void Add(HttpHeaders headers)
        {
            foreach (var (name, values) in headers.NonValidated)
                foreach (var value in values) lines.Append(name).Append(": ").Append(value).Append("\r\n");
        }
    }
}
