using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One answer of Redis's protocol, RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
abstract record RedisReply
{
    RedisReply() { }

    public sealed record Simple(string Is) : RedisReply;

    /// <param name="Code">Its first word: NOPERM, NOAUTH, WRONGPASS, ERR.</param>
    public sealed record Error(string Code, string Says) : RedisReply;

    public sealed record Integer(long Is) : RedisReply;

    /// <summary>A text, or any bytes: what a key or a value holds need not be text.</summary>
    public sealed record Bulk(ReadOnlyMemory<byte> Bytes) : RedisReply
    {
        public string Is => Encoding.UTF8.GetString(Bytes.Span);
    }

    public sealed record Missing : RedisReply;

    public sealed record List(ImmutableArray<RedisReply> Are) : RedisReply;

    public string? Text => this switch { Simple simple => simple.Is, Bulk bulk => bulk.Is, Integer integer => integer.Is.ToString(CultureInfo.InvariantCulture), _ => null };
}

/// <summary>Reads replies from a stream of bytes: each bounded in length, and lists in length and depth.</summary>
sealed class RedisReader(Func<Memory<byte>, CancellationToken, Task<int>> read, int mostBulk = 2 * 1024 * 1024)
{
    const int MostLine = 64 * 1024;
    const int MostItems = 100_000;
    const int Deepest = 8;
    readonly byte[] _buffer = new byte[16 * 1024];
    int _from, _to;

    public async Task<RedisReply> Read(CancellationToken cancel, int depth = 0)
    {
        var line = await Line(cancel);
        if (line.Length == 0) throw Wrong("an empty line");
        var rest = line[1..];
        switch (line[0])
        {
            case '+': return new RedisReply.Simple(rest);
            case '-': return new RedisReply.Error(rest.Split(' ', 2)[0], rest);
            case ':': return long.TryParse(rest, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? new RedisReply.Integer(number) : throw Wrong("an integer that is none");
            case '$': return Length(rest, mostBulk) is { } length ? await Bulk(length, cancel) : new RedisReply.Missing();
            case '*':
                if (Length(rest, MostItems) is not { } count) return new RedisReply.Missing();
                if (depth == Deepest) throw Wrong($"lists within more than {Deepest} others");
                var items = ImmutableArray.CreateBuilder<RedisReply>();
                for (var i = 0; i < count; i++) items.Add(await Read(cancel, depth + 1));
                return new RedisReply.List(items.DrainToImmutable());
            default: throw Wrong($"\"{Bounded.Start(line, 40)}\"");
        }
    }

    static int? Length(string text, int most) => !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) || length < -1 ? throw Wrong("a length that is none")
        : length == -1 ? null : length <= most ? (int)length : throw new Unseen(Blind.TooLarge, $"the peer announces {length} bytes or items; {most} are read");

    async Task<RedisReply> Bulk(int length, CancellationToken cancel)
    {
        var bytes = new MemoryStream();
        for (var left = length + 2; left > 0;)
        {
            await Fill(cancel);
            var now = Math.Min(left, _to - _from);
            bytes.Write(_buffer, _from, now);
            (_from, left) = (_from + now, left - now);
        }

        var all = bytes.GetBuffer().AsSpan(0, length + 2);
        return all[length] == '\r' && all[length + 1] == '\n' ? new RedisReply.Bulk(bytes.GetBuffer().AsMemory(0, length)) : throw Wrong("a text that is longer than announced");
    }

    async Task<string> Line(CancellationToken cancel)
    {
        var line = new List<byte>();
        while (true)
        {
            await Fill(cancel);
            var octet = _buffer[_from++];
            if (octet == '\n') return line is [.., (byte)'\r'] ? Encoding.UTF8.GetString([.. line[..^1]]) : throw Wrong("a line without its carriage return");
            if (line.Count == MostLine) throw Wrong($"a line of more than {MostLine} bytes");
            line.Add(octet);
        }
    }

    async Task Fill(CancellationToken cancel)
    {
        if (_from < _to) return;
        (_from, _to) = (0, await read(_buffer, cancel));
        if (_to == 0) throw new Unseen(Blind.Unreachable, "the peer closed the connection in the middle of an answer");
    }

    static Unseen Wrong(string what) => new(Blind.Unreadable, $"the answer is not of Redis's protocol: {what}");
}
