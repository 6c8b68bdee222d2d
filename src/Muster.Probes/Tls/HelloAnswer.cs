using System.Buffers.Binary;

namespace Muster.Probes;

/// <summary>What a server said to a raw ClientHello.</summary>
abstract record HelloAnswer
{
    HelloAnswer() { }

    /// <summary>The bytes so far are the beginning of an answer.</summary>
    public sealed record More : HelloAnswer;

    /// <summary>A ServerHello (or, for TLS 1.3, a request to try again) in this version.</summary>
    public sealed record Chose(ushort Version) : HelloAnswer;

    /// <summary>A fatal alert, by its number (RFC 8446, 6).</summary>
    public sealed record Alert(byte Code) : HelloAnswer;

    /// <summary>Neither; the words say what is wrong.</summary>
    public sealed record Nonsense(string Says) : HelloAnswer;

    public static readonly HelloAnswer NeedsMore = new More();

    /// <summary>The most that is read before a ServerHello must be whole.</summary>
    public const int Most = 32 * 1024;

    const int MostRecord = 16 * 1024 + 2048;
    const byte HandshakeRecord = 22, AlertRecord = 21;

    /// <summary>Reads from the beginning of what was received. Never throws, whatever the bytes.</summary>
    public static HelloAnswer Read(ReadOnlySpan<byte> received)
    {
        Span<byte> handshake = stackalloc byte[512];
        var held = 0;
        while (true)
        {
            if (received.Length < 5) return NeedsMore;
            var length = BinaryPrimitives.ReadUInt16BigEndian(received[3..]);
            if (received[0] is not (HandshakeRecord or AlertRecord) || received[1] != 3) return new Nonsense("the answer is not TLS");
            if (length is 0 or > MostRecord) return new Nonsense("a record of an impossible length");
            var content = received[5..Math.Min(received.Length, 5 + length)];
            var whole = content.Length == length;
            if (received[0] == AlertRecord)
            {
                if (!whole) return NeedsMore;
                if (content.Length < 2) return new Nonsense("an alert that is too short");
                if (content[0] == 2) return new Alert(content[1]);
            }
            else
            {
                var taken = Math.Min(content.Length, handshake.Length - held);
                content[..taken].CopyTo(handshake[held..]);
                held += taken;
                if (Hello(handshake[..held], held == handshake.Length) is { } answer) return answer;
                if (!whole) return NeedsMore;
            }

            received = received[(5 + length)..];
        }
    }

    /// <summary>The version in the beginning of a ServerHello, or null while it is too short to tell.</summary>
    static HelloAnswer? Hello(ReadOnlySpan<byte> handshake, bool full)
    {
        if (handshake.Length < 4) return null;
        if (handshake[0] != 2) return new Nonsense($"a handshake message of type {handshake[0]} where a ServerHello was expected");
        var length = handshake[1] << 16 | handshake[2] << 8 | handshake[3];
        if (length < 38) return new Nonsense("a ServerHello that is too short");
        var body = handshake[4..];
        var whole = body.Length >= length;
        if (whole) body = body[..length];
        else if (!full) return null;
        var version = BinaryPrimitives.ReadUInt16BigEndian(body);
        var at = 2 + 32;
        at += 1 + body[at] + 3; // session id, cipher suite, compression
        if (at > body.Length) return new Nonsense("a ServerHello that ends early");
        if (at + 2 > body.Length) return new Chose(version);
        var extensions = body[(at + 2)..];
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            var size = BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            if (size > extensions.Length - 4) return whole ? new Nonsense("an extension that ends early") : new Chose(version);
            if (type == 43 && size == 2) return new Chose(BinaryPrimitives.ReadUInt16BigEndian(extensions[4..]));
            extensions = extensions[(4 + size)..];
        }

        return new Chose(version);
    }
}
