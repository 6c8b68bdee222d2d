using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The answer of <c>git cat-file --batch</c>: a line with id, type and size, then so many bytes and a line's end, again and again.</summary>
sealed class GitBatch(Stream from, int most)
{
    const int LongestHeader = 256;
    byte[] _buffer = new byte[256 * 1024];
    int _begin, _end;

    /// <summary>Content is null where it is larger than the bound; it holds until the next object is asked for.</summary>
    public async IAsyncEnumerable<(string Id, string Type, ReadOnlyMemory<byte>? Content)> Read([EnumeratorCancellation] CancellationToken cancel)
    {
        while (await Header(cancel) is { } header)
        {
            if (header.Split(' ') is not [var id, var type, var said] || !long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) throw new Unseen(Blind.NotCapable, $"git says of an object: {Bounded.Start(header, 100)}");
            if (size > most)
            {
                await Skip(size + 1, cancel);
                yield return (id, type, null);
                continue;
            }

            await Hold((int)size + 1, cancel);
            yield return (id, type, _buffer.AsMemory(_begin, (int)size));
            _begin += (int)size + 1;
        }
    }

    async Task<string?> Header(CancellationToken cancel)
    {
        for (var looked = 0; ;)
        {
            var at = _buffer.AsSpan(_begin + looked, _end - _begin - looked).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var header = Encoding.ASCII.GetString(_buffer, _begin, looked + at);
                _begin += looked + at + 1;
                return header;
            }

            looked = _end - _begin;
            if (looked > LongestHeader) throw Broken();
            if (await Fill(cancel)) continue;
            return looked == 0 ? null : throw Broken();
        }
    }

    async Task Hold(int wanted, CancellationToken cancel)
    {
        while (_end - _begin < wanted)
        {
            if (_buffer.Length < wanted)
            {
                var larger = new byte[Math.Max(wanted, (int)Math.Min(2L * _buffer.Length, most + 1L))];
                _buffer.AsSpan(_begin, _end - _begin).CopyTo(larger);
                (_buffer, _end, _begin) = (larger, _end - _begin, 0);
            }

            if (!await Fill(cancel)) throw Broken();
        }
    }

    async Task Skip(long bytes, CancellationToken cancel)
    {
        while (true)
        {
            var now = (int)Math.Min(bytes, _end - _begin);
            _begin += now;
            bytes -= now;
            if (bytes == 0) return;
            if (!await Fill(cancel)) throw Broken();
        }
    }

    async Task<bool> Fill(CancellationToken cancel)
    {
        if (_begin == _end) _begin = _end = 0;
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
        }

        var got = await from.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += got;
        return got > 0;
    }

    static Unseen Broken() => new(Blind.NotCapable, "git ended in the middle of an object");
}
