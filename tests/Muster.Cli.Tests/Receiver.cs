using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>What a receiver got, its signature checked by an HMAC of the tests' own.</summary>
sealed record Received(string Id, long Timestamp, bool Signed, Value.Fields Body)
{
    public string Type => ((Value.Text)Body["type"]!).Is;

    public Value.Fields Data => (Value.Fields)Body["data"]!;

    public string Verdict => ((Value.Text)Data["verdict"]!).Is;
}

/// <summary>A webhook's receiver on loopback, whose answers the test says.</summary>
sealed class Receiver : IAsyncDisposable
{
    public const string Secret = "whsec_bXVzdGVyJ3MgdGVzdHMgYW5kIG5vdGhpbmcgZWxzZQ==";
    readonly LoopbackSite _site;

    Receiver(int port)
    {
        _site = LoopbackSite.Start(port: port);
        _site.Otherwise = request =>
        {
            var received = Read(request);
            Got.Enqueue(received);
            return new(Answer(received));
        };
    }

    public ConcurrentQueue<Received> Got { get; } = [];

    /// <summary>The status of each answer.</summary>
    public Func<Received, int> Answer { get; set; } = _ => 204;

    public int Port => _site.Port;

    public string Url => $"http://127.0.0.1:{Port}/hooks/{Hidden}";

    /// <summary>A path that is a secret of the receiver's, as many have.</summary>
    public const string Hidden = "T0K3N-in-the-path";

    public static Receiver Start(int port = 0) => new(port);

    static Received Read(SiteRequest request)
    {
        var (id, time) = (request.Headers["webhook-id"], request.Headers["webhook-timestamp"]);
        var key = Convert.FromBase64String(Secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(Hmac(key, Encoding.UTF8.GetBytes($"{id}.{time}.{request.Body}")));
        var same = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(request.Headers["webhook-signature"]));
        return new(id, long.Parse(time, CultureInfo.InvariantCulture), same && request.Method == "POST" && request.Headers["content-type"] == "application/json", (Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(request.Body)));
    }

    /// <summary>RFC 2104, written out.</summary>
    public static byte[] Hmac(byte[] key, byte[] text)
    {
        const int block = 64;
        var padded = new byte[block];
        (key.Length > block ? SHA256.HashData(key) : key).CopyTo(padded, 0);
        var inner = SHA256.HashData([.. padded.Select(part => (byte)(part ^ 0x36)), .. text]);
        return SHA256.HashData([.. padded.Select(part => (byte)(part ^ 0x5c)), .. inner]);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
