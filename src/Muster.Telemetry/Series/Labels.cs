using System.Collections;
using System.Text;

namespace Muster.Telemetry.Series;

/// <summary>A label of a series. The metric's name is the label <see cref="Labels.MetricName"/>.</summary>
public readonly record struct Label(string Name, string Value);

/// <summary>
/// The labels of one series: sorted by name in ordinal order, each name once, no empty value (an empty value is an absent label, as
/// <see href="https://prometheus.io/docs/concepts/data_model/"/> has it). Immutable; equal by content; the hash is computed once.
/// </summary>
public sealed class Labels : IEquatable<Labels>, IReadOnlyList<Label>
{
    /// <summary>The label that holds a metric's name.</summary>
    public const string MetricName = "__name__";

    public static readonly Labels Empty = new([]);

    readonly Label[] _all;
    readonly int _hash;

    Labels(Label[] sorted)
    {
        _all = sorted;
        var hash = new HashCode();
        foreach (var label in sorted)
        {
            hash.Add(string.GetHashCode(label.Name, StringComparison.Ordinal));
            hash.Add(string.GetHashCode(label.Value, StringComparison.Ordinal));
        }

        _hash = hash.ToHashCode();
    }

    public int Count => _all.Length;

    public Label this[int index] => _all[index];

    public ReadOnlySpan<Label> Span => _all;

    /// <summary>The metric's name; empty when there is none.</summary>
    public string Name => this[MetricName];

    /// <summary>The value of a label; empty when it is absent.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var label in _all)
            {
                if (string.Equals(label.Name, name, StringComparison.Ordinal)) return label.Value;
            }

            return "";
        }
    }

    public bool Has(string name)
    {
        foreach (var label in _all)
        {
            if (string.Equals(label.Name, name, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>Sorts, and leaves out labels without a value.</summary>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static Labels Of(params IEnumerable<Label> labels)
    {
        var all = labels.Where(label => label.Value.Length > 0).ToArray();
        if (all.Length == 0) return Empty;
        Array.Sort(all, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var at = 1; at < all.Length; at++)
        {
            if (all[at].Name == all[at - 1].Name) throw new ArgumentException($"the label {all[at].Name} stands twice", nameof(labels));
        }

        return new(all);
    }

    public static Labels Of(params IEnumerable<(string Name, string Value)> labels) => Of(labels.Select(label => new Label(label.Name, label.Value)));

    /// <summary>The same with one label set; an empty value takes it away.</summary>
    public Labels With(string name, string value) => Of([.. _all.Where(label => label.Name != name), new Label(name, value)]);

    public Labels WithoutName() => Without(MetricName);

    public Labels Without(string name) => Has(name) ? Where(label => label.Name != name) : this;

    /// <summary>Those labels for which it is so, still sorted.</summary>
    public Labels Where(Func<Label, bool> keep) => Array.FindAll(_all, label => keep(label)) is { Length: > 0 } kept ? new(kept) : Empty;

    public bool Equals(Labels? other) => other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && _all.AsSpan().SequenceEqual(other._all)));

    public override bool Equals(object? obj) => Equals(obj as Labels);

    public override int GetHashCode() => _hash;

    /// <summary>As PromQL writes it: <c>name{label="value"}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        if (Name.Length > 0 && Count == 1) return text.ToString();
        text.Append('{');
        var first = true;
        foreach (var label in _all)
        {
            if (label.Name == MetricName) continue;
            if (!first) text.Append(", ");
            first = false;
            text.Append(label.Name).Append("=\"").Append(label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return text.Append('}').ToString();
    }

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_all).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _all.GetEnumerator();
}
