using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A PostgreSQL of the drill's own, in its scratch folder. It listens at a socket in a folder that nobody else may enter and at no port, reads nothing of the configuration that a backup brings along,
/// and reaches nobody: it archives nothing, streams from nobody, and no subscription of the restored database begins to work.
/// </summary>
sealed class ScratchPostgres(Scratch scratch, PostgresPrograms programs, string superuser, ProbeContext context) : IAsyncDisposable
{
    const int Port = 5432;
    const int LongestSocket = 107;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    // On the command line, which wins over every file: what a backup's own configuration says may lead back to where it came from.
    static readonly ImmutableArray<string> Alone =
    [
        "listen_addresses=", "ssl=off", "archive_mode=off", "archive_command=", "primary_conninfo=", "primary_slot_name=", "max_wal_senders=0", "max_logical_replication_workers=0", "max_replication_slots=0",
        "shared_preload_libraries=", "session_preload_libraries=", "local_preload_libraries=", "logging_collector=off", "log_destination=stderr", "log_min_messages=warning", "log_min_error_statement=panic", "restart_after_crash=off",
        // Its data is thrown away: nothing of it needs to outlive a loss of power.
        "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=4GB", "maintenance_work_mem=256MB", "jit=off",
        // Files in its own folder, and not shared memory that outlives a server that was made to end.
        "dynamic_shared_memory_type=mmap", "max_prepared_transactions=64", "unix_socket_permissions=0700",
    ];

    readonly string _socket = scratch.Make("s");
    Tool? _server;

    public string Data { get; } = Path.Combine(scratch.Folder, "data");

    public PostgresPrograms Programs => programs;

    /// <summary>The last of what it said.</summary>
    public string Words => _server?.Words ?? "";

    /// <summary>An empty cluster.</summary>
    public async Task Initialize(CancellationToken cancel)
    {
        scratch.Make("data");
        var (exit, words) = await scratch.Run(programs["initdb"], ["-D", Data, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"], cancel);
        if (exit != 0) throw DrillFaults.OfMachine(words) ?? new Unseen(Blind.NotCapable, $"no empty cluster could be made: {DrillFaults.First(words)}");
    }

    /// <summary>Starts it and waits until it takes sessions: after its recovery, where there is one.</summary>
    /// <exception cref="RungFailed">It ended in place of that.</exception>
    public async Task Start(IEnumerable<string> settings, Action<string> tell, CancellationToken cancel)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(Path.Combine(_socket, ".s.PGSQL.5432")) > LongestSocket) throw new Unseen(Blind.NotCapable, $"the path of the scratch folder is too long for a socket: {_socket}; set TMPDIR to a shorter one");
        var configuration = Path.Combine(scratch.Make("configuration"), "postgresql.conf");
        await File.WriteAllTextAsync(configuration, "", cancel);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(configuration)!, "pg_hba.conf"), "local all all trust\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(configuration)!, "pg_ident.conf"), "", cancel);
        scratch.Own(Path.GetDirectoryName(configuration)!);
        string[] named = [$"config_file={configuration}", $"hba_file={Path.ChangeExtension(configuration, null)[..^"postgresql".Length]}pg_hba.conf", $"ident_file={Path.GetDirectoryName(configuration)}/pg_ident.conf", $"unix_socket_directories={_socket}", string.Create(CultureInfo.InvariantCulture, $"port={Port}")];
        var server = _server = scratch.Start(programs["postgres"], ["-D", Data, .. named.Concat(Alone).Concat(settings).SelectMany(setting => (string[])["-c", setting])]);
        var began = context.Clock.GetTimestamp();
        for (var told = TimeSpan.Zero; !IsReady();)
        {
            if (!server.Runs)
            {
                await server.Exit(cancel);
                throw DrillFaults.OfMachine(server.Words) ?? (Exception)new RungFailed(2, $"the server did not come up: {DrillFaults.First(server.Words)}");
            }

            await Task.Delay(Pause, context.Clock, cancel);
            if (context.Clock.GetElapsedTime(began) is var took && took - told < TimeSpan.FromSeconds(1)) continue;
            told = took;
            tell(string.Create(CultureInfo.InvariantCulture, $"replaying the log, {took.TotalSeconds:F0} s{Replayed()}"));
        }
    }

    public Task<PostgresSession> Open(string database, CancellationToken cancel, bool write = false) => PostgresSession.Beside(_socket, Port, superuser, database, cancel, write);

    /// <summary>The words by which PostgreSQL's own tools find it.</summary>
    public string[] Where(string database) => ["-h", _socket, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", superuser, "-d", database];

    public async ValueTask DisposeAsync()
    {
        // At once, without any farewell: all that it holds is thrown away.
        if (_server is { } server) await server.Stop(Signal.Quit, LongestStop);
    }

    /// <summary>The last line of its lock file tells whether it takes sessions; "standby" stands there as well while it recovers and takes none.</summary>
    bool IsReady()
    {
        try { return File.ReadLines(Path.Combine(Data, "postmaster.pid")).Skip(7).FirstOrDefault()?.Trim() == "ready"; }
        catch (Exception early) when (early is IOException or UnauthorizedAccessException) { return false; } // Not written yet.
    }

    /// <summary>The segment that its log is at, as its process calls itself.</summary>
    string Replayed()
    {
        try
        {
            foreach (var child in File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_server!.Id}/task/{_server.Id}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                if (File.ReadAllText($"/proc/{child}/cmdline") is var line && line.IndexOf("recovering ", StringComparison.Ordinal) is >= 0 and var at) return ", at " + line[(at + 11)..].Trim('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return ""; } // Only told, never relied on.
        return "";
    }
}
