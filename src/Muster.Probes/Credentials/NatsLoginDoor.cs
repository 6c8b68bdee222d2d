using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The text protocol of NATS: INFO comes, CONNECT and PING go, and PONG or an error tells (https://docs.nats.io/reference/reference-protocols/nats-protocol).</summary>
sealed class NatsLoginDoor(Given given, ProbeContext context) : LoginDoor(given, context)
{
    const int MostLine = 64 * 1024;
    const int MostLines = 16;

    protected override async Task<LoginAnswer> Ask(Login login, CancellationToken cancel)
    {
        var peer = await PeerStream.Open(Host, Port, Context, cancel, most: 1024 * 1024);
        await using var closing = peer;
        var reader = new WireReader(peer.Read);
        var info = Info(await reader.Line(MostLine, cancel));
        if (Tls || info["tls_required"] is Value.Truth { Is: true })
        {
            // Whatever came before the handshake came in clear text, from anybody.
            if (!reader.IsEven) throw new Unseen(Blind.Unreadable, "the peer goes on in clear text where TLS begins");
            await Secure(peer, cancel);
            reader = new(peer.Read);
        }

        var identity = peer.Identity.With("server_id", info["server_id"]);
        await peer.Write(Connect(login), cancel);
        return await Answer(reader, identity, cancel);
    }

    public static Value.Fields Info(string line)
    {
        if (!line.StartsWith("INFO ", StringComparison.OrdinalIgnoreCase)) throw Odd();
        try { return Value.Parse(Encoding.UTF8.GetBytes(line[5..])) as Value.Fields ?? throw Odd(); }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException) { throw Odd(); }
    }

    public static byte[] Connect(Login login)
    {
        var says = Value.Of(("verbose", false), ("pedantic", false), ("lang", "muster"), ("version", "1"), ("protocol", 0), ("tls_required", false));
        if (login.Password is { } password) says = login.User.Length == 0 ? says.With("auth_token", password) : says.With("user", login.User).With("pass", password);
        return Encoding.UTF8.GetBytes($"CONNECT {CanonicalJson.Text(says)}\r\nPING\r\n");
    }

    public static async Task<LoginAnswer> Answer(WireReader reader, Value identity, CancellationToken cancel)
    {
        for (var lines = 0; lines < MostLines; lines++)
        {
            var line = await reader.Line(MostLine, cancel);
            if (line == "PONG") return LoginAnswer.Accepted(identity);
            if (line.StartsWith("-ERR", StringComparison.Ordinal))
                return line.Contains("Authorization Violation", StringComparison.OrdinalIgnoreCase) ? LoginAnswer.Refused(identity) : LoginAnswer.Unclear("NATS answers an error that is not about the login", identity);
            if (line != "+OK" && line != "PING" && !line.StartsWith("INFO ", StringComparison.Ordinal)) throw Odd();
        }

        throw Odd();
    }

    static Unseen Odd() => new(Blind.Unreadable, "what answers does not speak NATS's protocol");
}
