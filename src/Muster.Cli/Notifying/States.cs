using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What was last told of a gate: a later round tells only what differs from it, also after a restart.</summary>
sealed record Told(Digest Entry, Digest Statement, Verdict Verdict, bool Standing, bool BreakGlass, DateTimeOffset At);

/// <summary>Which gate of which system the rounds are about.</summary>
sealed record About(string System, string Gate, string Environment);

/// <summary>What rounds remember from one to the next. Only they write it, so that whoever delivers meanwhile overwrites nothing.</summary>
sealed record RoundsState
{
    /// <summary>Messages that had to go since too many waited.</summary>
    public long Dropped { get; init; }

    /// <summary>Why the last round gave no verdict; null while rounds do.</summary>
    public string? Failing { get; init; }

    /// <summary>Null before the first verdict.</summary>
    public About? About { get; init; }

    public ImmutableSortedDictionary<string, Told> Told { get; init; } = ImmutableSortedDictionary<string, Told>.Empty;

    public byte[] Bytes()
    {
        var fields = Value.Of(("dropped", Dropped), ("told", new Value.Fields(Told.Select(told => KeyValuePair.Create(told.Key, (Value)Write(told.Value))))));
        if (Failing is { } failing) fields = fields.With("failing", failing);
        if (About is { } about) fields = fields.With("about", Value.Of(("system", about.System), ("gate", about.Gate), ("environment", about.Environment)));
        return CanonicalJson.Bytes(fields);
    }

    static Value.Fields Write(Told told) => Value.Of(("entry", told.Entry), ("statement", told.Statement), ("verdict", told.Verdict.ToString()), ("standing", told.Standing), ("break_glass", told.BreakGlass), ("at", told.At));

    /// <summary>Null for whatever is not such a state.</summary>
    public static RoundsState? Read(ReadOnlySpan<byte> bytes)
    {
        if (StateFields.Read(bytes) is not { } fields || fields["told"] is not Value.Fields told) return null;
        return new()
        {
            Dropped = StateFields.Count(fields["dropped"]),
            Failing = StateFields.Text(fields["failing"]),
            About = fields["about"] is Value.Fields about && StateFields.Text(about["system"]) is { } system && StateFields.Text(about["gate"]) is { } gate && StateFields.Text(about["environment"]) is { } environment
                ? new(system, gate, environment) : null,
            Told = told.Select(one => (one.Key, Value: ReadTold(one.Value))).Where(one => one.Value is not null).ToImmutableSortedDictionary(one => one.Key, one => one.Value!, StringComparer.Ordinal),
        };
    }

    static Told? ReadTold(Value value) =>
        value is Value.Fields fields && Digest.TryParse(StateFields.Text(fields["entry"]), out var entry) && Digest.TryParse(StateFields.Text(fields["statement"]), out var statement)
        && Enum.TryParse<Verdict>(StateFields.Text(fields["verdict"]), out var verdict) && Enum.IsDefined(verdict) && StateFields.Time(fields["at"]) is { } at
            ? new(entry, statement, verdict, Equals(fields["standing"], Value.True), Equals(fields["break_glass"], Value.True), at)
            : null;
}

/// <summary>What deliveries remember. Only whoever holds the outbox writes it.</summary>
sealed record DeliveryState
{
    /// <summary>Messages that nobody took in time.</summary>
    public long Dropped { get; init; }

    public long Delivered { get; init; }

    public DateTimeOffset? LastDelivered { get; init; }

    public byte[] Bytes()
    {
        var fields = Value.Of(("dropped", Dropped), ("delivered", Delivered));
        return CanonicalJson.Bytes(LastDelivered is { } last ? fields.With("last_delivered", last) : fields);
    }

    /// <summary>Null for whatever is not such a state.</summary>
    public static DeliveryState? Read(ReadOnlySpan<byte> bytes) => StateFields.Read(bytes) is not { } fields ? null
        : new() { Dropped = StateFields.Count(fields["dropped"]), Delivered = StateFields.Count(fields["delivered"]), LastDelivered = StateFields.Time(fields["last_delivered"]) };
}

/// <summary>Fields of a file that anybody may have damaged.</summary>
static class StateFields
{
    public static Value.Fields? Read(ReadOnlySpan<byte> bytes)
    {
        try { return Value.Parse(bytes) as Value.Fields; }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException) { return null; } // what is not known is found out anew
    }

    public static string? Text(Value? value) => (value as Value.Text)?.Is;

    public static long Count(Value? value) => value is Value.Number { Is: >= 0 and <= 9007199254740992d } number ? (long)number.Is : 0;

    public static DateTimeOffset? Time(Value? value) => value is Value.Text { Is: var text } && Instant.TryRead(text, out var at) ? at : null;
}
