using System.Globalization;

namespace Muster.Servers;

/// <summary>A real nginx, all of whose files lie in a folder of its own. It runs as whoever runs this, in the foreground.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    readonly int _sign = Ports.Free();
    ServerProcess? _process;
    readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    int _turn;

    readonly string _top;

    NginxServer(string top) => _top = top;

    /// <param name="http">What stands within <c>http { … }</c>.</param>
    /// <param name="top">What stands before everything: modules that are loaded.</param>
    public static async Task<NginxServer> Start(string http, CancellationToken cancel, string top = "")
    {
        var server = new NginxServer(top);
        try
        {
            server.Settle(http);
            server._process = await ServerProcess.Start(server._folder, "nginx", ["-c", server._folder.PathOf("nginx.conf"), "-e", server._folder.PathOf("error.log"), "-p", server._folder.Path], server.IsInForce, cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public string PathOf(string name) => _folder.PathOf(name);

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Another configuration, in force when this is done.</summary>
    public async Task Reload(string http, CancellationToken cancel)
    {
        Settle(http);
        var before = Workers();
        _process!.Signal("HUP");
        try
        {
            // Old workers take connections for a moment still, until each says of itself that it is shutting down.
            await ServerProcess.Until(() => IsInForce() && before.All(IsLeaving), "nginx did not take its new configuration", TimeSpan.FromSeconds(60), cancel);
        }
        catch (TimeoutException late) { throw new TimeoutException($"{late.Message}: {(_process.IsRunning ? "it runs" : "it has ended")}; {File.ReadAllText(_folder.PathOf("error.log"))}", late); }
    }

    /// <summary>
    /// A worker answers, and by the newest configuration. An open port is not enough: nginx binds before it takes signals (<c>ngx_init_cycle</c>,
    /// then <c>ngx_init_signals</c>), and a HUP in between ends it.
    /// </summary>
    bool IsInForce()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_sign}/")) { Headers = { ConnectionClose = true } };
        try
        {
            using var answer = _client.Send(request);
            using var reader = new StreamReader(answer.Content.ReadAsStream());
            return int.TryParse(reader.ReadToEnd(), CultureInfo.InvariantCulture, out var turn) && turn == _turn;
        }
        catch (Exception none) when (none is HttpRequestException or TaskCanceledException) { return false; } // Before the first, or between the old and the new.
    }

    string[] Workers()
    {
        var master = File.ReadAllText(_folder.PathOf("nginx.pid")).Trim();
        return File.ReadAllText($"/proc/{master}/task/{master}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Its listening sockets are closed then.</summary>
    static bool IsLeaving(string worker)
    {
        try { return File.ReadAllText($"/proc/{worker}/cmdline") is var title && (title.Length == 0 || title.Contains("is shutting down", StringComparison.Ordinal)); }
        catch (IOException) { return true; } // Gone.
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    void Settle(string http)
    {
        var turn = ++_turn;
        _folder.Write("nginx.conf", $$"""
            {{_top}}
            daemon off; master_process on; worker_processes 1; pid {{_folder.PathOf("nginx.pid")}}; {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            events { worker_connections 512; }
            http {
              access_log {{_folder.PathOf("access.log")}};
              client_body_temp_path {{_folder.PathOf("body")}}; proxy_temp_path {{_folder.PathOf("proxy")}}; fastcgi_temp_path {{_folder.PathOf("fastcgi")}}; uwsgi_temp_path {{_folder.PathOf("uwsgi")}}; scgi_temp_path {{_folder.PathOf("scgi")}};
              server { listen 127.0.0.1:{{_sign}}; location / { access_log off; return 200 "{{turn}}"; } }
            {{http}}
            }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
