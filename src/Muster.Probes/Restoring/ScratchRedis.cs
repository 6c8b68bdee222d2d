using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A Redis of the drill's own, in its scratch folder. It listens at a socket in a folder that nobody else may enter and at no port, follows nobody, and reads no configuration but the drill's.
/// </summary>
sealed class ScratchRedis(Scratch scratch, string program, ProbeContext context)
{
    const int LongestSocket = 107;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    readonly string _socket = Path.Combine(scratch.Make("s"), "redis");
    Tool? _server;
    TimeSpan _told;

    public string Data { get; } = scratch.Make("data");

    /// <summary>The last line in which it says that something is wrong.</summary>
    public string Words => (_server?.Words ?? "").Split('\n').LastOrDefault(line => line.Contains(" # ", StringComparison.Ordinal))?.Split(" # ", 2)[1] ?? _server?.Words.Split('\n')[^1] ?? "";

    /// <summary>Starts it on what lies in its folder and waits until all of that is loaded.</summary>
    /// <returns>Null, or in words why it did not come up.</returns>
    public async Task<string?> Start(IEnumerable<string> lines, CancellationToken cancel)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(_socket) > LongestSocket) throw new Unseen(Blind.NotCapable, $"the path of the scratch folder is too long for a socket: {_socket}; set TMPDIR to a shorter one");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.GetDirectoryName(_socket)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var configuration = Path.Combine(scratch.Folder, "redis.conf");
        await File.WriteAllLinesAsync(configuration,
        [
            "port 0", $"unixsocket \"{_socket}\"", "unixsocketperm 700", $"dir \"{Data}\"", "daemonize no", "save \"\"", "databases 4096", "maxmemory 0", "logfile \"\"", "loglevel notice", "always-show-logo no",
            "stop-writes-on-bgsave-error no", "lazyfree-lazy-server-del no", .. lines,
        ], cancel);
        var server = _server = scratch.Start(program, [configuration]);
        for (var began = context.Clock.GetTimestamp(); ; await Task.Delay(Pause, context.Clock, cancel))
        {
            if (!server.Runs)
            {
                await server.Exit(cancel);
                return DrillFaults.OfMachine(server.Words) is { } machine ? throw machine : $"the server did not come up: {Words}";
            }

            if (await Loaded(context.Clock.GetElapsedTime(began), cancel)) return null;
        }
    }

    /// <summary>It takes connections before it has loaded everything, and says how far it is.</summary>
    async Task<bool> Loaded(TimeSpan took, CancellationToken cancel)
    {
        if (!File.Exists(_socket)) return false;
        var tells = took - _told > TimeSpan.FromSeconds(1);
        if (tells) _told = took;
        try
        {
            await using var link = await Open(cancel);
            if (await link.Say(cancel, "PING") is RedisReply.Simple) return true;
            if (tells && await link.Say(cancel, "INFO", "persistence") is RedisReply.Bulk info && RedisInfo.Read(info.Is) is var all && all.TryGetValue("loading_loaded_perc", out var done))
                context.Tell(string.Create(CultureInfo.InvariantCulture, $"loading, {done} % after {took.TotalSeconds:F0} s, {all.GetValueOrDefault("loading_eta_seconds")} s left"));
        }
        catch (Exception early) when (early is IOException or Unseen) { return false; } // Not listening yet.
        return false;
    }

    public async Task<RedisLink> Open(CancellationToken cancel) => RedisLink.Over(await LocalSocket.Open(_socket, cancel));
}
