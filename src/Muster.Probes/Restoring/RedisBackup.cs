using System.Globalization;
using System.IO.Compression;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A backup of a Redis as it lies there, laid into a scratch folder: one RDB file, one file of commands, or a folder of both with its own list.</summary>
/// <param name="Format">rdb or aof.</param>
/// <param name="Checked">The file that Redis's own tool is given.</param>
/// <param name="Tail">The file of commands that was written last; null for an RDB.</param>
/// <param name="Lines">What the server's configuration says of them.</param>
sealed record RedisBackup(string Format, string Checked, string? Tail, string[] Lines)
{
    const int MostList = 1024 * 1024;

    /// <summary>By the RDB within it.</summary>
    public RdbHead? Head { get; private init; }

    /// <summary>What does not let it be laid there, in words; the rest is empty then.</summary>
    public string? Wrong { get; private init; }

    /// <summary>Copies it; what it was copied from is only read.</summary>
    public static async Task<RedisBackup> Lay(NewestBackup backup, string data, ProbeContext context, CancellationToken cancel)
    {
        if (backup.IsLost) return new("", "", null, []) { Wrong = $"its manifest {backup.Name} is there, and the backup itself is not" };
        // A folder is told by its list, which names the files in the order in which they are loaded.
        foreach (var file in backup.Files.Where(file => file.Last.EndsWith(".aof.manifest", StringComparison.Ordinal) && file.Size <= MostList)) return await LayFolder(file, backup, data, context, cancel);
        if (backup.Files.Length > 1) return new("", "", null, []) { Wrong = $"{backup.Name} is {backup.Files.Length} files, and one is asked for; name it by \"files\"" };
        var only = backup.Files[0];
        if (only.Size == 0) return new("", "", null, []) { Wrong = $"{only.Last} is empty" };
        if (Unpacks(only) && Damage(only, cancel) is { } damage) return new("", "", null, []) { Wrong = $"{only.Last}: {damage}" };
        var place = Path.Combine(data, "dump.rdb");
        await Copy(only, place, Unpacks(only), context, cancel);
        await using var open = File.OpenRead(place);
        if (open.Length == 0) return new("", "", null, []) { Wrong = $"{only.Last} is empty" };
        var head = RdbHead.Read(open);
        open.Position = 0;
        var first = open.ReadByte();
        // An append-only file may begin with an RDB; only its name tells it from one.
        var isCommands = first is '*' or '#' || only.Last.Replace(".gz", "", StringComparison.Ordinal).EndsWith(".aof", StringComparison.Ordinal);
        if (head is not null && !isCommands) return new("rdb", place, null, ["appendonly no", "dbfilename dump.rdb"]) { Head = head };
        if (!isCommands) return new("", "", null, []) { Wrong = $"{backup.Name} begins neither as an RDB nor as a file of commands" };
        var aof = Path.Combine(data, "appendonly.aof");
        File.Move(place, aof, overwrite: true);
        return new("aof", aof, aof, ["appendonly yes", "appendfilename appendonly.aof", "appendfsync no"]) { Head = head };
    }

    static bool Unpacks(BackupFile file) => file.Last.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>What is unpacked of a damaged file ends somewhere, and would look like one whose tail alone is cut off.</summary>
    static string? Damage(BackupFile file, CancellationToken cancel)
    {
        using var open = BackupSetProbe.Open(file.Place, file.Name);
        return BackupGzip.Read(open, cancel).Damage;
    }

    static async Task<RedisBackup> LayFolder(BackupFile list, NewestBackup backup, string data, ProbeContext context, CancellationToken cancel)
    {
        var (from, to) = (Path.GetDirectoryName(list.Place)!, Directory.CreateDirectory(Path.Combine(data, "appendonlydir")).FullName);
        var named = (await File.ReadAllLinesAsync(list.Place, cancel)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words is ["file", _, "seq", _, "type", _, ..]).Select(words => (Name: words[1].Trim('"'), Type: words[5])).Where(file => file.Type is "b" or "i").ToList();
        string? tail = null;
        RdbHead? head = null;
        foreach (var (name, type) in named)
        {
            if (name.Contains('/', StringComparison.Ordinal) || backup.Files.FirstOrDefault(file => file.Place == Path.Combine(from, name)) is not { } file) return new("aof", "", null, []) { Wrong = $"{list.Last} names {Bounded.Start(name, 100)}, which is not there" };
            await Copy(file, Path.Combine(to, name), unpack: false, context, cancel);
            if (type == "i" || tail is null) tail = Path.Combine(to, name);
            await using var open = File.OpenRead(Path.Combine(to, name));
            if (type == "b") head = RdbHead.Read(open);
        }

        if (tail is null) return new("aof", "", null, []) { Wrong = $"{list.Last} names no file" };
        await Copy(list, Path.Combine(to, list.Last), unpack: false, context, cancel);
        return new("aof", Path.Combine(to, list.Last), tail, ["appendonly yes", $"appendfilename \"{list.Last[..^".manifest".Length]}\"", "appenddirname appendonlydir", "appendfsync no"]) { Head = head };
    }

    /// <summary>How its commands end; null for an RDB.</summary>
    public AofWalk? Walk(CancellationToken cancel)
    {
        if (Tail is null || Tail.EndsWith(".rdb", StringComparison.Ordinal)) return null;
        using var file = File.OpenRead(Tail);
        // Commands behind an RDB begin where that ends, which only Redis's own tool tells.
        if (RdbHead.Read(file) is not null) return null;
        file.Position = 0;
        return AofWalk.Read(file, cancel);
    }

    static async Task Copy(BackupFile file, string to, bool unpack, ProbeContext context, CancellationToken cancel)
    {
        await using var from = BackupSetProbe.Open(file.Place, file.Name);
        await using var into = File.Create(to);
        await using Stream read = unpack ? new GZipStream(from, CompressionMode.Decompress) : from;
        var (buffer, told) = (new byte[1024 * 1024], context.Clock.GetTimestamp());
        try
        {
            for (int got; (got = await read.ReadAsync(buffer, cancel)) > 0;)
            {
                await into.WriteAsync(buffer.AsMemory(0, got), cancel);
                if (context.Clock.GetElapsedTime(told) < TimeSpan.FromSeconds(1)) continue;
                told = context.Clock.GetTimestamp();
                context.Tell(string.Create(CultureInfo.InvariantCulture, $"fetching {file.Last}, {from.Position / 1e6:F0} of {file.Size / 1e6:F0} MB"));
            }
        }
        catch (IOException full) when (DrillFaults.IsFull(full)) { throw DrillFaults.Full(full); }
    }
}
