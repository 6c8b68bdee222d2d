namespace Muster.Telemetry.Store.Index;

/// <summary>Which series have which labels: of a head or of a block. Series are numbers from 0.</summary>
interface ILabelIndex
{
    int SeriesCount { get; }

    IEnumerable<string> Names { get; }

    /// <summary>Null: no series has a label of this name.</summary>
    ILabelValues? Of(string name);
}

/// <summary>The values of one label. They are numbered; numbers that were good once stay good.</summary>
interface ILabelValues
{
    int Count { get; }

    string Value(int at);

    /// <summary>Where a value stands; -1: nowhere.</summary>
    int Find(string value);

    /// <summary>The series that have it, ascending.</summary>
    ReadOnlySpan<int> Series(int at);

    /// <summary>How many series have it.</summary>
    int SeriesCount(int at);

    /// <summary>The series that have the label at all, ascending.</summary>
    ReadOnlySpan<int> Any { get; }

    /// <summary>Where values with this beginning can stand: all of them, or fewer where the values are sorted.</summary>
    (int First, int End) WithPrefix(string prefix);
}
