using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The lists of backups that tools print as JSON: pgBackRest's <c>info</c>, WAL-G's <c>backup-list --detail</c>, barman's <c>list-backups</c>.</summary>
static class BackupReport
{
    public static readonly ImmutableArray<string> Tools = ["pgbackrest", "wal-g", "barman", "base-backup"];

    /// <param name="of">The stanza or server, where a report has several.</param>
    public static BackupList Read(Value report, string? tool, string? of) => (tool ?? Tool(report)) switch
    {
        "pgbackrest" => PgBackRest(report, of),
        "wal-g" => WalG(report),
        "barman" => Barman(report, of),
        _ => throw new Unseen(Blind.Unreadable, "the report is a list of backups of no tool that is read here (pgBackRest, WAL-G, barman)"),
    };

    /// <summary>An empty list is nobody's in particular, and says the same of all.</summary>
    static string? Tool(Value report) => report switch
    {
        Value.Items { Are: [] } => "pgbackrest",
        Value.Items { Are: [Value.Fields first, ..] } => first["backup_name"] is not null ? "wal-g" : first["backup"] is not null || first["status"] is not null ? "pgbackrest" : null,
        Value.Fields { Count: > 0 } servers when servers.All(server => server.Value is Value.Items) => "barman",
        _ => null,
    };

    static BackupList PgBackRest(Value report, string? of)
    {
        if (report is not Value.Items) throw NotOf("pgBackRest");
        var stanzas = report.Items().Where(stanza => of is null || stanza.Text("name") == of).ToArray();
        if (stanzas.Length == 0) return new("pgbackrest", []) { Ok = false, Said = of is null ? "no stanza" : $"no stanza {of}" };
        if (stanzas is not [var one]) throw Given.Wrong("stanza", $"must say which one is meant: {string.Join(", ", stanzas.Select(stanza => stanza.Text("name")))}");
        var systems = one.Items("db").ToDictionary(db => (Number(db.At("id")), Number(db.At("repo-key"))), db => Shown(db.At("system-id")));
        var repositories = one.Items("repo");
        return new("pgbackrest", [.. one.Items("backup").Select(backup => new Backup(backup.Text("label") ?? "", backup.Text("type") ?? "", Epoch(backup.At("timestamp", "stop")), backup.Truth("error") != true)
        {
            Size = (long?)backup.Number("info", "size"),
            Needs = [.. backup.Items("reference").OfType<Value.Text>().Select(label => label.Is), .. backup.Text("prior") is { } prior ? [prior] : (string[])[]],
            System = systems.GetValueOrDefault((Number(backup.At("database", "id")), Number(backup.At("database", "repo-key")))),
        })])
        {
            Ok = one.Number("status", "code") == 0, Said = one.Text("status", "message"),
            Encrypted = repositories.IsEmpty ? null : repositories.All(repository => repository.Text("cipher") is { } cipher && cipher != "none"),
        };
    }

    static BackupList WalG(Value report)
    {
        if (report is not Value.Items { Are: var all } || all.Any(backup => backup.Text("backup_name") is null)) throw NotOf("WAL-G");
        // "time" is when the object was last written: a bucket that was copied looks fresh.
        if (all.Any(backup => backup.At("finish_time") is null)) throw new Unseen(Blind.Unreadable, "the report does not say when a backup ended; list them with --detail");
        return new("wal-g", [.. all.Select(backup => new Backup(backup.Text("backup_name")!, backup.Text("backup_name")!.Contains("_D_", StringComparison.Ordinal) ? "delta" : "full", Time(backup.Text("finish_time")), Good: true)
        {
            Size = (long?)(backup.Number("uncompressed_size") ?? backup.Number("compressed_size")),
            Needs = backup.Text("backup_name")!.Split("_D_") is [_, var from] ? [.. all.Select(other => other.Text("backup_name")!).Where(name => name.StartsWith("base_" + from, StringComparison.Ordinal)).DefaultIfEmpty("base_" + from).Take(1)] : [],
            System = backup.At("system_identifier") is { } system ? Shown(system) : null,
        })]);
    }

    static BackupList Barman(Value report, string? of)
    {
        if (report is not Value.Fields servers || servers.Any(server => server.Value is not Value.Items)) throw NotOf("barman");
        var chosen = servers.Where(server => of is null || server.Key == of).ToArray();
        if (chosen.Length == 0) return new("barman", []) { Ok = false, Said = of is null ? "no server" : $"no server {of}" };
        if (chosen is not [var one]) throw Given.Wrong("stanza", $"must say which server is meant: {string.Join(", ", servers.Select(server => server.Key))}");
        return new("barman", [.. one.Value.Items().Select(backup => new Backup(backup.Text("backup_id") ?? "", "full", Epoch(backup.At("end_time_timestamp")), backup.Text("status") == "DONE") { Size = (long?)backup.Number("size_bytes") })]);
    }

    static Unseen NotOf(string tool) => new(Blind.Unreadable, $"the report is no list of backups as {tool} prints it");

    static double Number(Value? value) => value is Value.Number number ? number.Is : 0;

    static string Shown(Value? value) => value is Value.Text text ? text.Is : value?.ToString() ?? "";

    static DateTimeOffset? Time(string? text) => Instant.TryRead(text, out var time) ? time : null;

    /// <summary>Seconds since 1970, as a number or as text.</summary>
    static DateTimeOffset? Epoch(Value? value) =>
        long.TryParse(Shown(value), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
