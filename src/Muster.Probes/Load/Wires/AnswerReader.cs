namespace Muster.Probes.Load;

/// <summary>How far an answer has come.</summary>
enum Reading { More, Done, Garbage, TooLarge }

/// <summary>
/// Reads answers of HTTP/1.1 out of what a connection brings, in whatever pieces it comes. A head that comes whole is read where it lies; a body is kept only where somebody wants it,
/// and otherwise counted and dropped.
/// </summary>
sealed class AnswerReader
{
    public const int MostOfHead = 64 * 1024;
    public const int MostOfBody = 8 * 1024 * 1024;

    enum At { Head, Length, Chunks, UntilClosed, Done }

    ResponseHead _head;
    ChunkFrames _chunks;
    At _at = At.Done;
    byte[] _lines = [];
    byte[] _body = [];
    int _filled, _interim, _kept;
    long _left;
    bool _bodiless, _keeps, _closed, _upgrades;

    public int Status => _head.Status;

    /// <summary>Header lines without the status line.</summary>
    public ReadOnlyMemory<byte> Head => _lines.AsMemory(_head.Fields, _head.End - _head.Fields);

    /// <summary>As it came, not decompressed.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(0, _kept);

    public bool IsCoded => _head.IsCoded;

    /// <summary>Whether another request may follow on the connection.</summary>
    public bool Keeps => _head.Keeps && _at == At.Done && !_closed;

    public string? Wrong { get; private set; }

    /// <param name="head">The request was HEAD: whatever its header says, no body follows.</param>
    /// <param name="upgrades">The request asked for another protocol: an answer of 101 is whole with its header.</param>
    public void Begin(bool head, bool keepBody, bool upgrades = false)
    {
        (_at, _filled, _interim, _kept, _bodiless, _keeps, _closed, _upgrades, Wrong) = (At.Head, 0, 0, 0, head, keepBody, false, upgrades, null);
        (_head, _chunks) = (default, default);
    }

    /// <summary>Reads as much as belongs to this answer; what is left over belongs to none.</summary>
    public Reading Read(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (true)
        {
            var rest = bytes[used..];
            switch (_at)
            {
                case At.Head:
                    if (rest.IsEmpty) return Reading.More;
                    var (read, whole) = ReadHead(rest);
                    used += read;
                    if (Wrong is not null) return Reading.Garbage;
                    if (!whole) return Reading.More;
                    if (Begun() is { } early) return early;
                    break;
                case At.Length:
                    var length = (int)Math.Min(rest.Length, _left);
                    used += length;
                    _left -= length;
                    if (!Keep(rest[..length])) return Reading.TooLarge;
                    if (_left > 0) return Reading.More;
                    _at = At.Done;
                    return Reading.Done;
                case At.Chunks:
                    if (_chunks.Left > 0)
                    {
                        var data = (int)Math.Min(rest.Length, _chunks.Left);
                        used += data;
                        _chunks.Left -= data;
                        if (!Keep(rest[..data])) return Reading.TooLarge;
                        if (_chunks.Left > 0) return Reading.More;
                        break;
                    }

                    if (rest.IsEmpty) return Reading.More;
                    used += _chunks.Read(rest);
                    if (_chunks.Wrong is { } wrong)
                    {
                        Wrong = wrong;
                        return Reading.Garbage;
                    }

                    if (!_chunks.HasEnded) break;
                    _at = At.Done;
                    return Reading.Done;
                case At.UntilClosed:
                    used = bytes.Length;
                    return Keep(rest) ? Reading.More : Reading.TooLarge;
                default:
                    return Reading.Done;
            }
        }
    }

    /// <summary>The connection was closed in order. True if that ends the answer, and not only breaks it off.</summary>
    public bool End()
    {
        if (_at != At.UntilClosed) return false;
        _closed = true;
        _at = At.Done;
        return true;
    }

    /// <summary>What follows the head, or that nothing does.</summary>
    Reading? Begun()
    {
        if (Status < 200)
        {
            if (Status == 101 && _upgrades)
            {
                _at = At.Done;
                return Reading.Done;
            }

            if (Status == 101)
            {
                Wrong = "it changes to another protocol, which nobody asked for";
                return Reading.Garbage;
            }

            _head = default;
            return null;
        }

        if (_bodiless || Status is 204 or 304 || (_head.Length == 0 && !_head.IsChunked))
        {
            _at = At.Done;
            return Reading.Done;
        }

        _left = _head.Length;
        _at = _head.IsChunked ? At.Chunks : _left > 0 ? At.Length : At.UntilClosed;
        return _keeps && _left > MostOfBody ? Reading.TooLarge : null;
    }

    (int Read, bool Whole) ReadHead(ReadOnlySpan<byte> bytes)
    {
        var (most, before) = (MostOfHead - _interim, _filled);
        var whole = 0;
        if (before == 0) whole = _head.Read(bytes);
        var taken = whole > 0 ? whole : Math.Min(bytes.Length, most - before);
        if (whole >= 0 && taken <= most)
        {
            Room(before + taken);
            bytes[..taken].CopyTo(_lines.AsSpan(before));
            _filled += taken;
            if (before > 0) whole = _head.Read(_lines.AsSpan(0, _filled));
        }

        if (whole < 0) return Fail(_head.Wrong!);
        if (whole > most || (whole == 0 && before + bytes.Length >= most)) return Fail("its header is larger than 65536 bytes");
        if (whole == 0) return (taken, false);
        _interim += whole;
        _filled = 0;
        return (whole - before, true);
    }

    (int, bool) Fail(string wrong)
    {
        Wrong = wrong;
        return (0, false);
    }

    bool Keep(ReadOnlySpan<byte> data)
    {
        if (!_keeps) return true;
        if (data.Length > MostOfBody - _kept) return false;
        if (_kept + data.Length > _body.Length) Array.Resize(ref _body, (int)Math.Max(Math.Max(_kept + data.Length, Math.Min(_left, MostOfBody)), Math.Min(_body.Length * 2L, MostOfBody)));
        data.CopyTo(_body.AsSpan(_kept));
        _kept += data.Length;
        return true;
    }

    void Room(int length)
    {
        if (_lines.Length < length) Array.Resize(ref _lines, Math.Max(length, Math.Max(256, Math.Min(_lines.Length * 2, MostOfHead))));
    }
}
