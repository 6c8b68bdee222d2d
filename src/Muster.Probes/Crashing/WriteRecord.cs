using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a store shows of one write when it is read back.</summary>
readonly record struct Kept(string Id, string? Digest);

/// <summary>What was wrong with a store's contents after one kill.</summary>
/// <param name="Lost">Acknowledged and gone, each with how old its acknowledgement was when the store was killed.</param>
/// <param name="Phantom">There, and never written or plainly refused.</param>
/// <param name="Altered">There with other contents than were written.</param>
sealed record Differences(IReadOnlyList<(string Id, TimeSpan Age)> Lost, IReadOnlyList<string> Phantom, IReadOnlyList<string> Duplicated, IReadOnlyList<string> Altered);

/// <summary>
/// The writer's own record, outside of whatever is killed: each write with its digest, when it was acknowledged, and how it came out. Contents are compared as sets:
/// counts alone are the same when one is lost and another is there twice.
/// </summary>
sealed class WriteRecord(TimeProvider clock)
{
    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    internal enum Outcome { Unknown, Acknowledged, Refused, Gone }

    internal sealed class Entry(string id, string digest)
    {
        public string Id => id;
        public string Digest => digest;
        public long? Acknowledged { get; set; }
        public Outcome Outcome { get; set; }

        /// <summary>It was read back after a kill, so that its outcome is known whatever the writer heard.</summary>
        public bool Settled { get; set; }
    }

    public int Attempted { get { lock (_entries) return _entries.Count; } }
    public int Acknowledged { get; private set; }
    public int Refused { get; private set; }

    /// <summary>Writes that nobody answered: they may be there or not, and must be there as a whole or not at all.</summary>
    public int Unknown => Attempted - Acknowledged - Refused;

    public Entry Begin()
    {
        lock (_entries)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{_run}-{_entries.Count:D6}");
            return _entries[id] = new(id, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        }
    }

    public void Settle(Entry entry, bool acknowledged)
    {
        lock (_entries)
        {
            entry.Outcome = acknowledged ? Outcome.Acknowledged : Outcome.Refused;
            entry.Acknowledged = acknowledged ? clock.GetTimestamp() : null;
            if (acknowledged) Acknowledged++;
            else Refused++;
        }
    }

    /// <summary>Writes through one connection until that breaks or somebody stops it.</summary>
    /// <returns>Why it broke; null where it was stopped. A write without an answer stays unknown.</returns>
    public async Task<string?> Fill(Func<CancellationToken, Task<Writer>> open, TimeSpan pause, TimeSpan longest, ProbeContext context, CancellationToken stop)
    {
        try
        {
            await using var writer = await open(stop);
            while (!stop.IsCancellationRequested)
            {
                var entry = Begin();
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(longest);
                Settle(entry, await writer.Write(entry.Id, entry.Digest, limit.Token));
                if (pause > TimeSpan.Zero) await Task.Delay(pause, context.Clock, stop);
            }

            return null;
        }
        catch (OperationCanceledException) { return null; } // The round is over.
        catch (Exception broken) { return Faults.Sight(broken).Detail ?? broken.Message; }
    }

    /// <summary>How many since the last comparison were never answered.</summary>
    public int Unanswered { get { lock (_entries) return _entries.Values.Count(entry => entry is { Outcome: Outcome.Unknown, Settled: false }); } }

    /// <summary>The oldest acknowledgement since the last comparison, as old as it was at that moment.</summary>
    public TimeSpan Oldest(long at)
    {
        lock (_entries) return _entries.Values.Where(entry => entry is { Settled: false, Acknowledged: not null }).Select(entry => clock.GetElapsedTime(entry.Acknowledged!.Value, at)).DefaultIfEmpty().Max();
    }

    /// <summary>What is there beside what should be. What was lost once is not counted again after the next kill.</summary>
    /// <param name="killed">When the store was killed.</param>
    public Differences Compare(IReadOnlyList<Kept> present, long killed)
    {
        lock (_entries)
        {
            var (phantom, duplicated, altered) = (new List<string>(), new List<string>(), new List<string>());
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var kept in present)
                if (!_entries.TryGetValue(kept.Id, out var entry) || entry.Outcome == Outcome.Refused) phantom.Add(kept.Id);
                else if (!seen.Add(kept.Id)) duplicated.Add(kept.Id);
                else if (kept.Digest != entry.Digest) altered.Add(kept.Id);
            var lost = new List<(string, TimeSpan)>();
            foreach (var entry in _entries.Values)
            {
                if (entry.Outcome == Outcome.Acknowledged && !seen.Contains(entry.Id))
                {
                    lost.Add((entry.Id, entry.Acknowledged is { } at && at < killed ? clock.GetElapsedTime(at, killed) : TimeSpan.Zero));
                    entry.Outcome = Outcome.Gone;
                }
                // Whoever read it back knows how it came out: one that was there once has to stay.
                else if (entry is { Outcome: Outcome.Unknown, Settled: false } && seen.Contains(entry.Id)) entry.Outcome = Outcome.Acknowledged;
                entry.Settled = true;
            }

            return new(lost, phantom, duplicated, altered);
        }
    }
}
