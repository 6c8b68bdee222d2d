using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Muster.Servers;

/// <summary>
/// The store of vectors of scenarios/vector-store, on a port of 127.0.0.1, in a folder of its own. It is started by a script, as a supervisor or a deployment would, so that whoever kills it can start it again.
/// </summary>
public sealed class VectorStoreServer : IAsyncDisposable
{
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    readonly ServerFolder _folder = new();

    VectorStoreServer() { }

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    public string PidFile => PathOf("store.pid");

    /// <summary>The command that starts it, as it was set up last.</summary>
    public string[] StartCommand => ["/bin/sh", PathOf("start.sh")];

    public string PathOf(string name) => _folder.PathOf(name);

    /// <param name="options">Of the store: <c>--sync 0</c>, <c>--flaw doubles</c>.</param>
    public static async Task<VectorStoreServer> Start(string[] options, CancellationToken cancel)
    {
        var server = new VectorStoreServer();
        try
        {
            await server.Restart(options, cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the command that starts it says from now on.</summary>
    public void SetUp(params string[] options) => _folder.Write("start.sh", Begin(options));

    /// <summary>A command that ends what runs in order, and starts the store with these options: a deployment.</summary>
    public string[] Deployment(string name, params string[] options) => ["/bin/sh", _folder.Write(name + ".sh", $$"""
        p=$(cat {{PidFile}})
        kill $p 2>/dev/null
        i=0
        while [ -d /proc/$p ] && ! grep -q ') Z' /proc/$p/stat && [ $i -lt 500 ]; do sleep 0.02; i=$((i+1)); done
        {{Begin(options)}}
        """)];

    /// <summary>With 75 it says that it could not listen, and is started again at once.</summary>
    string Begin(string[] options) => new StringBuilder("(while :; do dotnet ").AppendJoin(' ', ((string[])
    [
        Path.Combine(AppContext.BaseDirectory, "vector-store.dll"), "--port", Port.ToString(CultureInfo.InvariantCulture), "--data", PathOf("data"), "--pid", PidFile, .. options,
    ]).Select(word => $"'{word}'")).Append("; [ $? -eq 75 ] || break; done) </dev/null >>'").Append(PathOf("log")).Append("' 2>&1 &\n").ToString();

    /// <summary>Ends what runs, and starts it with these options; its data stay.</summary>
    public async Task Restart(string[] options, CancellationToken cancel)
    {
        Kill();
        SetUp(options);
        await Started(cancel);
    }

    /// <summary>Starts it as it was set up last, and waits until it is ready.</summary>
    public async Task Started(CancellationToken cancel)
    {
        File.Delete(PidFile);
        await ServerProcess.Run(_folder, StartCommand[0], StartCommand[1..], cancel);
        using var http = new HttpClient { BaseAddress = new(Address) };
        try { await ServerProcess.Until(() => File.Exists(PidFile) && Ports.IsOpen(Port) && IsReady(http, cancel), "the store was not ready", LongestStart, cancel); }
        catch (TimeoutException late) { throw new InvalidOperationException($"{late.Message}: {File.ReadAllText(PathOf("log"))}", late); }
    }

    static bool IsReady(HttpClient http, CancellationToken cancel)
    {
        try { return http.GetAsync("ready", cancel).GetAwaiter().GetResult().IsSuccessStatusCode; }
        catch (HttpRequestException) { return false; } // It is on its way.
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill()
    {
        if (!File.Exists(PidFile) || !int.TryParse(File.ReadAllText(PidFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return;
        // An id is used again one day: only what runs from this folder is ended.
        try
        {
            if (!File.ReadAllText($"/proc/{id}/cmdline").Contains(_folder.Path, StringComparison.Ordinal)) return;
            using var process = Process.GetProcessById(id);
            process.Kill();
            process.WaitForExit();
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException) { return; } // It ended by itself.
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
