using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace Muster.Server.Writing;

/// <summary>A body as it was before it was compressed. Nothing bounds it: whoever reads it does.</summary>
static class Unzipped
{
    /// <returns>Null: it is compressed in a way that is not known.</returns>
    public static Stream? Of(Stream body, StringValues encoding) => encoding.Count > 1 ? null : encoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => body,
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        _ => null,
    };
}
