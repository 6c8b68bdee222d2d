using System.Text;

namespace Muster.Probes;

/// <summary>Enough of Redis for fixtures: two users, of whom the relay may publish.</summary>
sealed class FakeRedis : IAsyncDisposable
{
    readonly LoopbackListener _listener;

    FakeRedis(bool closed) => _listener = LoopbackListener.Start((stream, stop) => Serve(stream, closed, stop));

    public string Address => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"redis://127.0.0.1:{_listener.Port}");

    /// <param name="closed">Whether whoever has not said who they are is refused.</param>
    public static FakeRedis Start(bool closed = true) => new(closed);

    static async Task Serve(Stream stream, bool closed, CancellationToken stop)
    {
        var reader = new RedisReader(async (into, cancel) => await stream.ReadAsync(into, cancel));
        string? user = closed ? null : "default";
        while (true)
        {
            RedisReply asked;
            try { asked = await reader.Read(stop); }
            catch (Unseen) { return; } // The client left.
            var words = asked is RedisReply.List list ? list.Are.Select(word => word.Text ?? "").ToArray() : [];
            var answer = words switch
            {
                ["AUTH", var name, var password] when password == name + "-pass" => "+OK\r\n" + Entered(ref user, name),
                ["AUTH", ..] => "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
                _ when user is null => "-NOAUTH Authentication required.\r\n",
                ["MULTI" or "DISCARD"] => "+OK\r\n",
                ["PUBLISH", ..] when user is "relay" or "default" => "+QUEUED\r\n",
                ["PING"] => "+PONG\r\n",
                ["INFO", ..] => Bulk("redis_version:7.0.15\r\nrun_id:0123456789abcdef\r\nrole:master\r\nused_memory:1000\r\nmaxmemory:4000\r\nmaxmemory_policy:allkeys-lru\r\nconnected_slaves:0\r\nrdb_last_bgsave_status:ok\r\naof_enabled:0\r\nuptime_in_seconds:10\r\n"),
                ["CONFIG", "GET", ..] => "*0\r\n",
                _ => "-NOPERM this user has no permissions\r\n",
            };
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), stop);
        }
    }

    static string Entered(ref string? user, string name)
    {
        user = name;
        return "";
    }

    static string Bulk(string text) => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
