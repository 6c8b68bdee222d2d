using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

static class DnsProbe
{
    const string SystemSettings = "/etc/resolv.conf";
    static readonly string[] Codes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var name = Ascii(given.Target);
        if (!Enum.TryParse<DnsType>(given.Text("type") ?? "A", ignoreCase: false, out var type) || !Enum.IsDefined(type)) throw Given.Wrong("type", "is none of A, AAAA, CNAME, MX, TXT, CAA, NS");
        var began = context.Clock.GetTimestamp();
        if (given.Text("server") is null && type is DnsType.A or DnsType.AAAA) return await BySystem(name, type, context, began, cancel);
        var server = await Server(given.Text("server") ?? await FirstOfSystem(cancel), context, cancel);
        var answer = await DnsClient.Ask(server, name, type, context, cancel);
        var code = answer.Code < Codes.Length ? Codes[answer.Code] : answer.Code.ToString(CultureInfo.InvariantCulture);
        // Only these two say something of the name; the others speak of the server.
        if (answer.Code is not (0 or 3)) throw new Unseen(Blind.Unreadable, $"{server} answered {code}, which says nothing of the name");
        var seen = Value.Of(("records", Value.Texts(answer.Records)), ("code", code), ("authoritative", answer.Authoritative), ("server", server.ToString()),
            ("duration", HttpProbe.Seconds(context.Clock.GetElapsedTime(began))));
        if (!answer.Records.IsEmpty) seen = seen.With("ttl", (double)answer.Ttl);
        return new() { Observation = seen, Population = 1, Before = server.ToString(), After = server.ToString() };
    }

    static async Task<Sight> BySystem(string name, DnsType type, ProbeContext context, long began, CancellationToken cancel)
    {
        var family = type == DnsType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var found = (await context.Names(name, cancel)).Where(address => address.AddressFamily == family).Select(address => address.ToString());
        return new()
        {
            Observation = Value.Of(("records", Value.Texts(found.Distinct().Order(StringComparer.Ordinal))), ("server", "system"), ("duration", HttpProbe.Seconds(context.Clock.GetElapsedTime(began)))),
            Population = 1,
        };
    }

    static async Task<IPEndPoint> Server(string written, ProbeContext context, CancellationToken cancel)
    {
        var (host, port) = IPAddress.TryParse(written, out _) ? (written, 53) : HostAndPort.Read(written, 53);
        return new((await context.Addresses(host, cancel))[0], port);
    }

    /// <summary>The first server that this machine itself asks.</summary>
    static async Task<string> FirstOfSystem(CancellationToken cancel)
    {
        if (File.Exists(SystemSettings))
            foreach (var line in await File.ReadAllLinesAsync(SystemSettings, cancel))
                if (line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var server, ..]) return server;
        throw new Unseen(Blind.NotCapable, "this machine names no DNS server; say which with \"server\"");
    }

    static string Ascii(string name)
    {
        try { return name.TrimEnd('.') is { Length: > 0 } plain ? new IdnMapping().GetAscii(plain) : throw Given.Wrong("target", "is an empty name"); }
        catch (ArgumentException) { throw Given.Wrong("target", $"is no name that DNS can carry: {name}"); }
    }
}
