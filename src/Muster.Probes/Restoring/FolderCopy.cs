using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A file, or a folder with all in it, copied. A link is not followed: what it leads to belongs to the source, and a server would write there.</summary>
static class FolderCopy
{
    const int Piece = 1024 * 1024;

    public static async Task Copy(string from, string to, Action<long> tell, CancellationToken cancel)
    {
        var done = 0L;
        if (File.Exists(from))
        {
            await One(from, to);
            return;
        }

        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, entry.FullName));
            if (entry.LinkTarget is not null) throw new Unseen(Blind.NotCapable, $"the backup has a link at {Path.GetRelativePath(from, entry.FullName)}, as tablespaces and a log elsewhere make them; such a backup is not restored here");
            if (entry is DirectoryInfo) Directory.CreateDirectory(target);
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await One(entry.FullName, target);
            }
        }

        async Task One(string source, string target)
        {
            await using var read = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, Piece, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using var write = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, Piece, FileOptions.Asynchronous);
            var piece = new byte[Piece];
            for (int got; (got = await read.ReadAsync(piece, cancel)) > 0; tell(done += got)) await write.WriteAsync(piece.AsMemory(0, got), cancel);
        }
    }
}
