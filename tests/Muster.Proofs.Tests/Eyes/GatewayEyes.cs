using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real nginx before one replica of the edge's service, and its log.</summary>
sealed class GatewayEyes : IEyes
{
    const string Clean = """{"time":"$time_iso8601","path":"$uri","canary":"canary=$arg_canary","status":$status}""";

    /// <summary>What is routed is named, one by one: a prefix would lead to all that the service has.</summary>
    const string Api = "location = /api/";

    /// <summary>Any milder, and each request whose answer does not come is written down as it was sent.</summary>
    const string Errors = "crit";
    readonly int _front = Ports.Free(), _closed = Ports.Free();
    EdgeProcess _edge = null!;
    NginxServer _nginx = null!;
    string _folder = "";

    public string Name => "gateway";

    public IReadOnlyList<Break> Breaks =>
    [
        With(["PB-23"], "the gateway passes everything on", more: "location / { proxy_pass http://edge; }"),
        With(["PB-23"], "the door of the API leads to everything behind it", api: "location /api/"),
        With(["PB-23"], "the metrics are to be had from outside", more: "location = /metrics { proxy_pass http://edge; }"),
        With(["PB-23"], "the payment callback leads nowhere", callback: false),
        With(["CG-85"], "another live protocol is offered beside the agreed one", more: "location /events { return 200 'data: hello\\n\\n'; }"),
        With(["CG-85"], "the gateway listens at another address too", listen: "listen 127.0.0.2:FRONT;"),
        // One spelling alone would have been found clean in each of these but one.
        Logs("the credentials header is written down", "$http_authorization"),
        Logs("another header with a key is written down", "$http_x_api_key"),
        new(["PB-29"], "what could not be answered is written down as it was asked", stop => _nginx.Reload(Config(errors: "error"), stop), async stop =>
        {
            await _nginx.Reload(Config(), stop);
            File.WriteAllText(Path.Combine(_folder, "error.log"), "");
        }),
        Logs("cookies are written down", "$http_cookie"),
        Logs("the whole address is written down, with the token in its query", "$request_uri"),
        Logs("where the visitor came from is written down, with the code in its query", "$http_referer"),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        _edge = await EdgeProcess.Start("a", [], cancel);
        _nginx = await NginxServer.Start(Config(), cancel);
        return new Dictionary<string, int> { ["front"] = _front };
    }

    Break Logs(string says, string also) => With(["PB-29"], says, log: Clean[..^1] + $",\"also\":\"{also}\"}}");

    Break With(string[] lines, string says, string more = "", string listen = "", bool callback = true, string log = Clean, string api = Api) =>
        new(lines, says, stop => _nginx.Reload(Config(more, listen, callback, log, api), stop), stop => _nginx.Reload(Config(), stop));

    string Config(string more = "", string listen = "", bool callback = true, string log = Clean, string api = Api, string errors = Errors) => FormattableString.Invariant($$"""
        log_format edge escape=json '{{log}}';
        upstream edge { server 127.0.0.1:{{_edge.Port}}; }
        server { listen 127.0.0.1:{{_front}}; {{listen.Replace("FRONT", FormattableString.Invariant($"{_front}"), StringComparison.Ordinal)}} access_log {{Path.Combine(_folder, "access.log")}} edge; proxy_http_version 1.1;
          error_log {{Path.Combine(_folder, "error.log")}} {{errors}};
          {{api}} { proxy_pass http://edge/; }
          location = /api/broken { proxy_pass http://127.0.0.1:{{_closed}}; }
          location = /ws { proxy_pass http://edge; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_set_header Host $http_host; }
          {{(callback ? "location = /payments/callback { limit_except POST { deny all; } proxy_pass http://edge; }" : "")}}
          {{(more.StartsWith("location / ", StringComparison.Ordinal) ? "" : "location / { return 404; }")}}
          {{more}}
        }
        """);

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null) await _nginx.DisposeAsync();
        if (_edge is not null) await _edge.DisposeAsync();
    }
}
