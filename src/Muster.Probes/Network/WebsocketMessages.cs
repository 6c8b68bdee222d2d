using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The frames of a WebSocket, put together to whole messages (RFC 6455, 5.4): control frames may stand between the parts of one.</summary>
sealed class WebsocketMessages(RawHttp http)
{
    public const int Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;
    const int Continues = 0;
    const int MostMessage = 16 * 1024;
    const int MostControl = 125;
    const int MostFrames = 1000;
    static readonly UTF8Encoding Strict = new(false, true);
    readonly List<byte> _begun = [];
    int? _code;

    /// <summary>The next control frame or whole message.</summary>
    public async Task<(int Code, byte[] Payload)> Next(CancellationToken cancel)
    {
        for (var frames = 0; frames < MostFrames; frames++)
        {
            var (code, ends, payload) = await Frame(cancel);
            if (code >= Close) return ends && payload.Length <= MostControl ? (code, payload) : throw Wrong("a control frame is in parts or too long");
            if (code == Continues && _code is null) throw Wrong("a frame continues no message");
            if (code != Continues && _code is not null) throw Wrong("a message begins within another");
            _code ??= code;
            if (_begun.Count + payload.Length > MostMessage) throw TooLarge();
            _begun.AddRange(payload);
            if (!ends) continue;
            (int, byte[]) whole = (_code.Value, [.. _begun]);
            _begun.Clear();
            _code = null;
            return whole;
        }

        throw new Unseen(Blind.TooLarge, $"a message comes in more than {MostFrames} parts");
    }

    async Task<(int Code, bool Ends, byte[] Payload)> Frame(CancellationToken cancel)
    {
        var head = await http.Exactly(2, cancel);
        var code = head[0] & 0x0f;
        if ((head[0] & 0x70) != 0) throw Wrong("a frame is of an extension that nobody asked for");
        if (code is not (Continues or Text or Binary or Close or Ping or Pong)) throw Wrong($"{code} is no frame that there is");
        if ((head[1] & 0x80) != 0) throw Wrong("the server masks its frames, which no server may");
        long length = head[1] & 0x7f;
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await http.Exactly(2, cancel));
        else if (length == 127) length = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(await http.Exactly(8, cancel)), long.MaxValue);
        if (length > MostMessage) throw TooLarge();
        return (code, (head[0] & 0x80) != 0, await http.Exactly((int)length, cancel));
    }

    /// <summary>One frame, masked as a client's must be (RFC 6455, 5.2).</summary>
    public static Task Send(RawHttp http, int code, byte[] payload, CancellationToken cancel)
    {
        if (payload.Length > MostMessage) throw Given.Wrong("send", $"has more than {MostMessage} bytes");
        var mask = RandomNumberGenerator.GetBytes(4);
        byte[] head = payload.Length < 126 ? [(byte)(0x80 | code), (byte)(0x80 | payload.Length)] : [(byte)(0x80 | code), 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length];
        return http.Write((byte[])[.. head, .. mask, .. payload.Select((octet, i) => (byte)(octet ^ mask[i % 4]))], cancel);
    }

    public static string Read(byte[] payload)
    {
        try { return Strict.GetString(payload); }
        catch (DecoderFallbackException) { throw Wrong("a text is not UTF-8"); }
    }

    static Unseen Wrong(string says) => new(Blind.Unreadable, $"what comes is no WebSocket's: {says}");

    static Unseen TooLarge() => new(Blind.TooLarge, $"a message has more than the {MostMessage} bytes that are read");
}
