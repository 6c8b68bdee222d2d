using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A primary and the standby that follows it, each by an address of its own, and the way by which clients come to whichever takes writes.</summary>
sealed class FailoverPair(PostgresKeeper primary, PostgresKeeper standby, PostgresKeeper? service, ProbeContext context)
{
    internal const string System = "select system_identifier::text from pg_control_system()";
    internal const string Timeline = "select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
    internal const string Links = "select r.state, r.sync_state, r.application_name from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid where $1::text is null or s.slot_name = $1";
    static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(2), Pace = TimeSpan.FromMilliseconds(20);

    public PostgresKeeper Primary => primary;

    public PostgresKeeper Standby => standby;

    public static FailoverPair Of(Given given, ProbeContext context)
    {
        var table = "muster_failover_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var other = given.Other("standby") ?? throw Given.Wrong("standby", "is missing: the target that follows the primary");
        return new(new(given, context, table), new(other, context, table), given.Other("service") is { } service ? new(service, context, table) : null, context);
    }

    Task<PostgresSession> Open(PostgresKeeper keeper, CancellationToken cancel) => PostgresSession.Open(keeper.Address, context, cancel, write: true);

    /// <summary>A primary, a standby of the same cluster that streams from it, and a service that leads to the primary.</summary>
    /// <exception cref="Unseen">They are no such pair, so that nothing of a failover could be seen.</exception>
    public async Task<FailoverBefore> Whole(CancellationToken cancel)
    {
        await using var first = await Open(primary, cancel);
        if (first.InRecovery) throw new Unseen(Blind.BadQuestion, "the target is a standby itself; the target is the primary, and \"standby\" whoever follows it");
        await using var second = await Open(standby, cancel);
        if (!second.InRecovery) throw new Unseen(Blind.NotReached, $"{Name(standby)} is no standby: it takes writes itself, so that nobody would be promoted");
        var system = (await first.Query(System, cancel)).Only[0];
        if ((await second.Query(System, cancel)).Only[0] != system) throw new Unseen(Blind.NotReached, $"{Name(standby)} is of another cluster than {Name(primary)}");
        if (service is not null)
        {
            await using var clients = await Open(service, cancel);
            if (!Equals(clients.Identity["started"], first.Identity["started"]) || (await clients.Query(System, cancel)).Only[0] != system)
                throw new Unseen(Blind.NotReached, $"the service at {Name(service)} leads to another server than {Name(primary)}, so that killing that would say nothing of it");
        }

        // Whoever is no member of pg_monitor is shown that there is a receiver, and not what it does; that a row arrives is seen all the same.
        var receiver = (await second.Query(PostgresReplicationLagProbe.Receiver, cancel)).Rows;
        if (receiver is [] or [[not (null or "streaming"), ..]]) throw new Unseen(Blind.NotReached, $"{Name(standby)} does not stream from a primary ({(receiver is [[{ } status, ..]] ? status : "it has no receiver")}), so that it lacks what was written since, whatever is done");
        var slot = receiver is [[_, { } named]] ? named : null;
        var links = (await first.Query(Links, cancel, slot)).Rows;
        var replication = Value.Of(("state", receiver[0][0] ?? "not shown to this role")).With(("slot", slot), ("sync_state", links is [[_, { } sync, _]] ? sync : null), ("application", links is [[_, _, { } application]] ? application : null));
        return new(system ?? "", Number((await first.Query(Timeline, cancel)).Only[0]), first.Identity["started"], replication, Value.Of(("system", system ?? ""), ("database", first.Database)));
    }

    /// <summary>Whether a row that was written on the primary is shown by the standby in time.</summary>
    public async Task<bool> Arrives(string id, TimeSpan patience, CancellationToken cancel)
    {
        await using var second = await Open(standby, cancel);
        for (var began = context.Clock.GetTimestamp(); context.Clock.GetElapsedTime(began) <= patience;)
        {
            // The table itself may be younger than what it has replayed.
            if (await second.Try($"select 1 from {standby.Table} where id = $1", cancel, id) is ({ Rows.Length: > 0 }, _, _)) return true;
            await Task.Delay(Pace, context.Clock, cancel);
        }

        return false;
    }

