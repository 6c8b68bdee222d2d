using System.Globalization;
using System.Security.Cryptography;

namespace Muster.Servers;

/// <summary>A network namespace of a test's own, with nothing but loopback in it, and servers that listen only there; gone with all of them when it is disposed.</summary>
public sealed class OwnNamespace : IAsyncDisposable
{
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    readonly ServerFolder _folder = new();
    readonly List<ServerProcess> _servers = [];

    OwnNamespace() { }

    public string Name { get; } = "muster-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public string Vantage => $"netns:{Name}";

    /// <summary>Why there is none here; null when there is one.</summary>
    public string? WhyNot { get; private set; }

    public static async Task<OwnNamespace> Make(CancellationToken cancel)
    {
        var made = new OwnNamespace
        {
            WhyNot = !OperatingSystem.IsLinux() ? "only Linux has network namespaces" : !Environment.IsPrivilegedProcess ? "only root may make a network namespace" : null,
        };
        if (made.WhyNot is not null) return made;
        try
        {
            await made.Ip(["netns", "add", made.Name], cancel);
            await made.Ip(["-n", made.Name, "link", "set", "lo", "up"], cancel);
        }
        catch (InvalidOperationException cannot) { made.WhyNot = $"no network namespace can be made here: {cannot.Message}"; }
        return made;
    }

    /// <summary>A real web server within, that answers "within" to everything; its port on the namespace's 127.0.0.1.</summary>
    public async Task<int> Web(CancellationToken cancel)
    {
        var port = Ports.Free();
        var settings = Path.Combine(_folder.Path, string.Create(CultureInfo.InvariantCulture, $"{port}.conf"));
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; pid {{settings}}.pid; error_log stderr;
            events { }
            http { access_log off; server { listen 127.0.0.1:{{port}}; location / { return 200 "within"; } } }
            """), cancel);
        await Start(port, "nginx", ["-c", settings], cancel);
        return port;
    }

    /// <summary>A real web server within, at port 80 of addresses that are put there for it, which writes down who was asked for; the file that it writes to.</summary>
    public async Task<string> At(string[] addresses, string answer, CancellationToken cancel)
    {
        foreach (var address in addresses) await Ip(["-n", Name, "addr", "add", address, "dev", "lo"], cancel);
        var settings = Path.Combine(_folder.Path, "at.conf");
        var asked = Path.Combine(_folder.Path, "asked");
        await File.WriteAllTextAsync(settings, $$"""
            daemon off; pid {{settings}}.pid; error_log stderr;
            events { }
            http { log_format asked "$server_addr"; access_log {{asked}} asked; server { listen 80; listen [::]:80; location / { {{answer}} } } }
            """, cancel);
        await Listens("00000000:0050", "nginx", ["-c", settings], cancel);
        return asked;
    }

    /// <summary>A real Redis within, which counts its connections itself.</summary>
    public async Task<int> Redis(CancellationToken cancel)
    {
        var port = Ports.Free();
        await Start(port, "redis-server", ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", ""], cancel);
        return port;
    }

    /// <summary>A command within, awaited: what it printed.</summary>
    public Task<string> Run(string program, string[] arguments, CancellationToken cancel) => Ip(["netns", "exec", Name, program, .. arguments], cancel);

    Task Start(int port, string program, string[] arguments, CancellationToken cancel) => Listens(string.Create(CultureInfo.InvariantCulture, $"0100007F:{port:X4}"), program, arguments, cancel);

    async Task Listens(string at, string program, string[] arguments, CancellationToken cancel)
    {
        var server = await ServerProcess.Start(_folder, "ip", ["netns", "exec", Name, program, .. arguments], null, cancel);
        _servers.Add(server);
        // Nobody outside can knock, but a process's own namespace tells what is listened to in it.
        var listening = at + " 00000000:0000 0A";
        await ServerProcess.Until(() => !server.IsRunning || File.ReadAllText($"/proc/{server.Id}/net/tcp").Contains(listening, StringComparison.Ordinal), $"{program} does not listen: {server.Words}", LongestStart, cancel);
        if (!server.IsRunning) throw new InvalidOperationException($"{program} ended at once: {server.Words}");
    }

    Task<string> Ip(string[] arguments, CancellationToken cancel) => ServerProcess.Run(_folder, "ip", arguments, cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        if (WhyNot is null) await Ip(["netns", "del", Name], CancellationToken.None);
        _folder.Dispose();
    }
}
