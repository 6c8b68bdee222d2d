using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>When each credential was changed, and how old it may become, as somebody wrote it down.</summary>
sealed class RotationCalendar(Dictionary<string, RotationCalendar.Line> lines)
{
    const int MostBytes = 1024 * 1024;

    public sealed record Line(DateTimeOffset Rotated, TimeSpan? MaxAge);

    public ImmutableHashSet<string> Names { get; } = [.. lines.Keys];

    public Line? Of(string name) => lines.GetValueOrDefault(name);

    /// <exception cref="Unseen">It is not there, or it cannot be read as such.</exception>
    public static async Task<RotationCalendar> Read(string name, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (!File.Exists(place)) throw new Unseen(Blind.Unreadable, $"the calendar {name} is not there");
        if (new FileInfo(place).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"the calendar {name} has more than {MostBytes} bytes");
        var tree = FileTree.Read("yaml", await File.ReadAllBytesAsync(place, cancel), name);
        var lines = tree.Fields("credentials").ToList();
        if (lines.Count == 0) throw new Unseen(Blind.Unreadable, $"the calendar {name} has no map \"credentials\" with a credential in it");
        return new(lines.ToDictionary(line => line.Key, line => One(line.Key, line.Value, name), StringComparer.Ordinal));
    }

    static Line One(string credential, Value line, string name)
    {
        Unseen Wrong(string says) => new(Blind.Unreadable, $"the calendar {name}: {credential} {says}");
        if (line.Text("rotated") is not { } rotated || !Instant.TryRead(rotated.Length == 10 ? rotated + "T00:00:00Z" : rotated, out var at)) throw Wrong("has no day \"rotated\", as 2026-10-01");
        if (line.Text("max_age") is not { } most) return new(at, null);
        return Quantity.TryRead(most, Shape.Duration, out var seconds, out _) && seconds > 0 ? new(at, TimeSpan.FromSeconds(seconds)) : throw Wrong("has a \"max_age\" that is no duration, as 90d");
    }
}
