namespace Muster.Probes;

/// <summary>Whether what was restored stands readable in the bytes that it was restored from.</summary>
static class RawBytes
{
    const int Samples = 16, Window = 32;
    const long MostScanned = 512L * 1024 * 1024;

    /// <summary>Pieces from the middle of some files, none of them of one byte alone.</summary>
    public static List<byte[]> Sample(string folder, IEnumerable<KeyValuePair<string, FileFound>> files)
    {
        var pieces = new List<byte[]>();
        foreach (var (name, file) in files)
        {
            if (pieces.Count == Samples) break;
            if (file.Size < Window || file.Content.StartsWith("link:", StringComparison.Ordinal)) continue;
            using var open = BackupSetProbe.Open(Path.Combine(folder, name), name);
            open.Position = (file.Size - Window) / 2;
            var piece = new byte[Window];
            if (open.ReadAtLeast(piece, Window, throwOnEndOfStream: false) == Window && piece.Distinct().Count() > 4) pieces.Add(piece);
        }

        return pieces;
    }

    /// <summary>Whether one of the pieces stands in a file of the folder; up to a bound of bytes.</summary>
    public static bool Holds(string folder, List<byte[]> pieces, CancellationToken cancel)
    {
        var (buffer, left) = (new byte[1024 * 1024], MostScanned);
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            using var open = BackupSetProbe.Open(file, Path.GetFileName(file));
            // What stands across two reads is found too.
            for (int kept = 0, got; left > 0 && (got = open.Read(buffer, kept, buffer.Length - kept)) > 0; left -= got)
            {
                cancel.ThrowIfCancellationRequested();
                var now = buffer.AsSpan(0, kept + got);
                foreach (var piece in pieces) if (now.IndexOf(piece) >= 0) return true;
                kept = Math.Min(Window - 1, now.Length);
                now[^kept..].CopyTo(buffer);
            }
        }

        return false;
    }
}
