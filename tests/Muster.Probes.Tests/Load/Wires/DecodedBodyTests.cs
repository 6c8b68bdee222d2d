using System.IO.Compression;
using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class DecodedBodyTests
{
    static byte[] Packed(Func<Stream, Stream> by, string text)
    {
        using var to = new MemoryStream();
        using (var packing = by(to)) packing.Write(Encoding.UTF8.GetBytes(text));
        return to.ToArray();
    }

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "gzip", Packed(to => new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true), "hello") },
        { "br", Packed(to => new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true), "hello") },
        { "deflate", Packed(to => new ZLibStream(to, CompressionLevel.Fastest, leaveOpen: true), "hello") },
        { "deflate", Packed(to => new DeflateStream(to, CompressionLevel.Fastest, leaveOpen: true), "hello") },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Every_coding_that_is_asked_for_is_read_wherever_the_body_lies(string coding, byte[] body)
    {
        var around = new byte[body.Length + 20];
        body.CopyTo(around, 7);

        var (read, failure, wrong) = DecodedBody.Of(Encoding.ASCII.GetBytes($"Content-Encoding: {coding}\r\n"), around.AsMemory(7, body.Length));

        Assert.Equal((Failure.None, null), (failure, wrong));
        Assert.Equal("hello", Encoding.UTF8.GetString(read.Span));
    }
}
