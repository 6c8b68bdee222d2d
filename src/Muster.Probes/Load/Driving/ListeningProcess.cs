using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>The process of this machine that listens on a port, by proc(5); null on other systems, or where this user may not see it.</summary>
/// <param name="StartedTicks">Clock ticks after the machine's start: with the id, no other process has both.</param>
sealed record ListeningProcess(int Id, string Name, long StartedTicks)
{
    const int MostLines = 100_000;
    const string Listen = "0A";

    public static ListeningProcess? On(int port)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            var sockets = Inodes(port).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
            if (sockets.Count == 0) return null;
            // Several processes may hold one listening socket; the one that began first made it.
            return Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && Holds(id, sockets)).Select(Read).OfType<ListeningProcess>().MinBy(process => (process.StartedTicks, process.Id));
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException) { return null; }
    }

    static IEnumerable<string> Inodes(int port)
    {
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table)) continue;
            foreach (var line in File.ReadLines(table).Skip(1).Take(MostLines))
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, Listen, _, _, _, _, _, var inode, ..]
                    && local.LastIndexOf(':') is > 0 and var colon && int.TryParse(local.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var found) && found == port)
                    yield return inode;
        }
    }

    static bool Holds(int id, HashSet<string> sockets)
    {
        try { return Directory.EnumerateFiles($"/proc/{id}/fd").Any(fd => Leads(fd) is { } name && sockets.Contains(name)); }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return false; } // It has ended, or is another user's.
    }

    // A handle that was closed meanwhile says nothing of the others.
    static string? Leads(string handle)
    {
        try { return File.ResolveLinkTarget(handle, false)?.Name; }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; }
    }

    /// <summary>Field 22 of stat is the start time; the name in field 2 may hold spaces and brackets.</summary>
    static ListeningProcess? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var (open, close) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
            return open > 0 && close > open && stat[(close + 2)..].Split(' ') is { Length: > 19 } fields && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var started)
                ? new(id, stat[(open + 1)..close], started)
                : null;
        }
        catch (IOException) { return null; } // It has ended.
    }
}
