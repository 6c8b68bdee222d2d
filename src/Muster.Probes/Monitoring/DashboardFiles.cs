using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Dashboards as a repository keeps them: one JSON file each, compared without what Grafana itself writes into them.</summary>
static class DashboardFiles
{
    const int MostFiles = 500;
    const long MostBytes = 4 * 1024 * 1024;

    /// <summary>What Grafana counts up or asks for at an import, and what says nothing of what is shown.</summary>
    static readonly string[] NotCompared = ["id", "version", "iteration", "__inputs", "__requires", "__elements", "gnetId"];

    public static async Task<List<(string File, Value.Fields Dashboard)>> Read(string folder, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, folder, context.MayLeaveFolder);
        if (!Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"there is no folder {folder} of dashboards");
        string[] files;
        try { files = [.. Directory.EnumerateFiles(place, "*.json", SearchOption.AllDirectories).Take(MostFiles + 1).Order(StringComparer.Ordinal)]; }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{folder} may not be read by this user"); }

        if (files.Length > MostFiles) throw new Unseen(Blind.TooLarge, $"{folder} has more than {MostFiles} files");
        if (files.Length == 0) throw new Unseen(Blind.Unreadable, $"{folder} has no dashboard, which would be a file that ends in .json");
        var read = new List<(string, Value.Fields)>();
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(place, file);
            // A link within the folder may lead out of it.
            var inside = FolderWall.Within(context.Folder, Path.Combine(folder, name), context.MayLeaveFolder);
            if (new FileInfo(inside).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} is larger than {MostBytes} bytes");
            try { read.Add((name, Value.Parse(await File.ReadAllBytesAsync(inside, cancel)) is Value.Fields whole ? whole.At("dashboard") as Value.Fields ?? whole : throw new Unseen(Blind.Unreadable, $"{name} is no dashboard"))); }
            catch (Exception unread) when (unread is JsonException or InvalidOperationException) { throw new Unseen(Blind.Unreadable, $"{name} is not JSON: {unread.Message}", unread); }
        }

        return read;
    }

    /// <summary>Whether both show the same; a uid that the file leaves to Grafana is no difference.</summary>
    public static bool AreSame(Value.Fields file, Value.Fields deployed)
    {
        string[] left = file.Text("uid") is null ? [.. NotCompared, "uid"] : NotCompared;
        return Compared(file, left).Equals(Compared(deployed, left));
    }

    static Value.Fields Compared(Value.Fields dashboard, string[] left) => new(dashboard.Where(field => !left.Contains(field.Key) && field.Value is not Value.Nothing));
}
