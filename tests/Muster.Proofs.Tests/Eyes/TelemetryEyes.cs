using System.Globalization;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Two services of a real nginx, an edge and what stands behind it, that log to a real rsyslog.</summary>
sealed class TelemetryEyes : IEyes
{
    readonly int _edge = Ports.Free(), _api = Ports.Free();
    SyslogServer _syslog = null!;
    NginxServer _nginx = null!;

    public string Name => "telemetry";

    public Lane Lane => Lane.Watching;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["PB-07", "SU-33"], "the service behind the edge logs to a file of its own", stop => Reload(stop, api: "access_log own.log line;"), stop => Reload(stop)),
        new(["PB-07", "SU-33"], "the service behind the edge logs text", stop => Reload(stop, api: Log("api", "text")), stop => Reload(stop)),
        new(["SU-33"], "the log bears the token that a request came with", stop => Reload(stop, api: Log("api", "open")), stop => Reload(stop)),
        new(["PB-33"], "the edge does not pass the request's id on", stop => Reload(stop, passes: ""), stop => Reload(stop)),
        new(["PB-07", "SU-33", "PB-33"], "the place where logs arrive is stopped", _ => Halt("STOP"), _ => Halt("CONT")),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _syslog = await SyslogServer.Start(Path.Combine(folder, "all.log"), cancel);
        _nginx = await NginxServer.Start(Config(Log("api"), Passes), cancel);
        return new Dictionary<string, int> { ["edge"] = _edge, ["api"] = _api };
    }

    const string Passes = "proxy_set_header X-Request-Id $http_x_request_id;";

    Task Reload(CancellationToken cancel, string? api = null, string passes = Passes) => _nginx.Reload(Config(api ?? Log("api"), passes), cancel);

    Task Halt(string signal)
    {
        _syslog.Signal(signal);
        return Task.CompletedTask;
    }

    string Log(string service, string format = "line") => string.Create(CultureInfo.InvariantCulture, $"access_log syslog:server=127.0.0.1:{_syslog.Port},tag={service},nohostname {format};");

    string Config(string api, string passes) => $$"""
        map $server_port $service { {{Text(_edge)}} edge; default api; }
        log_format line escape=json '{"time":"$time_iso8601","service":"$service","path":"$request_uri","status":$status,"request":"$http_x_request_id"}';
        log_format open escape=json '{"time":"$time_iso8601","service":"$service","path":"$request_uri","status":$status,"with":"$http_authorization"}';
        log_format text '$time_iso8601 $service $request_uri $status';
        server { listen 127.0.0.1:{{Text(_edge)}}; {{Log("edge")}} location = /own { return 200 ok; } location / { {{(passes.Length > 0 ? passes : "proxy_set_header X-Request-Id \"\";")}} proxy_pass http://127.0.0.1:{{Text(_api)}}; } }
        server { listen 127.0.0.1:{{Text(_api)}}; {{api}} location / { return 200 ok; } }
        """;

    static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null) await _nginx.DisposeAsync();
        if (_syslog is not null) await _syslog.DisposeAsync();
    }
}
