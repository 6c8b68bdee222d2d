using System.Buffers;
using System.Buffers.Binary;

namespace Muster.Probes.Load;

/// <summary>What frames came to.</summary>
enum Framed { More, Message, Ping, Pong, Close, Garbage, TooLarge }

/// <summary>
/// Reads the frames of a WebSocket's server in whatever pieces they come (RFC 6455, 5). Messages are counted and dropped, since nobody reads them; of a control frame, which has at most
/// 125 bytes, the payload is kept.
/// </summary>
sealed class SocketFrames
{
    public const int MostOfMessage = AnswerReader.MostOfBody;
    const int Continues = 0, MostControl = 125;
    readonly byte[] _head = new byte[10];
    readonly byte[] _control = new byte[MostControl];
    int _have, _kept, _code;
    long _left, _message;
    bool _inPayload, _ends, _within;

    /// <summary>The payload of the control frame that was read last.</summary>
    public ReadOnlyMemory<byte> Control => _control.AsMemory(0, _kept);

    /// <summary>The code of the close frame that was read last (7.4); 1005 if it had none.</summary>
    public int Code => _kept == 0 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(_control);

    public string? Wrong { get; private set; }

    public void Begin()
    {
        (_have, _kept, _code, _left, _message) = (0, 0, 0, 0, 0);
        (_inPayload, _ends, _within, Wrong) = (false, false, false, null);
    }

    /// <summary>Reads up to the end of the next whole message or control frame.</summary>
    public Framed Read(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (true)
        {
            if (!_inPayload)
            {
                while (_have < HeadLength)
                {
                    if (used == bytes.Length) return Framed.More;
                    _head[_have++] = bytes[used++];
                    if (_have == 2 && BadStart() is { } wrong) return Garbage(wrong);
                }

                if (Begun() is { } early) return early;
            }

            var piece = (int)Math.Min(bytes.Length - used, _left);
            if (_code >= WebsocketMessages.Close)
            {
                bytes.Slice(used, piece).CopyTo(_control.AsSpan(_kept));
                _kept += piece;
            }

            used += piece;
            _left -= piece;
            if (_left > 0) return Framed.More;
            (_inPayload, _have) = (false, 0);
            if (Ended() is { } what) return what;
        }
    }

    int HeadLength => _have < 2 ? 2 : (_head[1] & 0x7f) switch { 126 => 4, 127 => 10, _ => 2 };

    string? BadStart()
    {
        _code = _head[0] & 0x0f;
        _ends = (_head[0] & 0x80) != 0;
        if ((_head[0] & 0x70) != 0) return "a frame is of an extension that nobody asked for";
        if (_code is not (Continues or WebsocketMessages.Text or WebsocketMessages.Binary or WebsocketMessages.Close or WebsocketMessages.Ping or WebsocketMessages.Pong)) return $"{_code} is no frame that there is";
        if ((_head[1] & 0x80) != 0) return "the server masks its frames, which no server may";
        if (_code >= WebsocketMessages.Close) return _ends && _head[1] <= MostControl ? null : "a control frame is in parts or too long";
        if (_code == Continues != _within) return _within ? "a message begins within another" : "a frame continues no message";
        return null;
    }

    Framed? Begun()
    {
        _left = (_head[1] & 0x7f) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(2)),
            127 => (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(_head.AsSpan(2)), long.MaxValue),
            var length => length,
        };
        _inPayload = true;
        if (_code >= WebsocketMessages.Close)
        {
            _kept = 0;
            return null;
        }

        if (_left > MostOfMessage - _message) return Framed.TooLarge;
        _message += _left;
        _within = true;
        return null;
    }

    Framed? Ended()
    {
        switch (_code)
        {
            case WebsocketMessages.Ping: return Framed.Ping;
            case WebsocketMessages.Pong: return Framed.Pong;
            case WebsocketMessages.Close:
                return _kept == 0 || (_kept > 1 && Code is >= 1000 and < 5000 and not (1004 or 1005 or 1006 or 1015)) ? Framed.Close : Garbage("it closes with a code that there is not");
            default:
                if (!_ends) return null;
                (_within, _message) = (false, 0);
                return Framed.Message;
        }
    }

    Framed Garbage(string wrong)
    {
        Wrong = wrong;
        return Framed.Garbage;
    }

    /// <summary>One frame, masked as a client's must be (5.3).</summary>
    public static void Write(int code, ReadOnlySpan<byte> payload, int mask, ArrayBufferWriter<byte> to)
    {
        var extended = payload.Length switch { < 126 => 0, <= ushort.MaxValue => 2, _ => 8 };
        var head = 2 + extended;
        var frame = to.GetSpan(head + 4 + payload.Length);
        frame[0] = (byte)(0x80 | code);
        frame[1] = (byte)(0x80 | extended switch { 0 => payload.Length, 2 => 126, _ => 127 });
        if (extended == 2) BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload.Length);
        if (extended == 8) BinaryPrimitives.WriteInt64BigEndian(frame[2..], payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame[head..], mask);
        for (var i = 0; i < payload.Length; i++) frame[head + 4 + i] = (byte)(payload[i] ^ frame[head + i % 4]);
        to.Advance(head + 4 + payload.Length);
    }
}
