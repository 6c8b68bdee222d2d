using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class PostgresConnectionsProbe
{
    const double MostSeconds = 600;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    internal const string Limits = """
        select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0),
          current_setting('max_connections')::int,
          (select datconnlimit from pg_database where datname = current_database()), (select rolconnlimit from pg_roles where rolname = current_user), coalesce(inet_server_port(), 0)
        """;

    // Whoever may not see others' sessions is given their existence alone: state and kind are NULL, and the query says so. A session that only just begins has no state either, and hides nothing. Sessions have a user and a database, which the server's own workers have not.
    internal const string Used = """
        select count(*), count(*) filter (where datname = current_database()), count(*) filter (where usename = current_user), count(*) filter (where state = 'active'),
          count(*) filter (where state like 'idle in transaction%'), coalesce(max(extract(epoch from clock_timestamp() - state_change)) filter (where state like 'idle in transaction%'), 0), count(*) filter (where query = '<insufficient privilege>')
        from pg_stat_activity where (backend_type = 'client backend' or backend_type is null and usesysid is not null and datid is not null) and pid <> pg_backend_pid()
        """;

    /// <summary>What was seen is kept for a transaction; each look must be a new one.</summary>
    internal const string Anew = "select pg_stat_clear_snapshot()";

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var window = given.Seconds("window", 0);
        if (window > MostSeconds) throw Given.Wrong("window", $"is longer than {MostSeconds} s");
        var pools = given.Pairs("pools").Select(pool => double.TryParse(pool.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : throw Given.Wrong("pools", $"has no whole number for {pool.Name}")).Sum();
        var address = PostgresAddress.Read(given, context);
        await using var session = await PostgresSession.Open(address, context, cancel);
        var limits = Numbers((await session.Query(Limits, cancel)).Only);
        var (peak, last, samples) = await Sample(session, TimeSpan.FromSeconds(window), context, cancel);
        return new() { Observation = Shown(limits, peak, last, pools, address.Port).With("samples", samples), Population = samples, Before = session.Identity, After = session.Identity };
    }

    /// <summary>The most that was seen of each number, and the last.</summary>
    static async Task<(double[] Peak, double[] Last, int Samples)> Sample(PostgresSession session, TimeSpan window, ProbeContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        double[]? peak = null;
        for (var samples = 1; ; samples++)
        {
            await session.Query(Anew, cancel);
            var last = Numbers((await session.Query(Used, cancel)).Only);
            peak = peak is null ? last : [.. peak.Zip(last, Math.Max)];
            if (context.Clock.GetElapsedTime(began) + Pace > window) return (peak, last, samples);
            await Task.Delay(Pace, context.Clock, cancel);
        }
    }

    static Value.Fields Shown(double[] limits, double[] peak, double[] last, double pools, int port)
    {
        // A pool fills up when it is needed, which a quiet hour does not show.
        var most = Math.Max(peak[0], pools);
        (string Of, double Limit, double Peak)[] ceilings =
        [
            ("server", limits[0], most),
            .. limits[2] >= 0 ? [("database", limits[2], Math.Max(peak[1], pools))] : ((string, double, double)[])[],
            .. limits[3] >= 0 ? [("role", limits[3], Math.Max(peak[2], pools))] : ((string, double, double)[])[],
        ];
        var least = ceilings.MinBy(one => Share(one.Limit, one.Peak));
        var seen = Value.Of(
            ("max", limits[1]), ("usable", limits[0]), ("reserved", limits[1] - limits[0]), ("used", last[0]), ("peak", most), ("left_at_peak", Math.Round(Share(least.Limit, least.Peak), 4)), ("least", least.Of),
            ("limits", Value.List(ceilings.Select(one => (Value)Value.Of(("of", one.Of), ("limit", one.Limit), ("peak", one.Peak))))));
        if (limits[4] > 0) seen = seen.With("same_port", limits[4] == port);
        return peak[6] > 0 ? seen : seen.With(("active", last[3]), ("idle_in_transaction", peak[4]), ("longest_idle_in_transaction", Math.Round(peak[5], 3)));
    }

    /// <summary>Negative where pools may ask for more than there is.</summary>
    static double Share(double limit, double peak) => limit <= 0 ? 0 : (limit - peak) / limit;

    static double[] Numbers(string?[] row) => [.. row.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new Unseen(Blind.Unreadable, "the server gives no number where one was asked for"))];
}
