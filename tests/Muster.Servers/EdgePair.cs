using System.Globalization;

namespace Muster.Servers;

/// <summary>Two replicas of the edge's service that share a cache for their sessions, and an nginx before them that keeps a session to its replica and takes another where one is gone.</summary>
public sealed class EdgePair : IAsyncDisposable
{
    RedisServer _cache = null!;

    EdgePair() { }

    public EdgeProcess A { get; private set; } = null!;

    public EdgeProcess B { get; private set; } = null!;

    public NginxServer Front { get; private set; } = null!;

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>What both are told, beside what a test adds.</summary>
    public string[] Words { get; private set; } = [];

    /// <param name="words">For both: how long they linger, their window.</param>
    public static async Task<EdgePair> Start(string[] words, CancellationToken cancel)
    {
        var pair = new EdgePair();
        try
        {
            pair._cache = await RedisServer.Start(["save \"\""], cancel);
            pair.Words = [.. words, "--sessions", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{pair._cache.Port}")];
            pair.A = await EdgeProcess.Start("a", pair.Words, cancel);
            pair.B = await EdgeProcess.Start("b", pair.Words, cancel);
            pair.Front = await NginxServer.Start(pair.Config(), cancel);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <param name="onlyB">Nothing goes to the first replica.</param>
    /// <param name="keeps">Whether a session keeps to its replica.</param>
    public string Config(bool onlyB = false, bool keeps = true) => $$"""
        upstream edge { {{(keeps ? "hash $arg_session consistent;" : "")}} server 127.0.0.1:{{Text(A.Port)}} max_fails=0{{(onlyB ? " down" : "")}}; server 127.0.0.1:{{Text(B.Port)}} max_fails=0; }
        map $http_upgrade $passed { default upgrade; "" ""; }
        server { listen 127.0.0.1:{{Text(Port)}}; access_log off;
          location / { proxy_pass http://edge; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $passed; proxy_set_header Host $http_host; proxy_read_timeout 60s; proxy_next_upstream error timeout http_503; } }
        """;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (Front is not null) await Front.DisposeAsync();
        if (A is not null) await A.DisposeAsync();
        if (B is not null) await B.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
    }
}
