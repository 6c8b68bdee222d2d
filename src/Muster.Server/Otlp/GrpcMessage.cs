using System.Buffers.Binary;

namespace Muster.Server.Otlp;

/// <summary>One message as gRPC frames it: a byte that says whether it is compressed, four of its length, itself (<see href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md"/>).</summary>
static class GrpcMessage
{
    public const int HeaderLength = 5;

    /// <param name="body">All that came: a call of one message has that one and nothing else.</param>
    /// <returns>False: it is no frame, or more than one, or cut off.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> message, out bool isCompressed)
    {
        (message, isCompressed) = (default, false);
        if (body.Length < HeaderLength || body.Span[0] > 1) return false;
        isCompressed = body.Span[0] == 1;
        if (BinaryPrimitives.ReadUInt32BigEndian(body.Span[1..]) != (uint)(body.Length - HeaderLength)) return false;
        message = body[HeaderLength..];
        return true;
    }

    public static byte[] Write(ReadOnlySpan<byte> message)
    {
        var framed = new byte[HeaderLength + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed.AsSpan(HeaderLength));
        return framed;
    }
}
