using System.Globalization;

namespace Muster.Servers;

/// <summary>A real SMTP server on loopback that keeps what it takes in a Maildir.</summary>
public sealed class MailServer : IAsyncDisposable
{
    /// <summary>What the server's own command line does not offer: users, and TLS from the first byte. Nobody sends a mail without a name, and no name is taken in clear text.</summary>
    const string Guarded = """
        import signal, ssl, sys
        from aiosmtpd.controller import Controller
        from aiosmtpd.handlers import Mailbox
        from aiosmtpd.smtp import AuthResult, LoginPassword

        port, maildir, certificate, key, user, password, implicit = sys.argv[1:]
        def known(server, session, envelope, mechanism, data):
            right = isinstance(data, LoginPassword) and data.login == user.encode() and data.password == password.encode()
            return AuthResult(success=right, handled=False)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        options = dict(ssl_context=tls, auth_require_tls=False) if implicit == "implicit" else dict(tls_context=tls)
        Controller(Mailbox(maildir), hostname="127.0.0.1", port=int(port), authenticator=known, auth_required=True, **options).start()
        signal.pause()
        """;

    readonly ServerFolder _folder = new();
    readonly string[]? _guard;
    ServerProcess? _process;

    MailServer(string? maildir, string[]? guard) => (Maildir, _guard) = (maildir ?? _folder.PathOf("mail"), guard);

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The Maildir; new mail lies in its folder <c>new</c>.</summary>
    public string Maildir { get; }

    /// <param name="maildir">Where it keeps what it takes; in its own folder unless said.</param>
    public static Task<MailServer> Start(CancellationToken cancel, string? maildir = null) => Start(new MailServer(maildir, null), cancel);

    /// <summary>One that has TLS, by STARTTLS or from the first byte, and takes mail from this user alone.</summary>
    /// <param name="certificate">The path of its certificate in PEM; <paramref name="key"/> is that of its key.</param>
    public static Task<MailServer> Start(string certificate, string key, string user, string password, bool isImplicit, CancellationToken cancel, string? maildir = null) =>
        Start(new MailServer(maildir, [certificate, key, user, password, isImplicit ? "implicit" : "starttls"]), cancel);

    static async Task<MailServer> Start(MailServer server, CancellationToken cancel)
    {
        try { await server.Begin(cancel); }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    /// <summary>Starts it again on the same port and mailbox after a stop.</summary>
    public async Task Begin(CancellationToken cancel)
    {
        if (_process is not null) await _process.DisposeAsync();
        // Debian's own interpreter: another one on the path has none of Debian's modules.
        string[] words = _guard is { } guard ? ["-c", Guarded, Port.ToString(CultureInfo.InvariantCulture), Maildir, .. guard] : ["-m", "aiosmtpd", "-n", "-l", Address, "-c", "aiosmtpd.handlers.Mailbox", Maildir];
        _process = await ServerProcess.Start(_folder, "/usr/bin/python3", words, () => Ports.IsOpen(Port), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
