using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A dump as it lies there, opened: checked against its manifest, decrypted with the key, unpacked.</summary>
static class RawDump
{
    const int Piece = 1024 * 1024;
    const int Tail = 4096;
    static readonly byte[] Gzip = [0x1f, 0x8b];

    /// <returns>The file or folder that PostgreSQL's tools can read, its head, and whether the bytes as they lie there could not be read without the key; null where that was not tried, since none is used.</returns>
    public static async Task<(string Path, DumpHead Head, bool? Encrypted)> Open(DrillRoom room, CancellationToken cancel)
    {
        var (place, name) = (room.Backup.Place, room.Backup.Name);
        if (Directory.Exists(place) && room.Manifest?.Of is { File: var file }) throw new Unseen(Blind.Unreadable, $"the manifest is of the file {file}, and {name} is a folder");
        if (Directory.Exists(place)) return (await Reachable(room, place, cancel), await Head(Path.Combine(place, "toc.dat"), cancel) is { } folder ? folder with { Format = "directory" } : throw new RungFailed(1, "its toc.dat is not the beginning of a dump"), false);
        if (room.Manifest?.Of is { } of) await Check(room, of, cancel);
        var commands = room.Given.Texts("decrypt");
        var (head, isPacked) = (await Head(place, cancel), await IsPacked(place, cancel));
        var path = place;
        bool? encrypted = false;
        if (head is null && !isPacked && !commands.IsEmpty)
        {
            path = await Decrypt(room, commands, place, cancel);
            (head, isPacked) = (await Head(path, cancel), await IsPacked(path, cancel));
            if (head is null && !isPacked) throw new RungFailed(1, $"the key does not open it: what comes out of \"{commands[0]}\" is no dump");
            // A program that opens it without its key shows only that it was packed.
            encrypted = room.Given.Text("key") is null || !commands.Any(Takes) ? null : !await OpensToAnybody(room, commands, place, cancel);
        }

        if (isPacked)
        {
            path = await Unpack(room, path, cancel);
            head = await Head(path, cancel);
        }

        if (head is null) throw new RungFailed(1, string.Create(CultureInfo.InvariantCulture, $"it is no dump: {new FileInfo(place).Length} bytes{(isPacked ? ", and what is packed in them," : "")} that do not begin as pg_dump begins{(commands.IsEmpty ? "; if it is encrypted, say \"decrypt\"" : "")}"));
        if (head.Format == "plain") await CheckEnd(path, name, cancel);
        return (path == place ? await Reachable(room, place, cancel) : path, head, encrypted);
    }

