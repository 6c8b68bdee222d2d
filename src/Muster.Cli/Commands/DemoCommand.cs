using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using Muster.Cli.Demo;

namespace Muster.Cli.Commands;

/// <summary>A small real system with planted faults on loopback, from NO-GO to a verified certificate.</summary>
static class DemoCommand
{
    /// <summary>The demo's people sign with keys made just now, in a folder made just now.</summary>
    public static readonly string Passphrase = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public static Command Build(Host host)
    {
        var folder = new Option<string?>("--folder") { Description = "Where to write what the demo makes (default: a new folder in the temporary one).", HelpName = "DIR" };
        var serve = new Option<bool>("--serve") { Description = "Only run the shop, faults planted, on the ports of samples/shop, until interrupted; then `muster check` in another terminal." };
        var sound = new Option<bool>("--sound") { Description = "With --serve: without any fault." };
        var command = new Command("demo", "Runs a small real system with planted faults on loopback through the gate: NO-GO, mended, signed, GO, certified, verified.") { folder, serve, sound };
        command.SetAction((parsed, cancel) => parsed.GetValue(serve)
            ? Serve(host, Path.GetFullPath(parsed.GetValue(folder) ?? ".", host.Folder), parsed.GetValue(sound), cancel)
            : Tell(host, parsed.GetValue(folder), cancel));
        return command;
    }

    static async Task<int> Tell(Host host, string? named, CancellationToken cancel)
    {
        var folder = named is null ? Directory.CreateTempSubdirectory("muster-demo-").FullName : Path.GetFullPath(named, host.Folder);
        if (named is not null && Directory.Exists(Path.Combine(folder, ".muster"))) throw Refusal.Usage($"{named} holds a ledger already", "name an empty folder");
        Directory.CreateDirectory(folder);
        await using var shop = Shop.Start(folder, Fault.All, host.Clock);
        ShopFolder.Write(folder, shop);
        return await new Tour(host, folder, shop).Run(cancel);
    }

    static async Task<int> Serve(Host host, string folder, bool sound, CancellationToken cancel)
    {
        await using var shop = Open(folder, sound ? [] : Fault.All, host.Clock);
        host.Data.WriteLine($"The shop runs on https://127.0.0.1:{shop.Https}, http://127.0.0.1:{shop.Http} and the admin port {shop.AdminPort}; ca.pem, release.json and backup.json are in {folder}.");
        host.Data.WriteLine(sound ? "Nothing is wrong with it." : "Wrong with it: " + string.Join("; ", Fault.All.Select(fault => fault.Says)) + ".");
        host.Data.Flush();
        try { await Task.Delay(Timeout.InfiniteTimeSpan, host.Clock, cancel); }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { host.Talk.WriteLine("The shop is closed."); }
        return ExitCode.Done;
    }

    static Shop Open(string folder, IEnumerable<Fault> faults, TimeProvider clock)
    {
        try { return Shop.Start(folder, faults, clock, https: 48443, http: 48080, admin: 48081); }
        catch (SocketException taken) { throw Refusal.Usage($"the shop cannot listen on 48443, 48080 and 48081: {taken.Message}", "end what listens there; is the shop running already?"); }
    }
}
