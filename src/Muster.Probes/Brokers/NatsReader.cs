using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One thing that a NATS server says: an operation with what stands beside it, and for a message its subject, headers and payload.</summary>
/// <param name="Status">Of a message that the server itself answers with: 503 when nobody listens.</param>
sealed record NatsFrame(string Operation, string Rest, string Subject = "", string Subscription = "", string Reply = "", Value.Fields? Headers = null, string Status = "", byte[]? Payload = null)
{
    public byte[] Payload { get; } = Payload ?? [];

    public bool IsMessage => Operation is "MSG" or "HMSG";
}

/// <summary>Reads what a NATS server says, in bounded memory. What is no such thing ends the look.</summary>
sealed class NatsReader(Func<Memory<byte>, CancellationToken, Task<int>> read)
{
    const int MostLine = 256 * 1024;
    const int MostPayload = 8 * 1024 * 1024;
    byte[] _buffer = new byte[4096];
    int _from, _until;

    /// <summary>Nothing is left that came before what will be read next.</summary>
    public bool IsEmpty => _from == _until;

    public async Task<NatsFrame> Read(CancellationToken cancel)
    {
        var line = await Line(cancel);
        var space = line.AsSpan().IndexOfAny(' ', '\t');
        var (operation, rest) = space < 0 ? (line.ToUpperInvariant(), "") : (line[..space].ToUpperInvariant(), line[(space + 1)..].Trim());
        return operation switch
        {
            "MSG" => await Message(operation, rest, cancel),
            "HMSG" => await Message(operation, rest, cancel),
            "INFO" or "PING" or "PONG" or "+OK" or "-ERR" => new(operation, rest),
            _ => throw Wrong($"it begins with {Bounded.Start(Shown(operation), 40)}"),
        };
    }

    async Task<NatsFrame> Message(string operation, string rest, CancellationToken cancel)
    {
        var words = rest.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var sizes = operation == "HMSG" ? 2 : 1;
        if (words.Length < 2 + sizes || words.Length > 3 + sizes) throw Wrong("a message without subject and size");
        var whole = Size(words[^1]);
        var head = sizes == 2 ? Size(words[^2]) : 0;
        if (head > whole) throw Wrong("headers that are larger than their message");
        var bytes = await Bytes(whole + 2, cancel);
        if (bytes is not [.., (byte)'\r', (byte)'\n']) throw Wrong("a message that is larger than it says");
        var (status, headers) = Headers(bytes.AsSpan(0, head));
        return new(operation, "", words[0], words[1], words.Length == 3 + sizes ? words[2] : "", headers, status, bytes[head..^2]);
    }

    /// <summary>The first line carries the version and, from the server itself, a status: <c>NATS/1.0 503</c>.</summary>
    static (string Status, Value.Fields Headers) Headers(ReadOnlySpan<byte> head)
    {
        var headers = Value.Fields.Empty;
        if (head.IsEmpty) return ("", headers);
        var lines = Encoding.UTF8.GetString(head).Split("\r\n");
        if (!lines[0].StartsWith("NATS/1.0", StringComparison.Ordinal)) throw Wrong("headers of another version");
        foreach (var line in lines.Skip(1))
        {
            if (line.Length == 0) continue;
            if (line.Split(':', 2) is not [{ Length: > 0 } name, var value]) throw Wrong("a header without a name");
            headers = headers.With(name, value.Trim());
        }

        return (lines[0]["NATS/1.0".Length..].Trim().Split(' ')[0], headers);
    }

    static int Size(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= MostPayload ? size : throw Wrong($"a message of {Bounded.Start(Shown(text), 20)} bytes");

    async Task<string> Line(CancellationToken cancel)
    {
        var seen = 0;
        while (true)
        {
            var end = _buffer.AsSpan((_from + seen).._until).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _from, seen + end).TrimEnd('\r');
                _from += seen + end + 1;
                return line;
            }

            seen = _until - _from;
            if (seen > MostLine) throw Wrong($"a line of more than {MostLine} bytes");
            await More(1, cancel);
        }
    }

    async Task<byte[]> Bytes(int count, CancellationToken cancel)
    {
        while (_until - _from < count) await More(count - (_until - _from), cancel);
        var bytes = _buffer[_from..(_from + count)];
        _from += count;
        return bytes;
    }

    async Task More(int wanted, CancellationToken cancel)
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from.._until).CopyTo(_buffer);
            (_from, _until) = (0, _until - _from);
        }

        // Grows as bytes arrive, and not as large as the other side only says.
        if (_until == _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(_buffer.Length * 2L, Math.Max(_buffer.Length + 4096L, _until + (long)wanted)));
        var got = await read(_buffer.AsMemory(_until), cancel);
        if (got == 0) throw new Unseen(Blind.Unreachable, "the server closed the connection");
        _until += got;
    }

    static string Shown(string text) => new([.. text.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character)]);

    static Unseen Wrong(string says) => new(Blind.Unreadable, $"this is not what a NATS server says: {says}; is the target its client port?");
}
