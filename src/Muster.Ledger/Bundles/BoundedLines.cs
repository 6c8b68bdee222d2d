namespace Muster.Ledger;

/// <summary>Lines of a file of others, each ended by one line feed, none longer and all together not larger than they may be.</summary>
sealed class BoundedLines(Stream from, int longest, long largest)
{
    byte[] _buffer = new byte[64 * 1024];
    int _start;
    int _end;
    long _read;

    /// <summary>Of the last line that was given, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Why <see cref="Next"/> gave none; "" at the end of the file.</summary>
    public string Says { get; private set; } = "";

    /// <summary>The next line without its end; null at the end, or where the file is not such lines. Good until the next call.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        for (var searched = 0; ;)
        {
            if (_buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n') is var at and >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + at);
                _start += line.Length + 1;
                Number++;
                return line.Length <= longest ? line : Stop($"It is longer than a line may be ({longest} bytes).");
            }

            searched = _end - _start;
            if (searched > longest) return Stop($"It is longer than a line may be ({longest} bytes).");
            if (!Fill(searched)) return searched == 0 ? null : Stop("The file ends within it.");
            if (_read > largest) return Stop($"The file is larger than it may be ({largest} bytes).");
        }
    }

    bool Fill(int kept)
    {
        if (_start > 0) _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        (_start, _end) = (0, kept);
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = from.Read(_buffer.AsSpan(_end));
        _end += count;
        _read += count;
        return count > 0;
    }

    ReadOnlyMemory<byte>? Stop(string says)
    {
        Says = says;
        Number++;
        return null;
    }
}
