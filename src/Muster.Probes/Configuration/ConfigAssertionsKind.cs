using Muster.Readiness;

namespace Muster.Probes;

static class ConfigAssertionsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "config.assertions",
        Says = "Holds what a file declares beside what the running thing says that it has, value by value.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("live", Shape.Text, "The target that is asked what it really has: a URL that answers with JSON, or another file.") { NamesTarget = true, Required = true },
            new("values", Shape.Map, "The settings, by names of your own: each a JSON Pointer that is the same on both sides, as /log/level, or a map of declared and live with a pointer each.") { Required = true },
            new("page", Shape.Text, "The path beneath the live URL."),
            new("as", Shape.Text, "How the file is read; by its name unless said.") { OneOf = [.. ConfigTree.Forms] },
            new("live_as", Shape.Text, "The same for a live side that is a file.") { OneOf = [.. ConfigTree.Forms] },
        ],
        Fields =
        [
            new("declared", Shape.Map, "What the file says, by your names. What is called like a secret, a secret within a value and the password of an address are masked, and compared all the same."),
            new("live", Shape.Map, "What the live side says, by your names."),
            new("same", Shape.Number, "Settings that are alike on both sides."),
            new("drift", Shape.List, "Names of those that are not."),
            new("undeclared", Shape.List, "Names that the file does not set."),
            new("absent", Shape.List, "Names of which the live side says nothing."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("same", "at least 1"), ("drift", Value.Of(("count", 0))), ("undeclared", Value.Of(("count", 0))), ("absent", Value.Of(("count", 0)))),
        Population = "settings",
        Pitfalls =
        [
            "What a service shows of its settings must be what it uses, not the file that it was started with. Ask it, or the store that it reads from.",
            "That both sides agree does not make a value right: say what production wants under expect.",
            "A number and its digits as text are alike, as a truth and its word are; maps and lists must be the same.",
            "env, properties, INI and TOML are read in their simple part, and a line beyond it makes the file unreadable.",
        ],
        Example = "check: { config.assertions: deploy/production.yaml, live: api, page: /config, values: { log: /log/level, traces: /otel/endpoint }, expect: { live: { log: info } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ConfigAssertionsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        await using var site = LoopbackSite.Start();
        site.Route("/sick", _ => SiteResponse.Json(200, """{"log":{"level":"debug"}}""")).Route("/well", _ => SiteResponse.Json(200, """{"log":{"level":"info"}}"""));
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "shop.yaml"), "log: { level: info }\n", cancel);
            return new("config.assertions", "a service that logs more than its file declares, beside one that does as declared", await Look("/sick"), await Look("/well"));
        }
        finally { folder.Delete(recursive: true); }

        Task<Witnessed> Look(string page) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration,
            Value.Of(("target", "shop.yaml"), ("live", $"http://127.0.0.1:{site.Port}"), ("page", page), ("values", Value.Of(("log", "/log/level")))), [Stage.Is("same", 1, Shape.Number)], cancel);
    }
}
