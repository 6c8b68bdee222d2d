namespace Muster.Ledger;

/// <summary>
/// The tree over a ledger folder: finished tiles lie in files, what is newer in memory. Tiles are derived from the log; a wrong one shows as a proof that does not
/// verify, and is made anew from the log.
/// </summary>
sealed class TileTree
{
    readonly string _folder;
    readonly List<Level> _levels = [];
    Frontier _frontier = new();
    (int Level, long Tile, byte[] Bytes) _lastRead = (-1, -1, []);

    /// <summary>Hashes from <see cref="Base"/> on, which is a multiple of the tile width.</summary>
    sealed class Level
    {
        public long Base;
        public readonly List<byte[]> Hashes = [];
        public int Written; // how many of them are in files already
    }

    public TileTree(string folder) => _folder = folder;

    public long Size => _frontier.Size;

    public byte[] Root() => _frontier.Root();

    /// <summary>The root with these leaves added, without adding them.</summary>
    public (Frontier After, List<(int Level, byte[] Hash)> Closed) Try(IEnumerable<byte[]> leaves)
    {
        var after = _frontier.Copy();
        var closed = new List<(int, byte[])>();
        foreach (var leaf in leaves) after.Append(leaf, (height, hash) => closed.Add((height / 8, hash)));
        return (after, closed);
    }

    public void Take(Frontier after, List<(int Level, byte[] Hash)> closed)
    {
        foreach (var (level, hash) in closed)
        {
            while (_levels.Count <= level) _levels.Add(new());
            _levels[level].Hashes.Add(hash);
        }

        _frontier = after;
    }

    public void Append(IEnumerable<byte[]> leaves)
    {
        var (after, closed) = Try(leaves);
        Take(after, closed);
    }

    /// <summary>The tree of that size from its files, or null if one is missing or short.</summary>
    public static TileTree? Load(string folder, long size)
    {
        var tree = new TileTree(folder);
        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            var count = size >> (8 * level);
            var width = (int)(count % TilePath.Width);
            var kept = new Level { Base = count - width, Written = width };
            tree._levels.Add(kept);
            if (width == 0) continue;
            if (tree.ReadFile(TilePath.Hashes(level, count / TilePath.Width, width), width) is not { } bytes) return null;
            for (var i = 0; i < width; i++) kept.Hashes.Add(bytes.AsSpan(i * Merkle.HashLength, Merkle.HashLength).ToArray());
        }

        tree._frontier = Frontier.From(size, tree.Find);
        return tree._frontier.IsWhole ? tree : null;
    }

    /// <exception cref="LedgerException">A tile is missing.</exception>
    public byte[] Subtree(int height, long index) => Find(height, index)
        ?? throw new LedgerException(new(LedgerFault.Damaged, "ledger/tile", $"a tile of level {height / 8} is missing or short.", "Delete the folder ledger/tile; it is made anew from the log."));

    byte[]? Find(int height, long index)
    {
        var below = height % 8;
        if (below == 0) return Hash(height / 8, index);
        var (left, right) = (Find(height - 1, 2 * index), Find(height - 1, 2 * index + 1));
        return left is null || right is null ? null : Merkle.Node(left, right);
    }

    byte[]? Hash(int level, long index)
    {
        if (level < _levels.Count && index >= _levels[level].Base)
        {
            var at = index - _levels[level].Base;
            return at < _levels[level].Hashes.Count ? _levels[level].Hashes[(int)at] : null;
        }

        var tile = index / TilePath.Width;
        if (_lastRead.Level != level || _lastRead.Tile != tile)
        {
            if (ReadFile(TilePath.Hashes(level, tile, TilePath.Width), TilePath.Width) is not { } bytes) return null;
            _lastRead = (level, tile, bytes);
        }

        return _lastRead.Bytes.AsSpan((int)(index % TilePath.Width) * Merkle.HashLength, Merkle.HashLength).ToArray();
    }

    byte[]? ReadFile(string path, int width)
    {
        var file = Path.Combine(_folder, path);
        if (!File.Exists(file) || new FileInfo(file).Length != width * Merkle.HashLength) return null;
        return File.ReadAllBytes(file);
    }

    /// <summary>Writes the tiles that are not in files yet, and forgets the full ones.</summary>
    public void Publish()
    {
        for (var number = 0; number < _levels.Count; number++)
        {
            var level = _levels[number];
            var full = level.Hashes.Count / TilePath.Width * TilePath.Width;
            for (var from = 0; from < full; from += TilePath.Width) Write(number, level, from, TilePath.Width);
            if (full > 0)
            {
                level.Hashes.RemoveRange(0, full);
                level.Base += full;
                level.Written = 0;
            }

            if (level.Hashes.Count > level.Written) Write(number, level, 0, level.Hashes.Count);
            level.Written = level.Hashes.Count;
        }
    }

    void Write(int number, Level level, int from, int width)
    {
        var bytes = new byte[width * Merkle.HashLength];
        for (var i = 0; i < width; i++) level.Hashes[from + i].CopyTo(bytes, i * Merkle.HashLength);
        var tile = (level.Base + from) / TilePath.Width;
        TileFiles.Replace(_folder, Path.Combine(_folder, TilePath.Hashes(number, tile, TilePath.Width)), TilePath.Hashes(number, tile, width), bytes);
    }
}
