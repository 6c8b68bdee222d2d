using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>An exception of the document for one vulnerability: who answers for it, why, and until when.</summary>
/// <param name="Ends">The first moment at which it does not count any more.</param>
sealed record DatedException(string Id, string? Package, string Because, string Owner, string Until, DateTimeOffset Ends)
{
    public bool IsFor(Finding finding) => finding.Ids.Contains(Id) && (Package is null || finding.IsIn(Package));

    public static ImmutableArray<DatedException> All(Given given) => given["exceptions"] switch
    {
        null => [],
        Value.Fields named => [.. named.Select(one => Of(one.Key, one.Value))],
        _ => throw Given.Wrong("exceptions", "is no map from a vulnerability to { until, because, owner }"),
    };

    static DatedException Of(string id, Value said)
    {
        if (said is not Value.Fields fields) throw Given.Wrong("exceptions", $"does not say until when, why and who answers for {id}: {{ until: 2026-12-31, because: …, owner: … }}");
        if (fields.Select(field => field.Key).FirstOrDefault(key => key is not ("until" or "because" or "owner" or "package")) is { } unknown) throw Given.Wrong("exceptions", $"says \"{unknown}\" of {id}; until, because, owner and package are known");
        string Need(string name, string why) => fields.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Given.Wrong("exceptions", $"does not say {why} {id} is excused (\"{name}\")");
        var until = Need("until", "until when");
        return new(id, fields.Text("package"), Need("because", "why"), Need("owner", "on whose word"), until,
            EndOf(until) ?? throw Given.Wrong("exceptions", $"says of {id} \"until: {until}\", which is neither a day as 2026-12-31 nor an instant"));
    }

    /// <summary>A day counts to its end, in UTC.</summary>
    static DateTimeOffset? EndOf(string until) =>
        DateOnly.TryParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
        : Instant.TryRead(until, out var instant) ? instant : null;
}
