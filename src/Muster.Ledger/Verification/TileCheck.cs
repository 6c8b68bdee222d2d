namespace Muster.Ledger;

delegate void FindLedgerFault(LedgerFault fault, string file, long? offset, long? entry, string says);

/// <summary>Compares the tiles and entry bundles in files with those that follow from the log, while the log is being read.</summary>
sealed class TileCheck(string folder, FindLedgerFault find)
{
    readonly List<(long Count, List<byte[]> Hashes)> _levels = [];
    readonly List<byte[]> _bundle = [];

    /// <summary>The next hash of a level. Hashes beyond the published size have no files yet.</summary>
    public void Take(int level, byte[] hash, long published)
    {
        while (_levels.Count <= level) _levels.Add((0, []));
        var (count, hashes) = _levels[level];
        if (count >= published >> (8 * level)) return;
        hashes.Add(hash);
        _levels[level] = (++count, hashes);
        if (hashes.Count < TilePath.Width) return;
        Compare(TilePath.Hashes(level, count / TilePath.Width - 1, TilePath.Width), Join(hashes));
        hashes.Clear();
    }

    public void TakeEntry(ReadOnlySpan<byte> entry, long index, long published)
    {
        if (index >= published) return;
        _bundle.Add(entry.ToArray());
        if (_bundle.Count < TilePath.Width) return;
        Compare(TilePath.Entries(index / TilePath.Width, TilePath.Width), EntryBundle.Write(_bundle));
        _bundle.Clear();
    }

    /// <summary>The partial tiles, when all of the log was read.</summary>
    public void Finish(long published)
    {
        for (var level = 0; level < _levels.Count; level++)
            if (_levels[level].Hashes is { Count: > 0 } hashes) Compare(TilePath.Hashes(level, _levels[level].Count / TilePath.Width, hashes.Count), Join(hashes));
        if (_bundle.Count > 0) Compare(TilePath.Entries(published / TilePath.Width, _bundle.Count), EntryBundle.Write(_bundle));
    }

    void Compare(string path, byte[] expected)
    {
        var file = Path.Combine(folder, path);
        if (!File.Exists(file)) find(LedgerFault.Missing, "ledger/" + path, null, null, "A tile is missing; it is made anew from the log when it is deleted with its folder.");
        else if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(expected)) find(LedgerFault.Damaged, "ledger/" + path, null, null, "A tile is not what follows from the log.");
    }

    static byte[] Join(List<byte[]> hashes) => [.. hashes.SelectMany(hash => hash)];
}
