using System.Collections.Immutable;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Lets a query say <c>{"http.server.request.duration_bucket"}</c> where the store has <c>http_server_request_duration_seconds_bucket</c>: a name as its
/// sender wrote it finds the family that it became, and the names of labels likewise. A series that truly has such names is found too.
/// </summary>
/// <param name="family">The family that a sender calls so; null: none.</param>
public sealed class NamesAsSent(ISeriesSource inner, Func<string, string?> family) : ISeriesSource
{
    static readonly string[] Suffixes = ["", "_bucket", "_sum", "_count"];

    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel)
    {
        var sets = Sets(matchers, family);
        var found = inner.Select(sets[0], from, to, cancel);
        if (sets.Count == 1) return found;
        var literal = inner.Select(sets[1], from, to, cancel);
        if (literal.Count == 0) return found;
        var known = found.Select(static series => series.Labels).ToHashSet();
        return [.. found, .. literal.Where(series => !known.Contains(series.Labels))];
    }

    /// <summary>The matchers as the store's own names have it, and as they stand; one set where that is the same. A series is meant when either holds.</summary>
    public static IReadOnlyList<ImmutableArray<Matcher>> Sets(ImmutableArray<Matcher> matchers, Func<string, string?> family)
    {
        var stored = ImmutableArray.CreateBuilder<Matcher>(matchers.Length);
        var literal = ImmutableArray.CreateBuilder<Matcher>(matchers.Length);
        var (differ, unnamed) = (false, true);
        foreach (var matcher in matchers)
        {
            var own = Own(matcher, family);
            stored.Add(own ?? matcher);
            literal.Add(matcher);
            if (own is null) continue;
            unnamed &= matcher.Name != Labels.MetricName;
            if (matcher.Name == Labels.MetricName || !matcher.Matches("")) differ = true;
            else
            {
                // It holds for a series that has no such label: under neither name may there be one that it does not hold for.
                stored.Add(matcher);
                literal.Add(own);
            }
        }

        // A name that no sender told and that is none of the data model stands in the store as it is, if at all; so do its labels then.
        if (unnamed && matchers.Any(static matcher => matcher is { Name: Labels.MetricName, Kind: MatchKind.Equal } && !IsPlain(matcher.Value))) return [matchers];
        return differ ? [stored.ToImmutable(), literal.ToImmutable()] : [stored.ToImmutable()];
    }

    /// <summary>The name under which the values of a label are kept that a sender calls so.</summary>
    public static string Label(string name) => IsPlain(name) ? name : OtlpNames.Label(name);

    /// <returns>Null: it is in the store's own names already.</returns>
    static Matcher? Own(Matcher matcher, Func<string, string?> family)
    {
        if (matcher.Name != Labels.MetricName) return IsPlain(matcher.Name) ? null : new(OtlpNames.Label(matcher.Name), matcher.Kind, matcher.Value);
        return matcher.Kind == MatchKind.Equal && !IsPlain(matcher.Value) && Stored(matcher.Value, family) is { } stored ? new(Labels.MetricName, MatchKind.Equal, stored) : null;
    }

    static string? Stored(string name, Func<string, string?> family)
    {
        foreach (var suffix in Suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal) && family(name[..^suffix.Length]) is { } stored) return stored + suffix;
        }

        return null;
    }

    static bool IsPlain(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');
}
