using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class HostStateKind
{
    static readonly ImmutableArray<Field> Unit =
    [
        new("name", Shape.Text, "Its name."),
        new("running", Shape.Truth, "It is active; a oneshot that did its work and stays is, too."),
        new("state", Shape.Text, "active, activating, inactive or failed."),
        new("detail", Shape.Text, "The state in the manager's own words: running, exited, dead, auto-restart."),
        new("enabled", Shape.Truth, "It is started with the machine."),
        new("restarts", Shape.Number, "How often the manager has started it again by itself."),
        new("restart_policy", Shape.Text, "no, on-failure, always …"),
        new("up_for", Shape.Duration, "How long it is active; not observed while it is not."),
        new("user", Shape.Text, "Whom it runs as; empty is the manager's own user."),
        new("program", Shape.Text, "The program that really runs, links followed."),
        new("sha256", Shape.Text, "The digest of that program's bytes, as they run; not observed where nothing runs or it may not be read."),
    ];

    public static readonly Kind Declaration = new()
    {
        Name = "host.state",
        Says = "Looks at the machine that Muster runs on: the file system of a path, the clock, units of the service manager, and what listens.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("units", Shape.List, "Units of the service manager, as shop.service, that must run."),
            new("manager", Shape.Text, "Whose units they are.") { Default = "system", OneOf = ["system", "user"] },
            new("listeners", Shape.List, "What must listen, as 127.0.0.1:5432, [::1]:5432 or *:443; with it, whatever else listens beyond loopback is named under unexpected."),
            new("write", Shape.Truth, "Write a small file into the target, which is a folder then, flush it, read it and delete it; needs the environment's consent to active checks.") { Hazard = Hazard.Active },
        ],
        Fields =
        [
            new("free", Shape.Size, "Bytes that are free for users on the path's file system."),
            new("free_ratio", Shape.Percentage, "The part of it that is free for users."),
            new("inodes_free_ratio", Shape.Percentage, "The part of its inodes that is free; not observed where it has none to count."),
            new("read_only", Shape.Truth, "It is mounted read-only."),
            new("file_system", Shape.Text, "ext4, xfs, tmpfs …"),
            new("written", Shape.Truth, "Under \"write\": what was written and flushed was read back."),
            new("write_time", Shape.Duration, "Under \"write\": how long writing and flushing took."),
            new("memory_available_ratio", Shape.Percentage, "The part of the memory that is available without swapping, as the kernel estimates it."),
            new("load", Shape.Number, "The load of the last minute, for each processor."),
            new("up_for", Shape.Duration, "How long the machine runs."),
            new("clock", Shape.Map, "The kernel's clock.") { Of = [new("synchronised", Shape.Truth, "Something keeps it in step."), new("error_bound", Shape.Duration, "How far it may be off at most, as the kernel reckons.")] },
            new("units", Shape.List, "Each unit that was named.") { Of = Unit },
            new("not_running", Shape.List, "Those that are not active, by name; observed where units are named."),
            new("listening", Shape.List, "Every TCP address that is listened on."),
            new("missing_listeners", Shape.List, "Under \"listeners\": what must listen and does not."),
            new("unexpected", Shape.List, "Under \"listeners\": what else listens on an address other than loopback."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("free_ratio", "at least 10%"), ("read_only", false)),
        Population = "file systems and units",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "It is this machine, not the one that is behind a load balancer: run Muster there, or ask the metrics of its exporter.",
            "A unit that is active may have started a moment ago and end in the next: expect up_for and restarts too.",
            "A unit that is enabled and does not run is as missing as one that runs and is not enabled, after the next start of the machine.",
            "sha256 is of the program that runs. Where it was exchanged on disk and not started again, the running one is the old one.",
            "In a container the file systems, units and listeners are the container's; clock, load and memory are the machine's.",
            "That nothing listens beyond loopback is no wall: what a firewall lets through is asked with exposure.reachability.",
        ],
        Example = "check: { host.state: ., units: [ shop.service ], listeners: [ \"127.0.0.1:8080\" ], expect: { not_running: { count: 0 }, missing_listeners: { count: 0 }, unexpected: { count: 0 }, clock: { synchronised: true } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HostStateProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var open = LoopbackSite.Start();
        return new("host.state", "an address that nobody listens on, beside one with a server", await Look(LoopbackListener.ClosedPort()), await Look(open.Port));

        Task<Witnessed> Look(int port) => Stage.Look(Declaration, Value.Of(("target", "."), ("listeners", Value.Texts([$"127.0.0.1:{port.ToString(System.Globalization.CultureInfo.InvariantCulture)}"]))), cancel, new FieldMatcher("missing_listeners", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number))));
    }
}
