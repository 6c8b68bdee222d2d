using System.Security.Cryptography.X509Certificates;
using Muster.Probes;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real nginx as the gateway, over TLS and plain; what stands behind it answers within it.</summary>
sealed class EdgeEyes : IEyes
{
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly int _edge = Ports.Free(), _plain = Ports.Free(), _inner = Ports.Free(), _local = Ports.Free();
    NginxServer _nginx = null!;
    string _folder = "", _certificate = "", _key = "";

    public string Name => "edge";

    public Lane Lane => Lane.Draining;

    public IReadOnlyList<Break> Breaks =>
    [
        With(["PB-02", "AI-02"], "what is behind the gateway listens at another address too", inner: "listen 127.0.0.2:INNER;"),
        With(["PB-26", "PB-02"], "the edge has no limit of rate", rate: false),
        With(["PB-27"], "the edge takes bodies of any size", size: "0"),
        With(["PB-28"], "the edge waits a minute for a request's head", patience: "60s"),
        With(["SU-20"], "a refusal does not say when to come back", back: false),
        With(["SU-46"], "background work has no limit", jobs: false),
        With(["SU-58"], "the limit that is in force is another one than the one that is written down", burst: 7),
        With(["SU-45"], "whatever origin is named is let in", origin: "$http_origin"),
        With(["CG-48"], "the collector takes any token", token: "~."),
        With(["CG-75"], "the local mode listens at another address too", local: "listen 127.0.0.2:LOCAL;"),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(60));
        File.WriteAllText(Path.Combine(folder, "ca.pem"), _authority.PemOfRoot);
        File.WriteAllText(Path.Combine(folder, "token"), "a-good-token-of-the-edge");
        File.WriteAllText(Path.Combine(folder, "limits.json"), """{ "at_once": 6 }""");
        _certificate = Path.Combine(folder, "edge.pem");
        _key = Path.Combine(folder, "edge.key");
        File.WriteAllText(_certificate, leaf.ExportCertificatePem());
        using var key = leaf.GetECDsaPrivateKey()!;
        File.WriteAllText(_key, key.ExportPkcs8PrivateKeyPem());
        _nginx = await NginxServer.Start(Config(), cancel);
        return new Dictionary<string, int> { ["edge"] = _edge, ["plain"] = _plain, ["inner"] = _inner, ["local"] = _local };
    }

    Break With(string[] lines, string says, string inner = "", string local = "", bool rate = true, string size = "1m", string patience = "1s", bool back = true, bool jobs = true, int burst = 5, string origin = "$allowed", string token = "\"Bearer a-good-token-of-the-edge\"") =>
        new(lines, says, stop => _nginx.Reload(Config(inner, local, rate, size, patience, back, jobs, burst, origin, token), stop), stop => _nginx.Reload(Config(), stop));

    string Config(string inner = "", string local = "", bool rate = true, string size = "1m", string patience = "1s", bool back = true, bool jobs = true, int burst = 5, string origin = "$allowed", string token = "\"Bearer a-good-token-of-the-edge\"")
    {
        string Limited(string zone, bool on) => $$"""location /{{zone}} { {{(on ? $"limit_req zone={zone} burst={burst} nodelay;" : "")}} error_page 429 = @later; proxy_pass http://127.0.0.1:{{_inner}}; }""";
        string Ways(bool api) => $$"""
                {{Limited("api", api)}}
                {{Limited("model", true)}}
                {{Limited("jobs", jobs)}}
                location @later { {{(back ? "add_header Retry-After 60 always;" : "")}} return 429; }
                location /audited { access_log {{Path.Combine(_folder, "audited.log")}} asked; proxy_pass http://127.0.0.1:{{_inner}}; }
                location /upload { proxy_pass http://127.0.0.1:{{_inner}}; }
                location /collect { if ($admitted = 0) { return 401; } proxy_pass http://127.0.0.1:{{_inner}}; }
                location /shared { add_header Access-Control-Allow-Origin {{origin}} always; add_header Vary Origin always; return 200 "shared"; }
            """;
        return $$"""
              log_format asked "inner$arg_key";
              client_max_body_size {{size}}; client_header_timeout {{patience}}; limit_req_status 429;
              map $http_origin $allowed { default ""; https://shop.test https://shop.test; }
              map $http_authorization $admitted { default 0; {{token}} 1; }
              limit_req_zone $arg_key zone=api:1m rate=1r/m; limit_req_zone $arg_key zone=model:1m rate=1r/m; limit_req_zone $arg_key zone=jobs:1m rate=1r/m;
              server { listen 127.0.0.1:{{_edge}} ssl; ssl_certificate {{_certificate}}; ssl_certificate_key {{_key}};
            {{Ways(rate)}}
              }
              server { listen 127.0.0.1:{{_plain}};
            {{Ways(rate)}}
              }
              server { listen 127.0.0.1:{{_inner}}; {{inner.Replace("INNER", $"{_inner}", StringComparison.Ordinal)}} access_log off; client_max_body_size 0; location / { return 200 "inner$arg_key"; } }
              server { listen 127.0.0.1:{{_local}}; {{local.Replace("LOCAL", $"{_local}", StringComparison.Ordinal)}} access_log off; location / { return 200 "local"; } }
            """;
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null) await _nginx.DisposeAsync();
        _authority.Dispose();
    }
}
