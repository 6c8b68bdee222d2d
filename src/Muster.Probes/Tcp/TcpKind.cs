using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

static class TcpKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "tcp",
        Says = "Tries to open a TCP connection to every address of a host and shows whether one stands.",
        Target = TargetShape.HostAndPort,
        Parameters = [new("port", Shape.Number, "The port in place of the target's.")],
        Fields =
        [
            new("open", Shape.Truth, "True if any address took the connection; false only if every one refused it."),
            new("duration", Shape.Duration, "Until the first connection stood."),
            new("open_addresses", Shape.List, "Addresses that took the connection."),
            new("refused_addresses", Shape.List, "Addresses that refused it."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("open", true)),
        Population = "addresses",
        Deadline = TimeSpan.FromSeconds(5),
        Pitfalls =
        [
            "Silence is no answer: a port behind a filter that drops packets is unproven by its deadline, not closed.",
            "An open port says nothing of what answers behind it; a proxy opens for a dead backend too.",
            "\"open: false\" proves that it is closed from here, not from elsewhere; say from where.",
        ],
        Example = "check: { tcp: db.shop.test:5432 }",
    };

    public static readonly ProbeKind Entry = new(Declaration, Look, Prove);

    static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var said = given.Count("port", 0, 65535);
        var (host, port) = HostAndPort.Read(given.Target, said == 0 ? null : said);
        if (said > 0) port = said;
        var addresses = await context.Addresses(host, cancel);
        var began = context.Clock.GetTimestamp();
        var tries = await Task.WhenAll(addresses.Select(address => Try(new(address, port), context, cancel)));
        var open = tries.Where(one => one.Open).ToArray();
        var seen = Value.Of(
            ("open", open.Length > 0),
            ("open_addresses", Value.Texts(open.Select(one => one.To.ToString()))),
            ("refused_addresses", Value.Texts(tries.Where(one => !one.Open).Select(one => one.To.ToString()))));
        if (open.Length > 0) seen = seen.With("duration", HttpProbe.Seconds(open.Min(one => context.Clock.GetElapsedTime(began, one.Until))));
        var identity = Value.Texts(addresses.Select(address => address.ToString()).Order(StringComparer.Ordinal));
        return new() { Observation = seen, Population = tries.Length, Before = identity, After = identity };
    }

    static async Task<(IPEndPoint To, bool Open, long Until)> Try(IPEndPoint to, ProbeContext context, CancellationToken cancel)
    {
        try
        {
            using var connection = await context.Connect(to, ProtocolType.Tcp, cancel);
            return (to, true, context.Clock.GetTimestamp());
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return (to, false, 0);
        }
    }

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        return new("tcp", "a port on which nothing listens, beside one on which something does",
            await Stage.Look(Declaration, Value.Of(("target", $"127.0.0.1:{LoopbackListener.ClosedPort()}")), cancel, Stage.Is("open", true, Shape.Truth)),
            await Stage.Look(Declaration, Value.Of(("target", $"127.0.0.1:{site.Port}")), cancel, Stage.Is("open", true, Shape.Truth)));
    }
}
