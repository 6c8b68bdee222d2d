using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>The chunks of one series, one after the other.</summary>
ref struct ChunkList
{
    BytesReader _reader;
    int _left;
    long _at;

    public ChunkList(BytesReader reader)
    {
        _reader = reader;
        _left = _reader.Count();
        _at = (long)_reader.Varint();
    }

    public ChunkEntry Current { get; private set; }

    public readonly ChunkList GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_left-- <= 0) return false;
        var length = (int)_reader.Varint();
        var first = _reader.Signed();
        var last = first + (long)_reader.Varint();
        var count = _reader.Varint();
        Current = new(_at, length, first, last, (int)(count >> 1), (count & 1) != 0);
        _at += length;
        return true;
    }
}
