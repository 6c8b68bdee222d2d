using System.Diagnostics;
using System.Globalization;

namespace Muster.Servers;

/// <summary>
/// One replica of the edge platform's service as a process of its own, started by a script and known by the file with its id, as a service manager would: whoever is given the script and that file can stop it and
/// bring it back. It answers on a port of 127.0.0.1 that stays the same.
/// </summary>
public sealed class EdgeProcess : IAsyncDisposable
{
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(10);
    readonly ServerFolder _folder = new();
    readonly string _name;
    string[] _words = [];

    EdgeProcess(string name) => _name = name;

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>Holds the id of the process that runs now.</summary>
    public string PidFile => _folder.PathOf("edge.pid");

    string Starting => _folder.PathOf("starting.pid");

    /// <summary>Starts it, and returns before it answers; for sh.</summary>
    public string Script => _folder.PathOf("start.sh");

    /// <param name="words">What the program is told beside its port and name: <c>--dependency</c>, <c>redis=127.0.0.1:6379</c>, <c>--flaw</c>, <c>ReadinessStatic</c>.</param>
    public static async Task<EdgeProcess> Start(string name, string[] words, CancellationToken cancel)
    {
        var edge = new EdgeProcess(name);
        try { await edge.Begin(words, cancel); }
        catch
        {
            await edge.DisposeAsync();
            throw;
        }

        return edge;
    }

    /// <summary>Ends it and starts it with other words, on the same port.</summary>
    public async Task Restart(string[] words, CancellationToken cancel)
    {
        await End(cancel);
        await Begin(words, cancel);
    }

    /// <summary>Starts it with the words that it had, if it does not run.</summary>
    public Task Revive(CancellationToken cancel) => Lives(Id(PidFile)) || Lives(Id(Starting)) ? Ready(cancel) : Begin(_words, cancel);

    /// <summary>Sends a signal by its name to the process that runs now.</summary>
    public void Signal(string name) => Signal(name, Id(PidFile));

    static void Signal(string name, int? process)
    {
        if (process is not { } id) return;
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-" + name, id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    async Task Begin(string[] words, CancellationToken cancel)
    {
        _words = words;
        var program = Path.Combine(AppContext.BaseDirectory, "edge-service.dll");
        var all = string.Join(' ', ((string[])["--port", Port.ToString(CultureInfo.InvariantCulture), "--name", _name, "--pid-file", PidFile, .. words]).Select(word => $"'{word}'"));
        // It writes its own file once it listens. Until then the script's tells who is on his way, or whoever ends it would find nobody to end.
        _folder.Write("start.sh", $"rm -f '{PidFile}'\nsetsid dotnet '{program}' {all} >> '{_folder.PathOf("log")}' 2>&1 < /dev/null &\necho $! > '{Starting}'\n");
        await ServerProcess.Run(_folder, "sh", [Script], cancel);
        await Ready(cancel);
    }

    async Task Ready(CancellationToken cancel)
    {
        try { await ServerProcess.Until(() => Id(PidFile) is not null && Ports.IsOpen(Port), "the edge was not ready", LongestStart, cancel); }
        catch (TimeoutException late) { throw new InvalidOperationException($"{late.Message}: {(File.Exists(_folder.PathOf("log")) ? File.ReadAllText(_folder.PathOf("log")) : "")}", late); }
    }

    async Task End(CancellationToken cancel)
    {
        foreach (var file in (string[])[PidFile, Starting])
        {
            if (Lives(Id(file))) Signal("CONT", Id(file));
            if (Lives(Id(file))) Signal("KILL", Id(file));
        }

        await ServerProcess.Until(() => !Runs() && !Lives(Id(Starting)), "the edge did not end", LongestStop, cancel);
    }

    static int? Id(string file) => File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public bool Runs() => Lives(Id(PidFile));

    static bool Lives(int? process)
    {
        if (process is not { } id) return false;
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException) { return false; } // Ended.
    }

    public async ValueTask DisposeAsync()
    {
        await End(CancellationToken.None);
        _folder.Dispose();
    }
}
