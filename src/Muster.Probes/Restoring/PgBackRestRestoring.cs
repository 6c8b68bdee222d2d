using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>pgBackRest: its own restore, which decrypts with the key of its configuration and checks each file's checksum, into the scratch folder and nowhere else.</summary>
sealed class PgBackRestRestoring(DrillRoom room) : FilesRestoring(room)
{
    const string Program = "pgbackrest";
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    protected override string? RestoreCommand => $"{Program} {string.Join(' ', Common(Room.Scratch, Backup.Place, Stanza(Room.Given)).Select(argument => $"\"{argument}\""))} --no-archive-async --pg1-path=\"{Data}\" archive-get %f \"%p\"";

    public static async Task<(FoundBackup Newest, int Count)> Newest(Given given, string configuration, Scratch scratch, DateTimeOffset now, CancellationToken cancel)
    {
        var list = BackupReport.Read(await ToolList.Ask(scratch, Program, [.. Common(scratch, configuration, Stanza(given)), "info", "--output=json"], cancel), "pgbackrest", Stanza(given));
        return ToolList.Newest(list, configuration, "pgbackrest", now);
    }

    protected override async Task<string> Fetch(CancellationToken cancel)
    {
        Encrypted = Backup.Encrypted;
        Room.Scratch.Make("data");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var (ending, tool) = Start(cancel);
        var tell = Room.Telling("restoring", Backup.Bytes);
        await Room.Report.During("restore", async () =>
        {
            while (await Task.WhenAny(ending, Task.Delay(Pace, Room.Context.Clock, cancel)) != ending)
            {
                cancel.ThrowIfCancellationRequested();
                tell(Grown());
            }
        });
        if (await ending is not 0 and var exit)
            throw DrillFaults.OfMachine(tool.Words) ?? (Exception)new RungFailed(1, string.Create(CultureInfo.InvariantCulture, $"pgbackrest restore came to {exit}: {DrillFaults.First(tool.Words)}"));
        return "pgbackrest restored it and found each file's checksum right";
    }

    (Task<int> Ending, Tool Tool) Start(CancellationToken cancel)
    {
        var tool = Room.Scratch.Start(Program,
        [
            .. Common(Room.Scratch, Backup.Place, Stanza(Room.Given)), $"--pg1-path={Data}", $"--set={Backup.Name}", "--type=none", "--archive-mode=off", string.Create(CultureInfo.InvariantCulture, $"--process-max={DrillRoom.Jobs}"),
            // Else tablespaces would be written to where they lie at the source.
            $"--tablespace-map-all={Room.Scratch.Make("tablespaces")}", "restore",
        ]);
        return (tool.Exit(cancel), tool);
    }

    long Grown()
    {
        try { return new DirectoryInfo(Data).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length); }
        catch (Exception moving) when (moving is IOException or UnauthorizedAccessException) { return 0; } // Only told, never relied on.
    }

    static string Stanza(Given given) => given.Text("stanza") is { } stanza && stanza.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.') ? stanza : throw Given.Wrong("stanza", "names the stanza of pgbackrest");

    /// <summary>Its locks and logs lie in the scratch folder: those of the running system are not touched.</summary>
    static string[] Common(Scratch scratch, string configuration, string stanza) =>
    [
        $"--config={configuration}", $"--stanza={stanza}", $"--lock-path={scratch.Make("locks")}", $"--log-path={scratch.Make("logs")}", "--log-level-file=off", "--log-level-console=warn", "--log-level-stderr=off",
    ];
}
