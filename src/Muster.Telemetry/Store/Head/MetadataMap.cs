using System.Collections.Concurrent;
using Muster.Telemetry.Intake;

namespace Muster.Telemetry.Store.Head;

/// <summary>What families of metrics say of themselves: the last word of each, and not more families than a bound.</summary>
sealed class MetadataMap(int most)
{
    const int LongestText = 4096, LongestKind = 64;

    /// <summary>Characters of all together: they are written anew at the beginning of each log.</summary>
    const int MostText = 16 << 20;

    readonly ConcurrentDictionary<string, MetricMetadata> _all = new(StringComparer.Ordinal);

    readonly ConcurrentDictionary<string, string> _bySentName = new(StringComparer.Ordinal);

    int _text;

    /// <summary>The family that a sender calls so; null: none.</summary>
    public string? FamilyOf(string sentAs) => _bySentName.GetValueOrDefault(sentAs);

    public IEnumerable<MetricMetadata> All => _all.Values;

    public MetricMetadata? Of(string family) => _all.GetValueOrDefault(family);

    /// <summary>It would be news, and there is room for it.</summary>
    public bool IsNew(MetricMetadata told) => told.Family.Length is > 0 and <= LongestText && told.Kind.Length <= LongestKind && told.Help.Length <= LongestText && told.Unit.Length <= LongestText && told.SentAs.Length <= LongestText
        && (_all.TryGetValue(told.Family, out var known) ? known != told : _all.Count < most) && _text + Text(told) - (known is null ? 0 : Text(known)) <= MostText;

    public void Add(MetricMetadata told)
    {
        if (!IsNew(told)) return;
        _text += Text(told) - (Of(told.Family) is { } known ? Text(known) : 0);
        _all[told.Family] = told;
        if (told.SentAs.Length > 0) _bySentName[told.SentAs] = told.Family;
    }

    static int Text(MetricMetadata told) => told.Family.Length + told.Kind.Length + told.Help.Length + told.Unit.Length + told.SentAs.Length;
}
