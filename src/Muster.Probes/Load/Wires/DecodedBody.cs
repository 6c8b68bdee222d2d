using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>A body without the codings that its Content-Encoding names (RFC 9110, 8.4), within the same bound as one that came plain.</summary>
static class DecodedBody
{
    const int MostCodings = 4;

    /// <summary>The body, or why there is none.</summary>
    public static (ReadOnlyMemory<byte> Body, Failure Failure, string? Wrong) Of(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> body)
    {
        var codings = Codings(head);
        if (codings.Count > MostCodings) return (default, Failure.Garbage, $"its body is coded more than {MostCodings} times");
        for (var i = codings.Count - 1; i >= 0; i--)
        {
            if (body.IsEmpty) break;
            try
            {
                using var coded = new MemoryStream(MemoryMarshal.TryGetArray(body, out var part) ? part.Array! : body.ToArray(), part.Offset, body.Length);
                using var plain = Open(codings[i], coded, body.Span[0]);
                if (plain is null) return (default, Failure.Garbage, "its Content-Encoding is none of gzip, deflate and br");
                if (plain == coded) continue;
                if (Read(plain) is not { } read) return (default, Failure.TooLarge, $"its body is larger than {AnswerReader.MostOfBody} bytes when it is decompressed");
                body = read;
            }
            catch (Exception damaged) when (damaged is InvalidDataException or IOException or InvalidOperationException) // The last is Brotli's.
            {
                return (default, Failure.Garbage, $"its body is no {codings[i]}");
            }
        }

        return (body, Failure.None, null);
    }

    static Stream? Open(string coding, MemoryStream coded, byte first) => coding switch
    {
        "identity" => coded,
        "gzip" or "x-gzip" => new GZipStream(coded, CompressionMode.Decompress),
        "br" => new BrotliStream(coded, CompressionMode.Decompress),
        // It is zlib's format by the standard, and bare in the mouths of some servers; the first byte tells.
        "deflate" => (first & 0x0f) == 8 ? new ZLibStream(coded, CompressionMode.Decompress) : new DeflateStream(coded, CompressionMode.Decompress),
        _ => null,
    };

    static byte[]? Read(Stream plain)
    {
        using var whole = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int got; (got = plain.Read(piece)) > 0;)
        {
            if (whole.Length + got > AnswerReader.MostOfBody) return null;
            whole.Write(piece, 0, got);
        }

        return whole.ToArray();
    }

    static List<string> Codings(ReadOnlySpan<byte> head)
    {
        var codings = new List<string>();
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range];
            var colon = line.IndexOf((byte)':');
            if (colon != 16 || !Ascii.EqualsIgnoreCase(line[..colon], "Content-Encoding"u8)) continue;
            foreach (var coding in Encoding.ASCII.GetString(line[(colon + 1)..]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                codings.Add(coding.ToLowerInvariant());
        }

        return codings;
    }
}
