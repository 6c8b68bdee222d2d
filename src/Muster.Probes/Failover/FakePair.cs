using System.Diagnostics;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Enough of a pair for fixtures: a primary that answers as long as a process lives, which is a real one that only waits, and a standby that takes over when that is killed.</summary>
sealed class FakePair : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-fixture-");
    readonly CancellationTokenSource _stop = new();
    readonly Lock _one = new();
    readonly List<string?[]> _kept = [];
    readonly LoopbackPostgres _primary, _standby;
    readonly Process _process;
    readonly bool _loses;
    readonly Task _supervising;
    bool _promoted;

    FakePair(bool loses)
    {
        _loses = loses;
        _process = Process.Start(new ProcessStartInfo("sleep", ["600"]) { RedirectStandardInput = true })!;
        File.WriteAllText(PidFile, _process.Id.ToString(CultureInfo.InvariantCulture));
        _primary = Server(standby: false);
        _standby = Server(standby: true);
        _supervising = Supervise();
    }

    string PidFile => Path.Combine(_folder.FullName, "postmaster.pid");

    public Value.Fields Question => Value.Of(("target", _primary.Address), ("standby", _standby.Address), ("kill", Value.Of(("signal", "KILL"), ("pid_file", PidFile))), ("writers", 2), ("write_for", 0.2), ("wait", 10), ("watch", 0.2));

    public static Task<FakePair> Start(bool loses, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux()) throw new Unseen(Blind.NotCapable, "failover.drill works on Linux only");
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult(new FakePair(loses));
    }

    LoopbackPostgres Server(bool standby) => LoopbackPostgres.Start()
        .Says(PostgresSession.Settle, ["1", "2", "3", "4", "5", "6", "7", "8", "9"], _ => [["5000", "5000", "UTC", "ISO, YMD", standby ? "1772355700" : "1772355600", "150020", "shop", "shop", standby && !Volatile.Read(ref _promoted) ? "t" : "f"]])
        .Says(FailoverPair.System, ["system"], ["7301234567890123456"])
        .Says(FailoverPair.Timeline, ["timeline"], _ => [[Volatile.Read(ref _promoted) ? "00000002" : "00000001"]])
        .Says(FailoverPair.Links, ["state", "sync", "application"], ["streaming", "sync", "one"])
        .Says(PostgresReplicationLagProbe.Receiver, ["status", "slot"], ["streaming", "one"])
        .Says("current_setting('fsync')", ["a", "b", "c"], ["on", "on", "on"])
        .Says("create table", []).Says("drop table", [])
        .Says("insert into", [], texts =>
        {
            lock (_one)
            {
                if (!standby && LiveProcess.Of(_process.Id) is null) throw new IOException("killed");
                _kept.Add([(_kept.Count + 1).ToString(CultureInfo.InvariantCulture), texts[0], texts[1]]);
                return [];
            }
        })
        .Says("select 1 from", ["one:23"], texts => Kept().Any(row => row[1] == texts[0]) ? [["1"]] : [])
        .Says("select n, id, digest", ["n", "id", "digest"], texts => [.. Kept().Where(row => int.Parse(row[0]!, CultureInfo.InvariantCulture) > int.Parse(texts[0]!, CultureInfo.InvariantCulture)).Take(5000)]);

    string?[][] Kept()
    {
        lock (_one) return [.. _kept];
    }

    async Task Supervise()
    {
        try { await _process.WaitForExitAsync(_stop.Token); }
        catch (OperationCanceledException) { return; } // The fixture is over.
        finally { await _primary.DisposeAsync(); }

        lock (_one)
            // More than there are writers: one of these was acknowledged.
            if (_loses) _kept.RemoveRange(Math.Max(1, _kept.Count - 4), Math.Min(4, _kept.Count - 1));
        Volatile.Write(ref _promoted, true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervising;
        _process.Kill();
        _process.Dispose();
        await _standby.DisposeAsync();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }
}
