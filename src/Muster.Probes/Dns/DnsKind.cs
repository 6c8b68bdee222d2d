using Muster.Readiness;

namespace Muster.Probes;

static class DnsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "dns",
        Says = "Asks for the records of a name and shows them.",
        Target = TargetShape.HostName,
        Parameters =
        [
            new("type", Shape.Text, "The record type.") { Default = "A", OneOf = ["A", "AAAA", "CNAME", "MX", "TXT", "CAA", "NS"] },
            new("server", Shape.Text, "The server that is asked, as host or host:port; else this machine's own resolver."),
        ],
        Fields =
        [
            new("records", Shape.List, "The records as text, sorted: addresses; names; \"10 mail.shop.test\"; the whole TXT; '0 issue \"ca.test\"'."),
            new("code", Shape.Text, "NOERROR or NXDOMAIN; not observed of the system's resolver, which does not tell."),
            new("ttl", Shape.Duration, "The least time to live of the records."),
            new("authoritative", Shape.Truth, "The server answers for the zone itself."),
            new("server", Shape.Text, "Who was asked: an address, or \"system\"."),
            new("duration", Shape.Duration, "Until the answer was read."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("records", Value.Of(("count", "at least 1")))),
        Population = "answers",
        Pitfalls =
        [
            "The system's resolver reads the hosts file too and may answer from a cache; ask the zone's own server to see what is published.",
            "No records and no such name are both seen and do not hold; a server that fails or refuses is no observation.",
            "Answers are not validated by DNSSEC.",
        ],
        Example = "check: { dns: shop.test, type: CAA, server: ns1.shop.test, expect: { records: { contains: '0 issue \"ca.test\"' } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, DnsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var server = LoopbackNameServer.Start(new() { [("shop.test", DnsType.A)] = [LoopbackNameServer.A("192.0.2.7")] });
        var expect = new FieldMatcher("records", new Matcher.Count(new Matcher.Compare(Comparison.AtLeast, Operand.Of(1), Shape.Number)));
        return new("dns", "a server that knows no such name, beside a name that it knows", await Look("absent.test"), await Look("shop.test"));

        Task<Witnessed> Look(string name) => Stage.Look(Declaration, Value.Of(("target", name), ("server", $"127.0.0.1:{server.Port}")), cancel, expect);
    }
}
