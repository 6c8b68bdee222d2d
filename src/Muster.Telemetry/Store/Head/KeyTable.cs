using System.Numerics;

namespace Muster.Telemetry.Store.Head;

/// <summary>
/// Keys and the number each was given: 0, 1, 2, … in the order of their coming. Open addressing over one array of words (the upper half of the hash
/// and the number), the keys themselves one after another in large arrays, so that a million keys are a few dozen objects. One thread writes; others
/// may read keys of numbers they were told of, but not look for any while it writes.
/// </summary>
sealed class KeyTable
{
    const int PageSize = 1 << 18;

    ulong[] _slots = new ulong[1024];
    byte[][] _pages = new byte[8][];
    long[] _at = new long[256];
    int[] _length = new int[256];
    int _page = -1;
    int _used;

    public int Count { get; private set; }

    /// <summary>Bytes held by keys.</summary>
    public long KeyBytes { get; private set; }

    /// <summary>The key's number; -1: it is not here.</summary>
    public int Find(ReadOnlySpan<byte> key, ulong hash)
    {
        var slots = _slots;
        var mask = (uint)slots.Length - 1;
        for (var at = (uint)hash & mask; ; at = (at + 1) & mask)
        {
            var slot = slots[at];
            if (slot == 0) return -1;
            if ((uint)(slot >> 32) != (uint)(hash >> 32)) continue;
            var number = (int)(uint)slot - 1;
            if (KeyOf(number).SequenceEqual(key)) return number;
        }
    }

    /// <summary>Adds a key that is not here yet.</summary>
    public int Add(ReadOnlySpan<byte> key, ulong hash)
    {
        if ((Count + 1) * 4L > _slots.Length * 3L) Grow();
        Keep(key);
        Place(_slots, hash, Count);
        return Count++;
    }

    public ReadOnlySpan<byte> KeyOf(int number)
    {
        var at = _at[number];
        return _pages[at >> 32].AsSpan((int)at, _length[number]);
    }

    void Keep(ReadOnlySpan<byte> key)
    {
        if (_page < 0 || _used + key.Length > _pages[_page].Length)
        {
            _page++;
            if (_page == _pages.Length) Array.Resize(ref _pages, _pages.Length * 2);
            _pages[_page] = new byte[Math.Max(_page == 0 ? PageSize / 16 : PageSize, key.Length)];
            _used = 0;
        }

        if (Count == _at.Length)
        {
            Array.Resize(ref _at, Count * 2);
            Array.Resize(ref _length, Count * 2);
        }

        key.CopyTo(_pages[_page].AsSpan(_used));
        _at[Count] = ((long)_page << 32) | (uint)_used;
        _length[Count] = key.Length;
        _used += key.Length;
        KeyBytes += key.Length;
    }

    void Grow()
    {
        var slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)_slots.Length * 2)];
        for (var number = 0; number < Count; number++) Place(slots, KeyHash.Of(KeyOf(number)), number);
        _slots = slots;
    }

    static void Place(ulong[] slots, ulong hash, int number)
    {
        var mask = (uint)slots.Length - 1;
        var at = (uint)hash & mask;
        while (slots[at] != 0) at = (at + 1) & mask;
        slots[at] = (hash >> 32 << 32) | (uint)(number + 1);
    }
}
