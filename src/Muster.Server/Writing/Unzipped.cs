using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Primitives;
using Muster.Server.Projects;

namespace Muster.Server.Writing;

/// <summary>A body as it was before it was compressed.</summary>
static class Unzipped
{
    static ReadOnlySpan<byte> MemberBegins => [0x1f, 0x8b, 0x08];

    /// <returns>In lower case; empty: it is plain. Null: it is compressed in a way that is not known.</returns>
    public static string? EncodingOf(StringValues header) => header.Count > 1 ? null : header.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => "",
        "gzip" => "gzip",
        "deflate" => "deflate",
        _ => null,
    };

    /// <param name="encoding">gzip or deflate.</param>
    /// <exception cref="InvalidDataException">It is not compressed so, or is cut off.</exception>
    /// <exception cref="Telemetry.Intake.IntakeProblem">It is longer than <paramref name="most"/>.</exception>
    public static async ValueTask<RequestBody> Read(ReadOnlyMemory<byte> packed, string encoding, int most, Project project, CancellationToken cancel)
    {
        await using var plain = Unpacking(packed, encoding);
        var body = await RequestBody.Read(plain, null, most, project, cancel);
        // The framework takes what is cut off for what has ended.
        if (encoding == "gzip" ? IsWholeGzip(packed.Span, body.Span.Length) : IsWholeZlib(packed.Span, body.Span)) return body;
        body.Dispose();
        throw new InvalidDataException("it is cut off");
    }

    static Stream Unpacking(ReadOnlyMemory<byte> packed, string encoding)
    {
        if (!MemoryMarshal.TryGetArray(packed, out var array)) throw new InvalidOperationException("a body is an array");
        var bytes = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        return encoding == "gzip" ? new GZipStream(bytes, CompressionMode.Decompress) : new ZLibStream(bytes, CompressionMode.Decompress);
    }

    /// <summary>Its last four bytes are its length (<see href="https://www.rfc-editor.org/rfc/rfc1952#page-8"/>); of several members, only the last one's.</summary>
    static bool IsWholeGzip(ReadOnlySpan<byte> packed, int length)
    {
        if (packed.IsEmpty) return length == 0;
        if (packed.Length < 18) return false;
        var said = BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);
        return said == (uint)length || (said < (uint)length && packed[1..].IndexOf(MemberBegins) >= 0);
    }

    /// <summary>Its last four bytes are a checksum (<see href="https://www.rfc-editor.org/rfc/rfc1950#page-6"/>).</summary>
    static bool IsWholeZlib(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> plain)
    {
        const uint Prime = 65521;
        if (packed.IsEmpty) return plain.IsEmpty;
        if (packed.Length < 6) return false;
        var (a, b) = (1u, 0u);
        foreach (var one in plain)
        {
            a = (a + one) % Prime;
            b = (b + a) % Prime;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(packed[^4..]) == ((b << 16) | a);
    }
}
