using System.Buffers.Binary;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Bytes, numbers and lines from a stream, none longer than whoever asks says.</summary>
sealed class WireReader(Func<Memory<byte>, CancellationToken, Task<int>> read)
{
    readonly byte[] _buffer = new byte[4 * 1024];
    int _from, _to;

    /// <summary>Nothing was read ahead: what comes next on the stream is what is asked for next.</summary>
    public bool IsEven => _from == _to;

    public async Task<byte[]> Exactly(int count, CancellationToken cancel)
    {
        var whole = new byte[count];
        for (var at = 0; at < count;)
        {
            await Fill(cancel);
            var now = Math.Min(count - at, _to - _from);
            _buffer.AsSpan(_from, now).CopyTo(whole.AsSpan(at));
            (_from, at) = (_from + now, at + now);
        }

        return whole;
    }

    public async Task<uint> Number(CancellationToken cancel) => BinaryPrimitives.ReadUInt32BigEndian(await Exactly(4, cancel));

    /// <summary>Up to the next line feed, without it and a carriage return before it.</summary>
    public async Task<string> Line(int most, CancellationToken cancel) => await LineOrEnd(most, cancel) is { Ended: false } line ? line.Text : throw Closed();

    /// <summary>The same, or what came before the peer closed the connection; at most so many bytes of it.</summary>
    public async Task<(string Text, bool Ended)> LineOrEnd(int most, CancellationToken cancel)
    {
        var line = new List<byte>();
        while (true)
        {
            if (!await Has(cancel)) return (Encoding.UTF8.GetString([.. line]), true);
            var octet = _buffer[_from++];
            if (octet == '\n') return (Encoding.UTF8.GetString([.. line]).TrimEnd('\r'), false);
            if (line.Count == most) throw new Unseen(Blind.TooLarge, $"the peer sent a line of more than {most} bytes");
            line.Add(octet);
        }
    }

    async Task Fill(CancellationToken cancel)
    {
        if (!await Has(cancel)) throw Closed();
    }

    async Task<bool> Has(CancellationToken cancel)
    {
        if (_from < _to) return true;
        (_from, _to) = (0, await read(_buffer, cancel));
        return _to > 0;
    }

    static Unseen Closed() => new(Blind.Unreachable, "the peer closed the connection in the middle of an answer");
}
