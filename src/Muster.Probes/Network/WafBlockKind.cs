using System.Collections.Concurrent;
using Muster.Readiness;

namespace Muster.Probes;

static class WafBlockKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "waf.block",
        Says = "Sends harmless attack texts to an edge and texts that only look like them: the first must be blocked and never arrive behind it, the others must pass and arrive.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("path", Shape.Text, "The path that is asked, one that answers 2xx or 3xx to whoever comes.") { Default = "/" },
            new("methods", Shape.List, "GET and POST; without POST no text is sent in a form.") { Default = Value.Texts(["GET", "POST"]) },
            new("blocked", Shape.List, "The statuses by which the firewall blocks.") { Default = Value.List([403]) },
            new("sink", Shape.Text, "The target where one sees what arrived behind it: the origin's log, a file whose new lines are read, or a page of the origin.") { NamesTarget = true, Required = true },
            new("ask", Shape.Text, "The path of that page.") { Default = "/" },
            new("read", Shape.Text, "A JSON Pointer to the list within the page."),
            new("origin", Shape.Text, "The target behind the firewall, asked past it: that it takes what the edge blocks shows that the edge is who blocks.") { NamesTarget = true },
            new("wait", Shape.Duration, "How long what passes may take until the sink shows it.") { Default = 5 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "Every attack was blocked and none arrived, and everything harmless passed and arrived."),
            new("attacks", Shape.Number, "How many attack texts were sent."),
            new("blocked_count", Shape.Number, "How many were blocked."),
            new("block_rate", Shape.Percentage, "Their part."),
            new("not_blocked", Shape.List, "Those that were answered with another status."),
            new("not_blocked_count", Shape.Number, "How many there are."),
            new("arrived", Shape.List, "Attack texts that arrived behind the firewall, whatever it answered."),
            new("arrived_count", Shape.Number, "How many there are."),
            new("harmless", Shape.Number, "How many harmless texts were sent."),
            new("wrongly_blocked", Shape.List, "Harmless texts that did not pass."),
            new("wrongly_blocked_count", Shape.Number, "How many there are."),
            new("origin_blocks", Shape.Truth, "Under \"origin\": whether the origin itself blocks any of them when it is asked past the edge."),
            new("answers", Shape.Map, "The status of each text."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "attack texts",
        Deadline = TimeSpan.FromMinutes(1),
        Pitfalls =
        [
            "A firewall that only detects writes a log and lets everything pass: it answers 200, and the text arrives.",
            "A 403 by the application came after the text had arrived there. Only the sink shows who blocked.",
            "One that blocks everything blocks attacks too: harmless texts must pass and arrive.",
            "The rules are not tested in breadth; a dozen texts show that they are in force, not that they are good.",
            "A sink that shows nothing of what passes shows nothing of what does not: the harmless texts must be seen there.",
            "Blocking may be counted: whoever sends a dozen attacks may be shut out for a while. Let it look from an address that is not.",
        ],
        Example = "check: { waf.block: edge, path: /search, sink: origin-log }",
    };

    public static readonly ProbeKind Entry = new(Declaration, WafBlockProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var detecting = Site(blocks: false);
        await using var blocking = Site(blocks: true);
        Task<Witnessed> Look(LoopbackSite at) => Stage.Look(Declaration, Value.Of(("target", at.Address.AbsoluteUri), ("sink", Value.Of(("address", at.Address.AbsoluteUri))), ("origin", Value.Of(("address", at.Address.AbsoluteUri + "origin"))), ("ask", "/log"), ("wait", 0.5)),
            cancel, Stage.Is("complete", true, Shape.Truth));
        return new("waf.block", "a firewall that only detects, beside one that blocks", await Look(detecting), await Look(blocking));
    }

    static LoopbackSite Site(bool blocks)
    {
        var log = new ConcurrentQueue<string>();
        return LoopbackSite.Start()
            .Route("/", request =>
            {
                var said = Uri.UnescapeDataString(request.Query + request.Body.Replace('+', ' ')) + request.Headers.GetValueOrDefault("user-agent");
                if (blocks && Array.Exists(WafAttacks.Bad, text => said.Contains(text.Text, StringComparison.Ordinal))) return new(403);
                log.Enqueue(request.Query);
                return new(200);
            })
            .Route("/origin/", request => new(200))
            .Route("/log", _ => SiteResponse.Json(200, Value.Texts(log).ToString()));
    }
}
