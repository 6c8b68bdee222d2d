using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a scanner knew of: a scan of today with a database of last year finds nothing new.</summary>
static class ScannerDatabase
{
    /// <summary>What holds by itself, for scanners that rebuild theirs at least once a day.</summary>
    public const string Fresh = "at most 5d";

    public static Value.Fields Seen(Value.Fields seen, DateTimeOffset? built, DateTimeOffset? made)
    {
        if (built is not { } at) return seen;
        seen = seen.With("database_built", at);
        return made is { } scanned ? seen.With("database_age", scanned - at) : seen;
    }
}
