using Muster.Readiness;

namespace Muster.Probes;

static class RollbackDrillKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "rollback.drill",
        Says = "Puts the release before this one in its place, sees that it runs and reads what this one wrote, measures the time, and goes forward again.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("back", Shape.Any, "The command that deploys the release before: [ ./deploy, previous ].") { Required = true },
            new("forward", Shape.Any, "The command that deploys this one again; also run when the look is ended in the middle.") { Required = true },
            new("version", Shape.Any, "The request that tells which release runs.") { Default = Value.Of(("get", "/version"), ("read", "/version")) },
            new("from", Shape.Text, "The release that must run at first; whichever does unless said."),
            new("to", Shape.Text, "The release that must run after going back; any other unless said."),
            new("write", Shape.Any, "How one write is sent: { put: /items/$(write:id), json: { digest: $(write:digest) } }.") { Required = true },
            new("read", Shape.Any, "How all are read back: { get: /items, items: /items, id: /id, digest: /digest }.") { Required = true },
            new("writes", Shape.Number, "How many are written before going back, and again before going forward; at most 1000.") { Default = 20 },
            new("prepare", Shape.Any, "A request that makes a place of the exercise's own."),
            new("clean", Shape.Any, "The request that takes it away again."),
            new("ready", Shape.Any, "The request that 2xx answers when it is ready.") { Default = "/ready" },
            new("smoke", Shape.List, "Queries with known answers, that both releases must give: { get: /items/1, read: /name, is: a }."),
            new("identity", Shape.Any, "The request that tells what outlives a change of release: { get: /version, read: /store }."),
            new("wait", Shape.Duration, "How long going back, and going forward, may take, at most 1h.") { Default = 120 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "It went back and forward, both releases ran and held the smoke set, and nothing written under either was missing or altered under the other."),
            new("from", Shape.Text, "The release at first, as the running service says it."),
            new("to", Shape.Text, "The release after going back."),
            new("rolled_back", Shape.Truth, "Whether the other release ran, was ready and held the smoke set in time."),
            new("rollback_time", Shape.Duration, "From the command until then."),
            new("readable", Shape.Truth, "Whether what was written could be read under it at all."),
            new("rolled_forward", Shape.Truth, "Whether the first release ran again, was ready and held the smoke set in time."),
            new("forward_time", Shape.Duration, "From the command until then."),
            new("written", Shape.Number, "Acknowledged writes, under both releases."),
            new("lost", Shape.Number, "Those that were missing under the other release."),
            new("altered", Shape.Number, "Those that had other contents."),
            new("phantom", Shape.Number, "What was there and nobody wrote."),
            new("duplicated", Shape.Number, "What was there twice."),
            new("said", Shape.Text, "What went wrong first."),
            new("cleaned", Shape.Truth, "Whether the place was taken away."),
            new("left", Shape.Text, "What stays behind where it was not."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "releases run",
        LeastPopulation = 2,
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "A command that says it is done has deployed nothing yet: the release is the one that the running service tells. If it stays the same, nothing was rehearsed and the check is unproven.",
            "Going back is easy until this release has written something that the one before cannot read; that is why it writes first.",
            "The release before must tell its version in the same way.",
            "It deploys for real: a staging environment, or a service of its own.",
        ],
        Example = "check: { rollback.drill: api, back: [ ./deploy, previous ], forward: [ ./deploy, current ], write: { put: /items/$(write:id), json: { digest: $(write:digest) } }, read: { get: /items, items: /items }, expect: { rollback_time: at most 5m } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => RollbackDrillProbe.Read(asked, context).Look(cancel), Prove) { Prepare = RollbackDrillProbe.Read, FillsItself = RequestTemplate.IsOfWrites };

    /// <summary>Two releases are two shell words that write a file; the service tells what stands in it.</summary>
    static async Task<Proof> Prove(CancellationToken cancel)
    {
        async Task<Witnessed> Look(bool reads)
        {
            var folder = Directory.CreateTempSubdirectory("muster-fixture-");
            var release = Path.Combine(folder.FullName, "release");
            await File.WriteAllTextAsync(release, "2", cancel);
            var items = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
            await using var site = LoopbackSite.Start();
            string Runs() => File.ReadAllText(release).Trim();
            site.Route("/version", _ => SiteResponse.Json(200, $$"""{ "version": "{{Runs()}}" }""")).Route("/ready", _ => new(200))
                .Route("/items", _ => !reads && Runs() == "1" ? SiteResponse.Json(200, "[]") : SiteResponse.Json(200, $"[{string.Join(',', items.Select(item => $$"""{ "id": "{{item.Key}}", "digest": "{{item.Value}}" }"""))}]"));
            site.Otherwise = request =>
            {
                items[request.Path["/items/".Length..]] = Value.Parse(System.Text.Encoding.UTF8.GetBytes(request.Body)).Text("digest")!;
                return new(200);
            };
            Value Deploy(string which) => Value.Texts(["/bin/sh", "-c", $"echo {which} > {release}.new && mv {release}.new {release}"]);
            try
            {
                return await Stage.Look(new() { Release = default, MayRunCommands = true }, Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("back", Deploy("1")), ("forward", Deploy("2")), ("writes", 3), ("wait", 5),
                    ("write", Value.Of(("put", "/items/$(write:id)"), ("json", Value.Of(("digest", "$(write:digest)"))))), ("read", Value.Of(("get", "/items")))), [Stage.Is("complete", true, Shape.Truth)], cancel);
            }
            finally { folder.Delete(recursive: true); }
        }

        return new("rollback.drill", "a release before that cannot read what this one wrote, beside one that can", await Look(reads: false), await Look(reads: true));
    }
}
