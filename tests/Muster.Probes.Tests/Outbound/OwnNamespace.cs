using System.Globalization;
using System.Security.Cryptography;
using Muster.Servers;

namespace Muster.Probes.Tests.Outbound;

/// <summary>A network namespace of these tests' own, with nothing but loopback in it; gone when they end.</summary>
public sealed class OwnNamespace : IAsyncLifetime
{
    readonly ServerFolder _folder = new();
    readonly List<ServerProcess> _servers = [];
    string? _why = "it was not made";

    public string Name { get; } = "muster-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public string Vantage => $"netns:{Name}";

    public async ValueTask InitializeAsync()
    {
        _why = !OperatingSystem.IsLinux() ? "only Linux has network namespaces" : !Environment.IsPrivilegedProcess ? "only root may make a network namespace" : null;
        if (_why is not null) return;
        try
        {
            await Ip("netns", "add", Name);
            await Ip("-n", Name, "link", "set", "lo", "up");
        }
        catch (InvalidOperationException cannot) { _why = $"no network namespace can be made here: {cannot.Message}"; }
    }

    /// <summary>Skips the test, with the reason, where there is no namespace.</summary>
    public void Need()
    {
        if (_why is not null) Assert.Skip(_why);
    }

    /// <summary>A program that listens on a port of the namespace's 127.0.0.1.</summary>
    internal async Task<ServerProcess> Start(int port, string program, params string[] arguments)
    {
        ServerProcess? server = null;
        // What is listened to in a process's own namespace; nobody outside can knock.
        server = await ServerProcess.Start(_folder, "ip", ["netns", "exec", Name, program, .. arguments], null, TestContext.Current.CancellationToken);
        _servers.Add(server);
        var listening = string.Create(CultureInfo.InvariantCulture, $"0100007F:{port:X4} 00000000:0000 0A");
        await ServerProcess.Until(() => File.ReadAllText($"/proc/{server.Id}/net/tcp").Contains(listening, StringComparison.Ordinal), $"{program} does not listen: {server.Words}", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return server;
    }

    internal Task<string> Run(string program, params string[] arguments) => ServerProcess.Run(_folder, "ip", ["netns", "exec", Name, program, .. arguments], TestContext.Current.CancellationToken);

    internal string Write(string file, string text)
    {
        var path = Path.Combine(_folder.Path, file);
        File.WriteAllText(path, text);
        return path;
    }

    Task<string> Ip(params string[] arguments) => ServerProcess.Run(_folder, "ip", arguments, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        if (_why is null) await Ip("netns", "del", Name);
        _folder.Dispose();
    }
}
