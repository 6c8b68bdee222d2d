using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>A peer that does not do what it should, on a real socket.</summary>
/// <param name="Serve">What it does with a connection; null when nothing listens at all.</param>
sealed record Fault(string Name, Func<Stream, CancellationToken, Task>? Serve)
{
    const int Piece = 64 * 1024;

    /// <summary>Whoever looks at it waits until his deadline.</summary>
    public bool IsSlow { get; private init; }

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("nothing listens", null),
        new("it takes the connection and says nothing", static (_, stop) => Task.Delay(Timeout.Infinite, stop)) { IsSlow = true },
        new("it says one byte a second", Drip) { IsSlow = true },
        new("it says garbage", static async (stream, stop) => await stream.WriteAsync(RandomNumberGenerator.GetBytes(Piece), stop)),
        new("it hangs up at once", static (_, _) => Task.CompletedTask),
        new("it closes its half and listens on", HalfClosed),
        new("it never ends, in no protocol", static (stream, stop) => Endless(stream, "", stop)),
        new("it never ends, in HTTP", static (stream, stop) => Endless(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n{ \"a\": \"", stop)),
        new("it never ends, in Redis's protocol", static (stream, stop) => Endless(stream, "$10737418240\r\n", stop)),
        new("it answers a web page to everything", static (stream, stop) => Answer(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\nConnection: close\r\n\r\n<h1>It works!</h1>\n", stop)),
        new("it answers an empty object to everything", static (stream, stop) => Answer(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", stop)),
        new("it answers an empty list to everything", static (stream, stop) => Answer(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]", stop)),
        new("it answers an error to everything", static (stream, stop) => Answer(stream, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", stop)),
        new("it speaks Redis's protocol", static (stream, stop) => Answer(stream, "+PONG\r\n", stop)),
        new("it shows a certificate of a megabyte", LargeCertificate),
        new("it speaks PostgreSQL's protocol and refuses", static (stream, stop) => Answer(stream, "E\0\0\0\u0010SFATAL\0C28000\0\0", stop)),
    ];

    /// <summary>How many bytes a peer that never ends has got rid of: more than any probe may take in.</summary>
    public static long Sent;

    static readonly Lazy<X509Certificate2> Megabyte = new(static () =>
    {
        using var authority = LoopbackAuthority.Create("An authority with much to say");
        var now = TimeProvider.System.GetUtcNow();
        return authority.Leaf([.. Enumerable.Range(0, 40_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"host-{i}.names.shop.test")), "127.0.0.1"], now.AddDays(-1), now.AddDays(89));
    });

    static async Task LargeCertificate(Stream stream, CancellationToken stop)
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Megabyte.Value }, stop);
        await Answer(tls, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", stop);
    }

    static async Task Drip(Stream stream, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        foreach (var letter in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray())
        {
            await stream.WriteAsync(new[] { letter }, stop);
            await pace.WaitForNextTickAsync(stop);
        }
    }

    static async Task HalfClosed(Stream stream, CancellationToken stop)
    {
        ((System.Net.Sockets.NetworkStream)stream).Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        var heard = new byte[Piece];
        while (await stream.ReadAsync(heard, stop) > 0) continue;
    }

    static async Task Endless(Stream stream, string head, CancellationToken stop)
    {
        var hear = Hear(stream, stop);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
        var piece = Encoding.ASCII.GetBytes(new string('a', Piece));
        try
        {
            while (true)
            {
                await stream.WriteAsync(piece, stop);
                Interlocked.Add(ref Sent, Piece);
            }
        }
        finally { await hear.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }
    }

    static async Task Hear(Stream stream, CancellationToken stop)
    {
        var heard = new byte[Piece];
        while (await stream.ReadAsync(heard, stop) > 0) continue;
    }

    static async Task Answer(Stream stream, string answer, CancellationToken stop)
    {
        var heard = new byte[Piece];
        if (await stream.ReadAsync(heard, stop) > 0) await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
    }
}
