using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a backup must hold, captured in its own snapshot: the schema's fingerprint, and each table's rows as a set. It lies beside the backup as <c>NAME.manifest.json</c>.</summary>
sealed record RestoreManifest(DateTimeOffset Taken, string Database, string Schema, long Objects, ImmutableArray<TableRows> Tables)
{
    public const string Ending = ".manifest.json";
    const string Format = "muster-postgres-manifest/1";
    const long MostBytes = 16 * 1024 * 1024;
    const int MostTables = 10_000;

    /// <summary>More rows or bytes than any one table has; a sum of all stays a number.</summary>
    const double Most = 1e14;

    public string? SystemIdentifier { get; init; }

    public string? ServerVersion { get; init; }

    public string Encoding { get; init; } = "UTF8";

    public string? Snapshot { get; init; }

    /// <summary>Where the log was when nothing moved around the snapshot: a recovery to exactly here holds these rows. Null where it could not be had.</summary>
    public string? Lsn { get; init; }

    /// <summary>The size of the database then.</summary>
    public long Bytes { get; init; }

    /// <summary>The names of the cluster's roles, since a dump of one database names them and does not bring them.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The backup's file that was made in the same snapshot: its size and SHA-256.</summary>
    public (string File, long Bytes, string Sha256)? Of { get; init; }

    public long Rows => Tables.Sum(table => table.Rows);

    public Value.Fields Written => Value.Of(
        ("format", Format), ("taken", Taken), ("database", Database), ("encoding", Encoding), ("bytes", Bytes), ("roles", Value.Texts(Roles)), ("digest", TableDigests.Formula),
        ("schema", Value.Of(("fingerprint", Schema), ("objects", Objects))),
        ("tables", Value.List(Tables.Select(table => (Value)Value.Of(("name", table.Name), ("rows", table.Rows), ("digest", table.Digest)).With("unlogged", table.Unlogged ? Value.True : null))))).With(
        ("system_identifier", SystemIdentifier), ("server_version", ServerVersion), ("snapshot", Snapshot), ("lsn", Lsn),
        ("of", Of is var (file, bytes, sha256) ? Value.Of(("file", file), ("bytes", bytes), ("sha256", sha256)) : null));

    public static async Task<RestoreManifest> Read(string path, CancellationToken cancel)
    {
        var name = Path.GetFileName(path);
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} is larger than {MostBytes} bytes");
            return Read(await File.ReadAllBytesAsync(path, cancel)) ?? throw new Unseen(Blind.Unreadable, $"{name} is no manifest as \"muster manifest postgres\" writes it");
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (IOException error) { throw new Unseen(Blind.Unreadable, $"{name} cannot be read: {error.Message}", error); }
    }

    /// <summary>Null where the bytes are no such manifest.</summary>
    public static RestoreManifest? Read(ReadOnlySpan<byte> bytes)
    {
        Value read;
        try { read = Value.Parse(bytes); }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { return null; } // Cut off, or not ours.
        if (read.Text("format") != Format || read.Text("digest") != TableDigests.Formula || !Instant.TryRead(read.Text("taken"), out var taken)) return null;
        if (read.Text("database") is not { } database || read.Text("schema", "fingerprint") is not { } schema || Whole(read.At("schema", "objects")) is not { } objects || read.At("tables") is not Value.Items { Are: { Length: <= MostTables } items }) return null;
        var tables = ImmutableArray.CreateBuilder<TableRows>(items.Length);
        foreach (var item in items)
            if (item.Text("name") is { } name && Whole(item.At("rows")) is { } rows && item.Text("digest") is { } digest) tables.Add(new(name, rows, digest) { Unlogged = item.Truth("unlogged") == true });
            else return null;
        if (tables.Select(table => table.Name).Distinct().Count() != tables.Count) return null;
        return new(taken, database, schema, objects, tables.DrainToImmutable())
        {
            SystemIdentifier = read.Text("system_identifier"), ServerVersion = read.Text("server_version"), Encoding = read.Text("encoding") ?? "UTF8", Snapshot = read.Text("snapshot"), Lsn = read.Text("lsn"),
            Bytes = Whole(read.At("bytes")) ?? 0, Roles = [.. read.Items("roles").OfType<Value.Text>().Select(role => role.Is)],
            Of = read.Text("of", "file") is { } file && read.Text("of", "sha256") is { } sha256 && Whole(read.At("of", "bytes")) is { } size ? (file, size, sha256) : null,
        };
    }

    static long? Whole(Value? value) => value switch
    {
        Value.Number { Is: >= 0 and <= Most and var number } when number == Math.Floor(number) => (long)number,
        _ => null,
    };
}
