namespace Muster.Telemetry.Store.Index;

/// <summary>Numbers, ascending. One thread appends, any may read what stood there.</summary>
sealed class Postings
{
    int[] _numbers = new int[1];
    int _count;

    public int Count => Volatile.Read(ref _count);

    public ReadOnlySpan<int> All
    {
        get
        {
            // The count first: an array read after it holds at least so many.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _numbers).AsSpan(0, count);
        }
    }

    public void Add(int number)
    {
        var count = _count;
        if (count == _numbers.Length)
        {
            var grown = new int[Math.Max(4, count * 2)];
            _numbers.CopyTo(grown, 0);
            Volatile.Write(ref _numbers, grown);
        }

        _numbers[count] = number;
        Volatile.Write(ref _count, count + 1);
    }
}
