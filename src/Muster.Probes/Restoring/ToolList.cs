using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A backup tool's own list of its backups, as JSON.</summary>
static class ToolList
{
    const int Most = 16 * 1024 * 1024;

    public static async Task<Value> Ask(Scratch scratch, string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var tool = scratch.Start(program, arguments, reads: true);
        var bytes = new byte[64 * 1024];
        var length = 0;
        for (int got; (got = await tool.Output.ReadAsync(bytes.AsMemory(length), cancel)) > 0;)
        {
            if ((length += got) > Most) throw new Unseen(Blind.TooLarge, $"{program} lists more than {Most} bytes");
            if (length == bytes.Length) Array.Resize(ref bytes, length * 2);
        }

        var exit = await tool.Exit(cancel);
        try { return Value.Parse(bytes.AsSpan(0, length)); }
        // What a wrong key makes of the repository stands in the list as it is, in bytes that are no JSON.
        catch (Exception broken) when (broken is JsonException or InvalidOperationException && bytes.AsSpan(0, length).IndexOf("unable to load info file"u8) >= 0) { throw new RungFailed(1, $"{program} cannot read its repository with the key of its configuration"); }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { throw new Unseen(exit == 127 ? Blind.NotCapable : Blind.Unreadable, $"{program} came to {exit} and listed no backups: {DrillFaults.First(tool.Words)}", broken); }
    }

    /// <summary>The newest that is good by the tool's word; what is wrong is said where none is.</summary>
    public static (FoundBackup Newest, int Count) Newest(BackupList list, string place, string format, DateTimeOffset now)
    {
        var good = list.Backups.Where(one => one is { Good: true, Stop: not null }).ToArray();
        var labels = good.Select(one => one.Label).ToHashSet(StringComparer.Ordinal);
        var newest = list.Backups.Where(one => one.Stop is not null).MaxBy(one => one.Stop);
        if (newest is null) return (new("none", place, format, default, "tool") { Fault = $"{format} lists no backup{(list.Said is { } said ? $": {said}" : "")}", Encrypted = list.Encrypted }, 0);
        if (newest.Stop > now + BackupTimes.Ahead) throw new Unseen(Blind.Unreadable, $"the newest backup that {format} lists, {newest.Label}, is of {Instant.Write(newest.Stop.Value)}, which is yet to come; one of the clocks is wrong");
        return (new(newest.Label, place, format, newest.Stop!.Value, "tool")
        {
            Bytes = newest.Size ?? 0, SystemIdentifier = newest.System, Encrypted = list.Encrypted,
            Fault = !newest.Good ? $"{format} says that the newest, {newest.Label}, has an error" : newest.Needs.All(labels.Contains) ? null : $"the newest, {newest.Label}, builds on one that is not there",
        }, list.Backups.Length);
    }
}