    static async Task Check(DrillRoom room, (string File, long Bytes, string Sha256) of, CancellationToken cancel)
    {
        await using var file = File.OpenRead(room.Backup.Place);
        if (file.Length != of.Bytes) throw new RungFailed(1, string.Create(CultureInfo.InvariantCulture, $"it has {file.Length} bytes, and {of.Bytes} when it was made"));
        var tell = room.Telling("reading", file.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Piece];
        for (int got; (got = await file.ReadAsync(piece, cancel)) > 0; tell(file.Position)) hash.AppendData(piece, 0, got);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != of.Sha256) throw new RungFailed(1, "its bytes are others than when it was made: the SHA-256 of the manifest is not theirs");
    }

    static async Task<string> Decrypt(DrillRoom room, ImmutableArray<string> command, string place, CancellationToken cancel)
    {
        DrillRoom.NeedsCommands(room.Context, "\"decrypt\" runs a program");
        var folder = room.Scratch.Make("opened");
        var key = room.Given.Text("key");
        if (key is not null) room.Context.Hide(key);
        else if (command.Any(Takes)) throw Given.Wrong("key", "is missing, and \"decrypt\" asks for it; write key: $(file:backup.key) under the target");
        var opened = Path.Combine(folder, "dump");
        var (tool, feeding) = await Begin(room, command, (Path.Combine(folder, "key"), key), place, room.Telling("decrypting", new FileInfo(place).Length), cancel);
        await using (var to = File.Create(opened)) await Copy(tool.Output, to, static _ => { }, cancel);
        await feeding;
        if (await tool.Exit(cancel) is not 0 and var exit) throw DrillFaults.OfMachine(tool.Words) ?? (Exception)new RungFailed(1, string.Create(CultureInfo.InvariantCulture, $"the key does not open it: \"{command[0]}\" came to {exit}: {DrillFaults.First(tool.Words)}"));
        room.Scratch.Own(opened);
        return opened;
    }

    static bool Takes(string argument) => argument.Contains("{key}", StringComparison.Ordinal);

    /// <summary>Whether the same command gives a dump with a key that was made up.</summary>
    static async Task<bool> OpensToAnybody(DrillRoom room, ImmutableArray<string> command, string place, CancellationToken cancel)
    {
        var (tool, feeding) = await Begin(room, command, (Path.Combine(room.Scratch.Make("opened"), "other"), ResticRepository.AnyKey), place, static _ => { }, cancel);
        var bytes = new byte[DumpHead.Length];
        var got = await tool.Output.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        // Its beginning is enough.
        await tool.Stop(Signal.Kill, TimeSpan.FromSeconds(5));
        await feeding;
        return DumpHead.Read(bytes.AsSpan(0, got)) is not null || bytes.AsSpan(0, got).StartsWith(Gzip);
    }

    static async Task<(Tool Tool, Task Feeding)> Begin(DrillRoom room, ImmutableArray<string> command, (string File, string? Text) key, string place, Action<long> tell, CancellationToken cancel)
    {
        if (key.Text is { } text)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var stream = new FileStream(key.File, options)) await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
            room.Scratch.Own(key.File);
        }

        var program = command[0].Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(room.Context.Folder, command[0])) : command[0];
        var tool = room.Scratch.Start(program, command.Skip(1).Select(argument => argument.Replace("{key}", key.File, StringComparison.Ordinal)), feeds: true, reads: true);
        return (tool, Feed());

        async Task Feed()
        {
            try
            {
                await using var from = File.OpenRead(place);
                await Copy(from, tool.Input, tell, cancel);
                await tool.Input.DisposeAsync();
            }
            catch (IOException) { return; } // It ended before it had read all, and its exit says why.
        }
    }

    static async Task<string> Unpack(DrillRoom room, string path, CancellationToken cancel)
    {
        var unpacked = Path.Combine(room.Scratch.Make("unpacked"), "dump");
        try
        {
            await using var from = File.OpenRead(path);
            var tell = room.Telling("unpacking", from.Length);
            await using var gzip = new GZipStream(from, CompressionMode.Decompress);
            await using var to = File.Create(unpacked);
            await Copy(gzip, to, _ => tell(from.Position), cancel);
        }
        catch (InvalidDataException damaged) { throw new RungFailed(1, $"it is gzip, and cannot be unpacked: {damaged.Message}"); }

        room.Scratch.Own(unpacked);
        return unpacked;
    }

    static async Task Copy(Stream from, Stream to, Action<long> tell, CancellationToken cancel)
    {
        var piece = new byte[Piece];
        var done = 0L;
        for (int got; (got = await from.ReadAsync(piece, cancel)) > 0; tell(done += got)) await to.WriteAsync(piece.AsMemory(0, got), cancel);
        await to.FlushAsync(cancel);
    }

    /// <summary>psql takes the end of a file within a table's rows for their end: only its last line tells that a plain dump is whole.</summary>
    static async Task CheckEnd(string path, string name, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        file.Position = Math.Max(0, file.Length - Tail);
        var end = new byte[Tail];
        var got = await file.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false, cancel);
        if (!BackupFormat.Closes(end.AsSpan(0, got), "PostgreSQL database dump complete")) throw new RungFailed(1, $"{name} is cut off: a dump's last line says that it is complete, and there is none");
    }

    static async Task<DumpHead?> Head(string path, CancellationToken cancel)
    {
        var bytes = new byte[DumpHead.Length];
        await using var file = File.OpenRead(path);
        return DumpHead.Read(bytes.AsSpan(0, await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel)));
    }

    static async Task<bool> IsPacked(string path, CancellationToken cancel)
    {
        var bytes = new byte[2];
        await using var file = File.OpenRead(path);
        return await file.ReadAtLeastAsync(bytes, 2, throwOnEndOfStream: false, cancel) == 2 && bytes.AsSpan().SequenceEqual(Gzip);
    }

    /// <summary>As it lies there if the tools' account may read it, else a copy in the scratch folder.</summary>
    static async Task<string> Reachable(DrillRoom room, string place, CancellationToken cancel)
    {
        if (await room.IsReadable(Directory.Exists(place) ? Path.Combine(place, "toc.dat") : place, cancel)) return place;
        var copy = Path.Combine(room.Scratch.Make("fetched"), "dump");
        await FolderCopy.Copy(place, copy, room.Telling("fetching", room.Backup.Bytes), cancel);
        room.Scratch.Own(copy);
        return copy;
    }
}
