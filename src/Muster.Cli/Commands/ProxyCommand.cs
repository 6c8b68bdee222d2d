using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Muster.Probes;

namespace Muster.Cli.Commands;

/// <summary>Stands between services and what they need until it is interrupted, and puts faults on the way when it is told to.</summary>
static class ProxyCommand
{
    public static Command Build(Host host)
    {
        var proxies = new Argument<string[]>("NAME=PORT:HOST:HOSTPORT") { Description = "A proxy: redis=46379:127.0.0.1:6379 listens on 127.0.0.1:46379 and passes on to 127.0.0.1:6379. More can be made over the control socket.", Arity = ArgumentArity.ZeroOrMore };
        var control = new Option<string>("--control") { Description = "Where faults are put on and taken away, on 127.0.0.1: HTTP, the API of Toxiproxy.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1:8474" };
        var command = new Command("proxy", "Stands between a service and what it needs, and takes faults over a control socket: what health.dependency_outage asks for under \"through\".") { proxies, control };
        command.SetAction((parsed, cancel) => Run(host, parsed.GetValue(proxies) ?? [], parsed.GetValue(control)!, cancel));
        return command;
    }

    static async Task<int> Run(Host host, string[] words, string control, CancellationToken cancel)
    {
        var asked = words.Select(Read).ToList();
        await using var all = Open(host, Port(control, "--control"));
        foreach (var (name, port, upstream) in asked)
        {
            var (listens, wrong) = await all.Add(name, port, upstream);
            if (wrong is not null) throw Refusal.Usage($"{name}: {wrong}", "each proxy has a name and a port of its own: redis=46379:127.0.0.1:6379");
            host.Data.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: 127.0.0.1:{listens} to {upstream}"));
        }

        host.Data.WriteLine($"Faults over {all.Control}. Ctrl-C ends it, and every connection through it.");
        host.Data.Flush();
        try { await Task.Delay(Timeout.InfiniteTimeSpan, host.Clock, cancel); }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { host.Talk.WriteLine("Nothing stands between any more."); }
        return ExitCode.Done;
    }

    static FaultProxies Open(Host host, int control)
    {
        try { return FaultProxies.Start(new OutboundGuard(), host.Clock, control); }
        catch (SocketException taken) { throw Refusal.Usage($"the control socket cannot listen on 127.0.0.1:{control}: {taken.Message}", "end what listens there, or name another port: --control 127.0.0.1:8475"); }
    }

    /// <summary>As ssh -L has it: whatever stands before the first colon that is followed by a host is where it listens.</summary>
    static (string Name, int Port, string Upstream) Read(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw Wrong(word);
        var (name, place) = (word[..equals], word[(equals + 1)..]);
        foreach (var here in (string[])["127.0.0.1:", "localhost:"])
            if (place.StartsWith(here, StringComparison.Ordinal)) place = place[here.Length..];
        var colon = place.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon + 1 < place.Length ? (name, Port(place[..colon], word), place[(colon + 1)..]) : throw Wrong(word);
    }

    static int Port(string text, string said)
    {
        var colon = text.LastIndexOf(':');
        return text[..Math.Max(0, colon)] is "" or "localhost" or "127.0.0.1" && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port
            : throw Refusal.Usage($"{said}: {text} is no port of 127.0.0.1", "a proxy is for services of this machine; name a port, as 46379");
    }

    static Refusal Wrong(string word) => Refusal.Usage($"{word} is no proxy", "NAME=PORT:HOST:HOSTPORT, as redis=46379:127.0.0.1:6379");
}
