using System.Collections.Immutable;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Lets a query say <c>{"http.server.request.duration_bucket"}</c> where the store has <c>http_server_request_duration_seconds_bucket</c>: a name as its
/// sender wrote it finds the family that it became, and labels beside it likewise. A series that truly has such a name is found too.
/// </summary>
/// <param name="family">The family that a sender calls so; null: none.</param>
public sealed class NamesAsSent(ISeriesSource inner, Func<string, string?> family) : ISeriesSource
{
    static readonly string[] Suffixes = ["", "_bucket", "_sum", "_count"];

    public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel)
    {
        var asked = matchers.FirstOrDefault(matcher => matcher is { Name: Labels.MetricName, Kind: MatchKind.Equal });
        if (asked is null || IsPlain(asked.Value) || Stored(asked.Value) is not { } stored) return inner.Select(matchers, from, to, cancel);
        var resolved = matchers.Select(matcher => matcher == asked ? new(Labels.MetricName, MatchKind.Equal, stored) : IsPlain(matcher.Name) ? matcher : new Matcher(OtlpNames.Label(matcher.Name), matcher.Kind, matcher.Value));
        var found = inner.Select([.. resolved], from, to, cancel);
        var literal = inner.Select(matchers, from, to, cancel);
        return literal.Count == 0 ? found : [.. found, .. literal];
    }

    string? Stored(string name)
    {
        foreach (var suffix in Suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal) && family(name[..^suffix.Length]) is { } stored) return stored + suffix;
        }

        return null;
    }

    static bool IsPlain(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');
}