    /// <summary>Whether the primary still is who it was, and answers.</summary>
    public async Task<bool> ServesOn(Value? started, CancellationToken cancel) => await Tried(async stop =>
    {
        await using var session = await Open(primary, stop);
        return Equals(session.Identity["started"], started);
    }, cancel) is (true, true);

    /// <summary>Whether the standby takes writes by now.</summary>
    public async Task<bool> Promoted(CancellationToken cancel) => await Tried(standby.IsReady, cancel) is (true, true);

    public async Task<double?> TimelineNow(CancellationToken cancel) => await Tried(async stop =>
    {
        await using var session = await Open(standby, stop);
        return Number((await session.Query(Timeline, stop)).Only[0]);
    }, cancel) is (true, var now) ? now : null;

    /// <summary>Writes one the way a client does: to the service, or to the first of both that takes writes. True where it was acknowledged and the standby that was has it.</summary>
    public async Task<bool> Accepts(WriteRecord record, CancellationToken cancel)
    {
        var to = service ?? (await Tried(primary.IsReady, cancel) is (true, true) ? primary : standby);
        if (await Tried(to.IsReady, cancel) is not (true, true)) return false;
        var entry = record.Begin();
        var (answered, taken) = await Tried(async stop =>
        {
            await using var writer = await to.Open(stop);
            return await writer.Write(entry.Id, entry.Digest, stop);
        }, cancel);
        if (!answered) return false;
        record.Settle(entry, taken);
        return taken && await Tried(async stop =>
        {
            await using var session = await Open(standby, stop);
            return (await session.Query($"select 1 from {standby.Table} where id = $1", stop, entry.Id)).Rows.Length > 0;
        }, cancel) is (true, true);
    }

    /// <summary>What the old primary is now: down, standby, refuses writes, primary.</summary>
    public async Task<string> Former(CancellationToken cancel)
    {
        if (await Tried(primary.IsReady, cancel) is not (true, var ready)) return "down";
        if (!ready) return "standby";
        var (_, taken) = await Tried(async stop =>
        {
            await using var writer = await primary.Open(stop);
            return await writer.Write("split-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), "", stop);
        }, cancel);
        return taken ? "primary" : "refuses writes";
    }

    /// <summary>Whether one of both takes writes, and the other streams.</summary>
    public async Task<bool> IsPair(CancellationToken cancel) => await Tried(async stop =>
    {
        await using var first = await Open(primary, stop);
        await using var second = await Open(standby, stop);
        return first.InRecovery != second.InRecovery && (await (first.InRecovery ? first : second).Query(PostgresReplicationLagProbe.Receiver, stop)).Rows is [[null or "streaming", ..]];
    }, cancel) is (true, true);

    /// <summary>Who is what at the end.</summary>
    /// <param name="former">What the old primary was seen to be; null where it may be another by now.</param>
    public async Task<Value.Fields> Left(string? former, CancellationToken cancel)
    {
        async Task<string> State(PostgresKeeper server) => await Tried(server.IsReady, cancel) switch { (true, true) => "primary", (true, false) => "standby", _ => "down" };
        var (first, second) = (former ?? await State(primary), await State(standby));
        var (chief, other, state) = second == "primary" ? (Name(standby), primary, first) : first == "primary" ? (Name(primary), standby, second) : ("none", standby, second);
        return Value.Of(("primary", chief), ("other", Name(other)), ("other_is", state));
    }

    public static string Name(PostgresKeeper keeper) => string.Create(CultureInfo.InvariantCulture, $"{keeper.Address.Host}:{keeper.Address.Port}");

    static double Number(string? hexadecimal) => int.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : throw new Unseen(Blind.Unreadable, "the server names no timeline");

    /// <summary>Asks something of a server that may be down.</summary>
    internal static async Task<(bool Answered, T? Answer)> Tried<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestTry);
        try { return (true, await ask(limit.Token)); }
        catch (Exception down) when (!cancel.IsCancellationRequested && down is not Unseen { Blind: Blind.Refused or Blind.NoConsent }) { return (false, default); }
    }
}

/// <summary>The pair before anything is done to it.</summary>
/// <param name="Started">When the primary was started, which tells it from another of the same address.</param>
sealed record FailoverBefore(string System, double Timeline, Value? Started, Value.Fields Replication, Value.Fields Identity);
