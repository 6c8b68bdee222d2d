using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>How a server answers to whoever knocks. No password is ever sent.</summary>
/// <param name="Open">It goes on to ask who that is, or lets in at once.</param>
/// <param name="Asks">What it then asks for: nothing, password, md5, sasl, or the number of another way.</param>
/// <param name="SqlState">With what it refuses.</param>
/// <param name="Said">In its own words.</param>
sealed record PostgresDoor(bool Open, string? Asks, string? SqlState, string? Said)
{
    const int MostMessage = 16 * 1024;
    const string RuleOfAccess = "28000";

    /// <summary>"No entry for this host, user, database and encryption", "a valid certificate is required": the rules of access, before any password.</summary>
    public bool RefusedByRule => !Open && SqlState == RuleOfAccess;

    public static TlsPrelude Prelude { get; } = new(new SslApplicationProtocol("postgresql"), async (stream, cancel) =>
    {
        await stream.WriteAsync(PostgresWire.AskForTls, cancel);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancel);
        if (answer[0] != (byte)'S') throw new Unseen(Blind.Unreadable, "the server offers TLS at one time and not at another");
    });

    /// <param name="tls">Knocks over TLS, with this certificate if there is one. What the server shows is looked at elsewhere, and nothing secret is sent to it.</param>
    public static async Task<PostgresDoor> Knock(PostgresAddress address, bool tls, X509Certificate2? certificate, ProbeContext context, CancellationToken cancel)
    {
        await using var peer = await PeerStream.Open(address.Host, address.Port, context, cancel, MostMessage * 2);
        if (tls)
        {
            if (!await PostgresWire.OffersTls(peer, cancel)) throw new Unseen(Blind.Unreadable, "the server offers TLS at one time and not at another");
            await peer.Secure(address.Host, trust: null, cancel, certificate);
        }

        try { return await Greet(peer, address, cancel); }
        catch (IOException alert) when (certificate is not null && alert.InnerException is not (null or System.Net.Sockets.SocketException))
        {
            // Under TLS 1.3 a server judges the client's certificate after the client believes that all is done.
            return new(Open: false, null, RuleOfAccess, "the certificate is refused within TLS");
        }
    }

    static async Task<PostgresDoor> Greet(PeerStream peer, PostgresAddress address, CancellationToken cancel)
    {
        await peer.Write(PostgresMessage.Greeting(address.User, address.Database), cancel);
        var answer = await PostgresMessage.Read(new(peer.Read), MostMessage, cancel);
        return Read(answer.Is, answer.Body) ?? throw PostgresMessage.Odd();
    }

    /// <summary>The first message after the greeting: a request for authentication, or an error. Null if it is neither.</summary>
    public static PostgresDoor? Read(char kind, ReadOnlySpan<byte> body)
    {
        if (kind == 'R' && body.Length >= 4)
            return new(Open: true, BinaryPrimitives.ReadInt32BigEndian(body) switch { 0 => "nothing", 3 => "password", 5 => "md5", 7 or 9 => "gss", 10 => "sasl", var other => $"way {other}" }, null, null);
        if (kind != 'E') return null;
        var (code, says) = PostgresMessage.Error(body);
        return new(Open: false, null, code, says);
    }
}
