namespace Muster.Ledger;

/// <summary>Writing a tile takes its narrower forms away: the widest holds them all.</summary>
static class TileFiles
{
    public static void Replace(string folder, string full, string path, ReadOnlySpan<byte> bytes)
    {
        var to = Path.Combine(folder, path);
        WholeFile.WriteDerived(to, bytes);
        var partials = TilePath.Partials(full);
        if (!Directory.Exists(partials)) return;
        if (to == full) Directory.Delete(partials, recursive: true);
        else
        {
            foreach (var narrower in Directory.EnumerateFiles(partials))
                if (narrower != to) File.Delete(narrower);
        }
    }
}
