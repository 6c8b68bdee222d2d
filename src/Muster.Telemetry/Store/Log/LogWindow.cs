using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Log;

/// <summary>A part of a file in memory, moved on as it is read.</summary>
sealed class LogWindow(IReadableFile file, int size)
{
    readonly long _length = file.Length;
    byte[] _bytes = [];
    long _from;
    int _count;

    /// <summary>These bytes, which must be within the file; good until the next call.</summary>
    public ReadOnlySpan<byte> At(long at, int length)
    {
        if (at < _from || at + length > _from + _count)
        {
            var wanted = (int)Math.Min(Math.Max(size, length), _length - at);
            if (_bytes.Length < wanted) _bytes = new byte[wanted];
            file.Read(at, _bytes.AsSpan(0, wanted));
            _from = at;
            _count = wanted;
        }

        return _bytes.AsSpan((int)(at - _from), length);
    }
}
