using System.Collections;

namespace Muster.Telemetry.Intake;

/// <summary>What comes beside the samples of a batch, as much of it as is of use: what is beyond that, or is none, is left out.</summary>
/// <param name="isTaken">Null: everything is.</param>
public sealed class BoundedList<T>(int most, Func<T, bool>? isTaken = null) : IReadOnlyList<T>
{
    readonly List<T> _all = [];

    public int Count => _all.Count;

    public T this[int index] => _all[index];

    public void Add(T one)
    {
        if (_all.Count < most && isTaken?.Invoke(one) != false) _all.Add(one);
    }

    public void AddRange(IEnumerable<T> more)
    {
        foreach (var one in more) Add(one);
    }

    /// <summary>Takes back those from this index on.</summary>
    public void Truncate(int count) => _all.RemoveRange(count, _all.Count - count);

    public void Clear() => _all.Clear();

    public List<T>.Enumerator GetEnumerator() => _all.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _all.GetEnumerator();
}
