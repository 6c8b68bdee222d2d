using System.Globalization;

namespace Muster.Servers;

/// <summary>A real nginx, all of whose files lie in a folder of its own. It runs as whoever runs this, in the foreground.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    readonly int _sign = Ports.Free();
    ServerProcess? _process;
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
            server._process = await ServerProcess.Start(server._folder, "nginx", ["-c", server._folder.PathOf("nginx.conf"), "-e", server._folder.PathOf("error.log"), "-p", server._folder.Path], () => Ports.IsOpen(server._sign), cancel);
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
        _process!.Signal("HUP");
        using var client = new HttpClient();
        var turn = _turn.ToString(CultureInfo.InvariantCulture);
        // Old workers take connections for a moment still: several answers in a row must be the new ones'.
        var row = 0;
        await ServerProcess.Until(() =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_sign}/")) { Headers = { ConnectionClose = true } };
            try
            {
                using var answer = client.Send(request, cancel);
                using var reader = new StreamReader(answer.Content.ReadAsStream(cancel));
                row = reader.ReadToEnd().Trim() == turn ? row + 1 : 0;
            }
            catch (HttpRequestException) { row = 0; } // Between the old and the new.
            return row >= 5;
        }, "nginx did not take its new configuration", TimeSpan.FromSeconds(20), cancel);
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
        _folder.Dispose();
    }
}
