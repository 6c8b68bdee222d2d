using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

static class PostgresBackupFreshnessProbe
{
    const long MostReport = 16 * 1024 * 1024;
    const double MostAhead = 300;
    internal const string System = "select system_identifier from pg_control_system()";

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var address = PostgresAddress.Read(given, context);
        var list = await List(given, context, cancel);
        var tries = given.Truth("round_trip", false);
        await using var session = await PostgresSession.Open(address, context, cancel, write: tries);
        var (live, _, _) = await session.Try(System, cancel);
        var seen = Shown(list, live is null ? null : live.Only[0], context.Clock.GetUtcNow()).With([.. await ArchiveRoundTrip.Counted(session, cancel) is var counted ? counted.Select(field => (field.Key, (Value?)field.Value)) : []]);
        if (tries) seen = seen.With([.. (await ArchiveRoundTrip.Tried(session, TimeSpan.FromSeconds(given.Seconds("patience", 30)), context, cancel)).Select(field => (field.Key, (Value?)field.Value))]);
        var identity = live is null ? session.Identity : session.Identity.With("system", live.Only[0]);
        return new() { Observation = seen, Population = 1, Before = identity, After = identity };
    }

    static Value.Fields Shown(BackupList list, string? live, DateTimeOffset now)
    {
        var foreign = list.Backups.Where(one => one.System is { } system && live is not null && system != live).ToArray();
        var good = list.Backups.Where(one => one is { Good: true, Stop: not null } && !foreign.Contains(one)).OrderBy(one => one.Stop).ToArray();
        var labels = good.Select(one => one.Label).ToHashSet(StringComparer.Ordinal);
        // What one needs may need others in turn; each of those is in the list, or the chain is broken.
        var whole = good.Where(one => one.Needs.All(labels.Contains)).ToArray();
        var seen = Value.Of(
            ("tool", list.Tool), ("backups", whole.Length), ("listed", list.Backups.Length),
            ("faulty", Value.Texts(list.Backups.Where(one => !one.Good || one.Stop is null).Select(one => one.Label))),
            ("broken_chains", Value.Texts(good.Except(whole).Select(one => one.Label))), ("of_another_system", Value.Texts(foreign.Select(one => one.Label)))).With(
            ("status_ok", list.Ok is { } ok ? ok : null), ("status", list.Said is { } said ? said : (Value?)null), ("encrypted", list.Encrypted is { } encrypted ? encrypted : null));
        if (whole is not [.., var newest]) return seen;
        if ((newest.Stop!.Value - now).TotalSeconds > MostAhead) throw new Unseen(Blind.Unreadable, $"the backup {newest.Label} ended at {Instant.Write(newest.Stop.Value)}, which is yet to come; one of the clocks is wrong");
        var full = whole.LastOrDefault(one => one.Type == "full");
        return seen.With(("label", newest.Label), ("type", newest.Type), ("stop", newest.Stop.Value), ("age", Age(newest, now)), ("size", newest.Size is { } size ? size : (Value?)null), ("full_age", full is null ? null : Age(full, now)));
    }

    static double Age(Backup backup, DateTimeOffset now) => Math.Max(0, Math.Round((now - backup.Stop!.Value).TotalSeconds, 3));

    static async Task<BackupList> List(Given given, ProbeContext context, CancellationToken cancel)
    {
        var (report, command, folder, tool) = (given.Text("report"), given.Texts("command"), given.Text("folder"), given.Text("tool"));
        if (tool is not null && !BackupReport.Tools.Contains(tool)) throw Given.Wrong("tool", $"is none of {string.Join(", ", BackupReport.Tools)}");
        if ((report is null ? 0 : 1) + (command.IsEmpty ? 0 : 1) + (folder is null ? 0 : 1) != 1) throw Given.Wrong("report", "or \"command\" or \"folder\" says where the backups are listed; exactly one of them");
        if (folder is not null) return await BaseBackup.Read(folder, context, cancel);
        return BackupReport.Read(report is not null ? await Parsed(report, context, cancel) : await Printed(command, context, cancel), tool, given.Text("stanza"));
    }

    static async Task<Value> Parsed(string name, ProbeContext context, CancellationToken cancel)
    {
        var file = new FileInfo(FolderWall.Within(context.Folder, name, context.MayLeaveFolder));
        if (!file.Exists) throw new Unseen(Blind.Unreadable, $"the report is not there: {name}");
        if (file.Length > MostReport) throw new Unseen(Blind.TooLarge, $"{name} is larger than {MostReport} bytes");
        try { return Value.Parse(await File.ReadAllBytesAsync(file.FullName, cancel)); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { throw new Unseen(Blind.Unreadable, $"{name} is not JSON: {Bounded.Start(broken.Message, 200)}", broken); }
    }

    static async Task<Value> Printed(IEnumerable<string> command, ProbeContext context, CancellationToken cancel)
    {
        var ran = (await CommandProbe.Look(new("", "command", Value.Of(("target", Value.Texts(command)))), context, cancel)).Observation!;
        if (!ran["exit_code"]!.Equals((Value)0)) throw new Unseen(Blind.Unreadable, $"the command ended with {ran["exit_code"]}: {Bounded.Start(ran.Text("stderr") ?? "", 300)}");
        return ran["json"] ?? throw new Unseen(Blind.Unreadable, "the command prints no JSON; say --output=json, --json or -f json");
    }
}
