using System.Collections.Immutable;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

public sealed partial class MetricStore
{
    /// <summary>A clock that is further ahead of the newest sample than this, or was set ahead by more, may be wrong, and has to be so for an hour before anything is dropped for it.</summary>
    const long Doubtful = Days.Length;

    /// <summary>How long a query may read on in a block that was dropped.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    static readonly TimeSpan SureOfTheClock = TimeSpan.FromHours(1);

    /// <summary>Left free on the disk by a merge.</summary>
    const long Spare = 64 << 20;

    readonly List<(Block Block, TimeSpan Since)> _retired = [];

    /// <summary>By how much the clock has been set since the store was opened, as far as it is believed or being waited for, and since when.</summary>
    (long By, TimeSpan Since) _set = (0, -SureOfTheClock);

    /// <summary>Seals what is due, merges, drops what is past its retention or budget. The host calls it now and then; tests call it when they like.</summary>
    /// <remarks>A disk that has no room is no failure of this: what could not be done is told in <see cref="Problems"/> and done another time.</remarks>
    public async Task Tend(CancellationToken cancel)
    {
        await _tending.WaitAsync(cancel);
        try
        {
            if (!_closed) await Task.Run(() => TendNow(cancel), cancel);
        }
        finally { _tending.Release(); }
    }

    void TendNow(CancellationToken cancel)
    {
        Try("what is not needed any more could not be deleted", Settle);
        Try("what is past its retention could not be dropped", () => Drop(toBudget: false));
        Try("the head could not be sealed", () =>
        {
            if (IsDue()) FreezeHead();
            SealAll(cancel);
        });
        Try("blocks could not be merged", () => Merge(cancel));
        Try("what is past the budget could not be dropped", () => Drop(toBudget: true));
        Try("a deletion could not be carried out", () => CarryOutDeletions(cancel));
        Rest();
    }

    void Try(string what, Action work)
    {
        try { work(); }
        // Whatever it is: one store that cannot be tended stops neither the rest of this nor the others.
        catch (Exception bad) when (bad is not OperationCanceledException) { Problem($"{what}: {bad.Message}"); }
    }

    void Merge(CancellationToken cancel)
    {
        // What takes part in a merge is not smaller than what comes of it.
        var over = Days.Of(_clock.Now - Partition - (long)_options.OutOfOrderWindow.TotalMilliseconds);
        while (Merging.Next(View.Blocks, over) is { Count: > 0 } inputs)
        {
            var size = inputs.Sum(static block => block.Size);
            if (_files.FreeBytes(_blocks) < size + Spare) return;
            if (!Rewrite(inputs, cancel) && !inputs.Exists(static block => block.IsDamaged)) return;
        }
    }

    /// <summary>Puts one block in the place of several.</summary>
    bool Rewrite(List<Block> inputs, CancellationToken cancel)
    {
        var view = View;
        var name = BlockName.Of(inputs[0].Day, _manifest.NextBlock);
        var written = Merging.Write(_files, _blocks, name, inputs, view.Deletions, cancel);
        if (inputs.Exists(static block => block.IsDamaged)) return false;
        var names = inputs.Select(static block => block.Name).ToHashSet(StringComparer.Ordinal);
        Replace(names, written ? [name] : []);
        return true;
    }

    void Replace(HashSet<string> old, List<string> names)
    {
        var blocks = names.ConvertAll(Open);
        try
        {
            WriteManifest(_manifest with { NextBlock = _manifest.NextBlock + names.Count, Blocks = [.. _manifest.Blocks.Where(name => !old.Contains(name)), .. names] });
        }
        catch
        {
            foreach (var block in blocks) block.Dispose();
            foreach (var name in names) _files.Delete(Path.Combine(_blocks, name));
            throw;
        }

        Retire(old, blocks);
        foreach (var name in old) _over.Enqueue(name);
        Settle();
    }

    /// <summary>Puts blocks in the place of others, for who asks from now on.</summary>
    void Retire(HashSet<string> old, List<Block> blocks)
    {
        lock (_gate)
        {
            foreach (var block in _view.Blocks.Where(block => old.Contains(block.Name))) _retired.Add((block, _clock.Running));
            Show(_view with { Blocks = Ordered([.. blocks, .. _view.Blocks.Where(block => !old.Contains(block.Name))]) });
        }
    }

    /// <param name="toBudget">Not before the log is sealed, which makes it much shorter.</param>
    void Drop(bool toBudget)
    {
        var view = View;
        var old = new HashSet<string>(StringComparer.Ordinal);
        if (Oldest() is { } oldest)
        {
            old.UnionWith(view.Blocks.Where(block => block.Last < oldest).Select(static block => block.Name));
            // What could not be opened goes by the day in its name.
            old.UnionWith(_manifest.Blocks.Except(view.Blocks.Select(static block => block.Name)).Where(name => BlockName.DayOf(name) < Days.Of(oldest)));
        }

        if (toBudget && _options.MaxBytes > 0)
        {
            var left = BytesOf(view);
            foreach (var block in view.Blocks.OrderBy(static block => block.Last).ThenBy(static block => block.First))
            {
                if (left <= _options.MaxBytes) break;
                old.Add(block.Name);
                left -= block.Size;
            }
        }

        if (old.Count == 0) return;
        try { Replace(old, []); }
        catch (IOException) when (!toBudget && _manifest.Blocks.Any(old.Contains))
        {
            // A disk that is full has no room for a manifest either: what is past its retention goes before it is written. A start finds it missing, and no more.
            Retire(old, []);
            _manifest = _manifest with { Blocks = [.. _manifest.Blocks.Where(name => !old.Contains(name))] };
            _isBehind = true;
            foreach (var path in old.Select(name => Path.Combine(_blocks, name)).Where(_files.Exists)) _files.Delete(path);
            throw;
        }
    }

    /// <summary>What is older is dropped; null: the clock cannot be trusted yet.</summary>
    long? Oldest()
    {
        var newest = Math.Max(View.Head.Last, View.Blocks.IsEmpty ? long.MinValue : View.Blocks.Max(static block => block.Last));
        var now = Math.Min(_clock.Wall, _clock.Now);
        if (newest != long.MinValue && now - newest > Doubtful && _clock.Running < SureOfTheClock) return null;
        var by = _clock.Wall - _clock.Steady;
        // A machine that slept, or learnt the time late, is ahead for good. One that is set back drops less.
        if (by - _set.By > Doubtful) _set = (by, _clock.Running);
        else if (_set.By - by > Doubtful) _set = (by, -SureOfTheClock);
        if (_clock.Running - _set.Since < SureOfTheClock) return null;
        return now - (long)_options.Retention.TotalMilliseconds;
    }

    void Rest()
    {
        foreach (var block in View.Blocks) block.Rest();
        _retired.RemoveAll(one =>
        {
            if (_clock.Running - one.Since < Grace) return false;
            one.Block.Dispose();
            return true;
        });
    }
}
