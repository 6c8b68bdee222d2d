using System.Diagnostics;
using System.Globalization;

namespace Muster.Servers;

/// <summary>A primary and a standby that streams from it, and the commands by which somebody promotes, starts again and restores.</summary>
public sealed class StreamingPair : IAsyncDisposable
{
    /// <summary>The standby's name at the primary, and that of its slot.</summary>
    public const string Name = "one";
    const string Programs = "/usr/lib/postgresql/15/bin/";
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    StreamingPair(PostgresServer primary, PostgresServer standby) => (Primary, Standby) = (primary, standby);

    public PostgresServer Primary { get; }

    public PostgresServer Standby { get; }

    /// <summary>That of the primary, whichever of its processes runs.</summary>
    public string PidFile => Path.Combine(Primary.Data, "postmaster.pid");

    /// <summary>Promotes the standby, and returns when it takes writes.</summary>
    public string[] Promote => Script("promote", $"{As(Standby)}{Programs}pg_ctl promote -w -t 20 -s -D '{Standby.Data}'");

    /// <summary>Starts the old primary as it was, which is what must not be done.</summary>
    public string[] StartAgain => Script("start", Running);

    /// <summary>Starts the old primary as a standby of the new one, whether or not it can follow it.</summary>
    public string[] StartFenced => Script("fenced", $"touch '{Primary.Data}/standby.signal'\n{Running}");

    /// <summary>Makes the old primary a standby of the new one from a copy of that.</summary>
    public string[] Restore => Script("restore", string.Create(CultureInfo.InvariantCulture, $"""
        {Ending}
        rm -rf '{Primary.Data}'
        {As(Primary)}{Programs}pg_basebackup -D '{Primary.Data}' -d 'host={Standby.Folder.Path} port={Standby.Port} user=postgres application_name=two' -R -X stream -C -S two -c fast --no-sync || exit 1
        {Running}
        """));

    /// <param name="synchronous">A write is acknowledged once the standby has it.</param>
    public static async Task<StreamingPair> Start(bool synchronous, CancellationToken cancel)
    {
        var primary = await PostgresServer.Start(new(), cancel);
        try
        {
            var pair = new StreamingPair(primary, await primary.Standby(Name, cancel));
            await ServerProcess.Until(() => pair.Standby.Run("select count(*) from pg_stat_wal_receiver where status = 'streaming'", cancel).GetAwaiter().GetResult() == "1", "the standby does not stream", Longest, cancel);
            if (synchronous)
            {
                await primary.Set("synchronous_standby_names", Name, cancel);
                await ServerProcess.Until(() => primary.Run("select sync_state from pg_stat_replication", cancel).GetAwaiter().GetResult() == "sync", "the standby is not synchronous", Longest, cancel);
            }

            return pair;
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the process that sends the log, so that the standby gets no more of it while the link stands. It must be ended by <see cref="EndSender"/>.</summary>
    public async Task<int> HoldBack(CancellationToken cancel)
    {
        var sender = int.Parse(await Primary.Run("select active_pid from pg_replication_slots", cancel), CultureInfo.InvariantCulture);
        Signal("STOP", sender);
        return sender;
    }

    public static void EndSender(int sender) => Signal("KILL", sender);

    static string As(PostgresServer server) => server.Folder.User is { } user ? $"setpriv --reuid={user} --regid={user} --clear-groups " : "";

    /// <summary>Its children need a moment to see that their parent is gone; until then another is refused. All that is started is one group, so that it can be ended.</summary>
    string Running
    {
        get
        {
            Primary.Folder.Write("run.sh", string.Create(CultureInfo.InvariantCulture, $$"""
                i=0
                while [ $i -lt 100 ] && [ -d '{{Primary.Data}}' ]; do
                  {{As(Primary)}}{{Programs}}postgres -D '{{Primary.Data}}' -p {{Primary.Port}} -k '{{Primary.Folder.Path}}' -c listen_addresses=127.0.0.1 && exit
                  i=$((i+1))
                  sleep 0.1
                done

                """));
            return $"setsid /bin/sh '{Primary.Folder.PathOf("run.sh")}' </dev/null >/dev/null 2>&1 &\necho $! > '{Group}'";
        }
    }

    string Group => Primary.Folder.PathOf("group");

    /// <summary>Ends what a script started, and whatever would start it again first.</summary>
    string Ending => $"""
        if [ -e '{Group}' ]; then
          g=$(cat '{Group}')
          kill -TERM $g 2>/dev/null
          i=0
          # One that only begins does not hear it yet.
          while kill -INT -$g 2>/dev/null && [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); done
          kill -KILL -$g 2>/dev/null
          rm -f '{Group}'
        fi
        """;

    string[] Script(string name, string text) => ["/bin/sh", Primary.Folder.Write(name + ".sh", text + "\n")];

    static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", ["-" + name, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        // What a script started is no process of the server's own.
        if (File.Exists(Group))
            using (var end = Process.Start("/bin/sh", ["-c", Ending])) await end.WaitForExitAsync();
        await Standby.DisposeAsync();
        await Primary.DisposeAsync();
    }
}
