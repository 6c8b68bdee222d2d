using System.Globalization;

namespace Muster.Servers;

/// <summary>A real SMTP server on loopback that keeps what it takes in a Maildir.</summary>
public sealed class MailServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    MailServer(string? maildir) => Maildir = maildir ?? _folder.PathOf("mail");

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The Maildir; new mail lies in its folder <c>new</c>.</summary>
    public string Maildir { get; }

    /// <param name="maildir">Where it keeps what it takes; in its own folder unless said.</param>
    public static async Task<MailServer> Start(CancellationToken cancel, string? maildir = null)
    {
        var server = new MailServer(maildir);
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
        _process = await ServerProcess.Start(_folder, "/usr/bin/python3", ["-m", "aiosmtpd", "-n", "-l", Address, "-c", "aiosmtpd.handlers.Mailbox", Maildir], () => Ports.IsOpen(Port), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
