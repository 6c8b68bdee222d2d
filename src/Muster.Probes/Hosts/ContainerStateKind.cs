using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class ContainerStateKind
{
    static readonly ImmutableArray<Field> Container =
    [
        new("name", Shape.Text, "Its name."),
        new("service", Shape.Text, "The service of the composition that it is of."),
        new("state", Shape.Text, "running, exited, restarting …, in the engine's words."),
        new("running", Shape.Truth, "It runs, and is not about to be started again."),
        new("health", Shape.Text, "healthy, unhealthy or starting; not observed where its image has no check."),
        new("restarts", Shape.Number, "How often the engine has started it again by its policy."),
        new("exit_code", Shape.Number, "What it ended with; not observed while it runs."),
        new("out_of_memory", Shape.Truth, "It was ended for lack of memory."),
        new("up_for", Shape.Duration, "How long it runs, by the engine's clock."),
        new("image", Shape.Text, "The image as it was asked for."),
        new("image_id", Shape.Text, "The digest of the image that really runs."),
        new("digests", Shape.List, "The names with digest under which the engine got that image."),
        new("pinned", Shape.Truth, "The image was asked for by a whole digest, name@sha256:…."),
        new("restart_policy", Shape.Text, "no, always, unless-stopped or on-failure."),
        new("ports", Shape.List, "What it publishes, as \"127.0.0.1:8080->80/tcp\"."),
        new("network_mode", Shape.Text, "host shares every port of the machine."),
        new("privileged", Shape.Truth, "It has every right on the machine."),
        new("user", Shape.Text, "Whom it runs as; not observed where that is left to the image."),
    ];

    public static readonly Kind Declaration = new()
    {
        Name = "container.state",
        Says = "Asks a container engine which containers run, whether they are well and stay so, what they run and what they publish.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("containers", Shape.List, "The containers that are looked at, by name or by service; one that is not there is missing. Else all of them."),
            new("project", Shape.Text, "The composition whose containers are looked at."),
            new("jobs", Shape.List, "Containers, by name or by service, that do their work and end: those are well when they ended with 0."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots for https://, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("containers", Shape.List, "Each container that was looked at, by name.") { Of = Container },
            new("names", Shape.List, "Their names."),
            new("services", Shape.List, "The services that they are of, each once."),
            new("missing", Shape.List, "Containers that are asked for and are not there."),
            new("not_running", Shape.List, "Containers that do not run, or are being started again; of jobs, those that did not end with 0."),
            new("unhealthy", Shape.List, "Containers whose own check does not say healthy."),
            new("restarts", Shape.Number, "How often the engine has started one of them again."),
            new("unpinned", Shape.List, "Containers whose image was not asked for by digest."),
            new("images", Shape.List, "The images as they were asked for, each once, in order."),
            new("published", Shape.List, "Everything that is published, as \"gateway 127.0.0.1:8080->80/tcp\", by service or else by name."),
            new("up_for", Shape.Duration, "How long the one that was started last runs, by the engine's clock; jobs do not count."),
            new("engine", Shape.Text, "The name of the engine's machine."),
            new("version", Shape.Text, "The engine's version."),
            new("clustered", Shape.Truth, "The engine is a part of a cluster of several machines."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("missing", Value.Of(("count", 0))), ("not_running", Value.Of(("count", 0))), ("unhealthy", Value.Of(("count", 0)))),
        Population = "containers",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "Without containers, one that was never started is not missed: name those that must be there.",
            "A container without a check of its own has no health: it runs, and nobody asked whether it is well. Expect health where it matters.",
            "A container that crashes in circles runs most of the time; expect restarts: 0 and up_for.",
            "Making a container anew begins at no restarts: expect up_for to be long enough, too.",
            "A tag may be moved to another image at any time; pinned is true for a digest alone.",
            "network_mode: host publishes everything that listens, and nothing of it stands under published.",
            "Whoever may talk to an engine may do everything on its machine. Muster only reads, yet keep the socket to those who need it.",
        ],
        Example = "check: { container.state: engine, project: shop, containers: [ gateway, ui ], expect: { restarts: 0, up_for: at least 1m, unpinned: { count: 0 }, published: { exactly: [ \"gateway 127.0.0.1:8080->80/tcp\" ] } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ContainerStateProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var engine = FakeEngine.Start();
        engine.Run("shop", "gateway");
        var well = await Look();
        engine.Run("shop", "gateway", state: "exited");
        return new("container.state", "an engine whose container has ended, beside the same while it runs", await Look(), well);

        Task<Witnessed> Look() => Stage.Look(Declaration, Value.Of(("target", engine.Address), ("containers", Value.Texts(["gateway"]))), cancel,
            new FieldMatcher("not_running", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number))));
    }
}
