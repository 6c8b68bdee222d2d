using System.Globalization;
using System.Text;

namespace Muster.Probes;

/// <summary>How a file of commands ends.</summary>
enum AofEnd
{
    Whole,

    /// <summary>In the middle of a command or of a transaction, and nothing follows: the machine stopped, or the copy did.</summary>
    Truncated,

    /// <summary>Something within it is no command.</summary>
    Corrupted,
}

/// <summary>
/// Walks over an append-only file of Redis's, command by command, without keeping any: where it stops being one, whether that is its end, and the last time that it tells (with <c>aof-timestamp-enabled</c>).
/// Redis's own tool says only that it is not valid; that a tail is cut off and that a middle is broken are different losses.
/// </summary>
sealed record AofWalk(AofEnd End, long WholeUpTo, long Bytes, long Commands, DateTimeOffset? LastTime)
{
    const int MostWords = 1024 * 1024;

    /// <param name="file">At its first command.</param>
    public static AofWalk Read(Stream file, CancellationToken cancel)
    {
        var walk = new Walking(file);
        var (whole, commands, open, last) = (file.Position, 0L, false, (DateTimeOffset?)null);
        while (true)
        {
            if ((commands & 0xfff) == 0) cancel.ThrowIfCancellationRequested();
            var first = walk.Byte();
            if (first < 0) return new(open ? AofEnd.Truncated : AofEnd.Whole, whole, file.Length, commands, last);
            if (first == '#')
            {
                if (walk.Line() is not { } said) return Ended(walk);
                if (said.StartsWith("TS:", StringComparison.Ordinal) && long.TryParse(said.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 250_000_000_000) last = DateTimeOffset.FromUnixTimeSeconds(seconds);
                if (!open) whole = walk.Position;
                continue;
            }

            if (first != '*') return Ended(walk, broken: true);
            var words = walk.Number(MostWords) ?? 0;
            if (words == 0) return Ended(walk);
            string? name = null;
            for (var i = 0L; i < words; i++)
            {
                if (walk.Byte() is var mark && mark != '$') return Ended(walk, mark >= 0);
                if (walk.Number(long.MaxValue) is not { } length) return Ended(walk);
                if (i == 0 && length <= 16) { if ((name = walk.Text((int)length)) is null) return Ended(walk); }
                else if (!walk.Skip(length)) return Ended(walk);
                if (!walk.End()) return Ended(walk);
            }

            commands++;
            // A transaction counts as a whole or not at all.
            open = name?.ToUpperInvariant() switch { "MULTI" => true, "EXEC" => false, _ => open };
            if (!open) whole = walk.Position;
        }

        AofWalk Ended(Walking at, bool broken = false) => new(broken || !at.AtEnd ? AofEnd.Corrupted : AofEnd.Truncated, whole, file.Length, commands, last);
    }

    sealed class Walking(Stream file)
    {
        readonly byte[] _buffer = new byte[64 * 1024];
        long _base = file.Position;
        int _at, _end;

        public long Position => _base + _at;

        /// <summary>Whether what stopped the walk is that there is no more.</summary>
        public bool AtEnd { get; private set; }

        public int Byte()
        {
            if (_at == _end)
            {
                _base += _end;
                (_at, _end) = (0, file.Read(_buffer));
                if (_end == 0)
                {
                    AtEnd = true;
                    return -1;
                }
            }

            return _buffer[_at++];
        }

        public string? Line()
        {
            var line = new StringBuilder();
            for (int next; (next = Byte()) >= 0 && line.Length < 256; line.Append((char)next))
                if (next == '\n') return line.ToString().TrimEnd('\r');
            return null;
        }

        public long? Number(long most) => Line() is { } line && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;

        public string? Text(int length)
        {
            var text = new char[length];
            for (var i = 0; i < length; i++)
                if (Byte() is >= 0 and var next) text[i] = (char)next;
                else return null;
            return new(text);
        }

        public bool Skip(long length)
        {
            var here = Math.Min(length, _end - _at);
            _at += (int)here;
            length -= here;
            if (length == 0) return true;
            if (length > file.Length - file.Position)
            {
                AtEnd = true;
                return false;
            }

            file.Position += length;
            (_base, _at, _end) = (file.Position, 0, 0);
            return true;
        }

        public bool End() => Byte() == '\r' && Byte() == '\n';
    }
}
