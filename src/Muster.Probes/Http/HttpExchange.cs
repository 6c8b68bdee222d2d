using System.Net;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One request over one new connection, and its bounded answer.</summary>
sealed record HttpExchange(int Status, string Reason, Version Version, Value.Fields Headers, string? ContentType, string? Location, HttpBody Body, HttpPeer Peer, TimeSpan FirstByte, TimeSpan Duration)
{
    /// <param name="local">The path of a socket of this machine, where one is asked in place of a host.</param>
    public static async Task<HttpExchange> Send(HttpRequestLine line, TrustAnchors trust, ProbeContext context, int mostBody, CancellationToken cancel, string? local = null)
    {
        var peer = new HttpPeer(context) { Local = local };
        var began = context.Clock.GetTimestamp();
        var whole = false;
        try
        {
            using var request = line.Message();
            using var response = await context.Lines.Send(request, peer, trust, cancel);
            var firstByte = context.Clock.GetElapsedTime(began);
            var body = await HttpBody.Read(response.Content, mostBody, cancel);
            whole = true;
            return new((int)response.StatusCode, response.ReasonPhrase ?? "", response.Version, HttpHeadersSeen.Of(response), response.Content.Headers.ContentType?.ToString(),
                response.Headers.Location?.OriginalString, body, peer, firstByte, context.Clock.GetElapsedTime(began))
            { Trust = trust.Named };
        }
        finally
        {
            if (whole) peer.Line.GiveBack();
            else peer.Line.ThrowAway();
        }
    }

    /// <summary>The roots that the question names, since whoever exchanges them exchanges whom it believes.</summary>
    public Digest? Trust { get; init; }

    public Value Identity => Value.Of(("address", Peer.Address?.ToString() ?? Peer.Local ?? ""))
        .With("leaf", Peer.Leaf is { } leaf ? leaf : (Value?)null)
        .With("server", Headers["server"])
        .With("trust", Trust is { } trust ? trust : (Value?)null);
}

/// <summary>The body's beginning, at most the bound; <see cref="Whole"/> tells whether that is all of it.</summary>
sealed record HttpBody(byte[] Bytes, bool Whole)
{
    public static async Task<HttpBody> Read(HttpContent content, int most, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var buffer = new byte[Math.Min(most + 1, content.Headers.ContentLength is { } length and >= 0 && length < most ? (int)length + 1 : 8192)];
        var read = 0;
        while (true)
        {
            if (read == buffer.Length)
            {
                if (read > most) return new(buffer[..most], false);
                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, most + 1));
            }

            var got = await stream.ReadAsync(buffer.AsMemory(read), cancel);
            if (got == 0) return new(buffer[..read], true);
            read += got;
        }
    }

    public string Sha256 => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Bytes));
}
