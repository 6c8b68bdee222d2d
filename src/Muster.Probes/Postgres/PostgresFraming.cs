using System.Buffers.Binary;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Follows the frames of a server's messages (a letter, then a length of four bytes that counts itself) and lets none pass that is no message or is too long:
/// a client reserves memory for a message as soon as it has read how long it will be.
/// </summary>
struct PostgresFraming(int most)
{
    byte _header0, _header1, _header2, _header3, _header4;
    int _got;
    long _left;

    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var taken = (int)Math.Min(_left, bytes.Length);
                _left -= taken;
                bytes = bytes[taken..];
                continue;
            }

            Take(bytes[0]);
            bytes = bytes[1..];
        }
    }

    void Take(byte next)
    {
        switch (_got++)
        {
            case 0: _header0 = char.IsAsciiLetterOrDigit((char)next) ? next : throw PostgresMessage.Odd(); return;
            case 1: _header1 = next; return;
            case 2: _header2 = next; return;
            case 3: _header3 = next; return;
        }

        _header4 = next;
        var length = BinaryPrimitives.ReadInt32BigEndian([_header1, _header2, _header3, _header4]);
        if (length < 4) throw PostgresMessage.Odd();
        if (length > most) throw new Unseen(Blind.TooLarge, $"a message of {length} bytes ('{(char)_header0}') is more than the {most} that are read; ask for less, or for a count");
        (_got, _left) = (0, length - 4);
    }
}
