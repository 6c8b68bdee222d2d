using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What an exercise left behind whose Muster was ended in the middle, and what became of it.</summary>
/// <param name="Kind">The exercise.</param>
/// <param name="Undone">What was switched back, in words.</param>
/// <param name="Open">What could not be switched back: somebody must see to it.</param>
public sealed record LeftBehind(string Kind, DateTimeOffset Began, int Processes, long Bytes, ImmutableArray<string> Undone, ImmutableArray<string> Open);

/// <summary>All scratch folders under one root: where they are made, and how those are cleaned whose Muster is gone.</summary>
public static class Scratches
{
    /// <summary>The folder of this user under the machine's temporary files.</summary>
    public static string Usual => Path.Combine(Path.GetTempPath(), "muster-scratch-" + Environment.UserName);

    /// <summary>Makes the root if it is not there. It must belong to us alone: commands are read from it after a crash, and whoever may write into it could have them run.</summary>
    internal static string Root(string path)
    {
        const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsLinux()) throw new IOException("exercises work on Linux only");
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(path, Ours);
        var info = new DirectoryInfo(path);
        if (info.LinkTarget is not null) throw new IOException($"{path} is a link; make it a folder");
        if ((info.UnixFileMode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0) throw new IOException($"others may write into {path}; chmod 700 it, or name another folder");
        // Only the owner of a folder may set its mode: this fails where it is somebody else's.
        File.SetUnixFileMode(path, info.UnixFileMode | Ours);
        return path;
    }

    /// <summary>Ends, undoes and deletes what exercises left behind whose Muster lives no more; those of a living one are left alone.</summary>
    public static async Task<ImmutableArray<LeftBehind>> Clean(RunnerOptions options, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(options.ScratchRoot)) return [];
        var found = ImmutableArray.CreateBuilder<LeftBehind>();
        using var lines = new HttpLines();
        var context = new ProbeContext(options, lines, static _ => { }, new Ask(new Question("here", []), "", []));
        foreach (var folder in Directory.EnumerateDirectories(Root(options.ScratchRoot)))
        {
            cancel.ThrowIfCancellationRequested();
            if (ScratchRecord.Read(Path.Combine(folder, ScratchRecord.Name)) is not { } record || record.Muster is null or { Lives: true }) continue;
            var (undone, open) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<WayBack>());
            foreach (var way in record.Open.Reverse())
                if (await way.Go(context, cancel)) undone.Add(way.Says);
                else open.Insert(0, way);
            var processes = new Leftovers(record.Mark).End();
            var bytes = Size(folder);
            if (open.Count == 0) Delete(folder);
            else record.Write(open.ToImmutable());
            found.Add(new(record.Kind, record.Began, processes, bytes, undone.ToImmutable(), [.. open.Select(way => way.Says)]));
        }

        return found.ToImmutable();
    }

    static long Size(string folder)
    {
        try { return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.LinkTarget is null ? file.Length : 0); }
        catch (Exception moving) when (moving is IOException or UnauthorizedAccessException) { return 0; } // Only said, never relied on.
    }

    /// <summary>A server that was killed may still be letting go of its files for a moment.</summary>
    internal static void Delete(string folder)
    {
        for (var attempt = 0; Directory.Exists(folder); attempt++)
            try { Directory.Delete(folder, recursive: true); }
            catch (Exception busy) when (busy is IOException or UnauthorizedAccessException && attempt < 50) { Thread.Sleep(20); }
            catch (Exception kept) when (kept is IOException or UnauthorizedAccessException) { return; } // The next start tries again.
    }
}
