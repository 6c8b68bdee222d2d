using Muster.Readiness;

namespace Muster.Probes;

static class CrashRecoveryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "crash.recovery",
        Says = "Writes with a record of its own, kills the store in the middle of it, again and again, and compares what is there after each recovery with what was acknowledged, as sets.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("kill", Shape.Any, "How the store is killed: { signal: KILL, pid_file: run/store.pid }, or a command. Who runs a command may ask the store to end, which is no crash: \"shown\" says so, and the kind does not hold by itself then.") { Required = true },
            new("pid_file", Shape.Text, "Beside a command that kills: the file with the id of the process that it must end, relative to the document."),
            new("start", Shape.Any, "The command that starts it again, without waiting for it to be ready; left out where a supervisor does. It is also run when the look is ended in the middle."),
            new("kills", Shape.Number, "How often, at most 1000.") { Default = 3 },
            new("in_recovery", Shape.Truth, "Whether it is killed once more, every other time, while it recovers.") { Default = true },
            new("writers", Shape.Number, "How many write at once, at most 32.") { Default = 4 },
            new("write_for", Shape.Duration, "A kill comes at a random moment within this time, at most 5m; later where a loss is allowed, so that something is older than it.") { Default = 1 },
            new("wait", Shape.Duration, "How long a recovery may take, at most 5m.") { Default = 60 },
            new("allowed_loss", Shape.Duration, "How old at most an acknowledged write may be that a kill loses, under a relaxed profile; none may be lost unless said. Then a loss must be seen, or nothing is shown."),
            new("profile", Shape.Any, "Its durability profile, in words or as a request: { get: /settings, read: /sync }. PostgreSQL, Redis and NATS tell it themselves."),
            new("smoke", Shape.List, "Queries with known answers, that must be given at the moment when it opens: { post: /search, json: …, read: /pointer, is: value }, { sql: …, is: … } or { command: [ GET, key ], is: … }."),
            new("same", Shape.List, "Queries about what was there before, whose answers must stay as they were."),
            new("traffic", Shape.Any, "The request by which it is told that it is open, where that is another than \"ready\"."),
            new("write", Shape.Any, "Over HTTP, how one write is sent: { put: /items/$(write:id), json: { digest: $(write:digest) } }; or a program that reads \"id digest\" lines and prints each id once it is acknowledged."),
            new("read", Shape.Any, "How all are read back: { get: /items, items: /items, id: /id, digest: /digest }; or a program that prints \"id digest\" lines."),
            new("prepare", Shape.Any, "Over HTTP: a request that makes a place of the exercise's own."),
            new("clean", Shape.Any, "The request that takes it away again."),
            new("ready", Shape.Any, "The request that 2xx answers when it is ready.") { Default = "/ready" },
            new("identity", Shape.Any, "The request that tells what outlives a restart: { get: /version, read: /store }."),
            new("storage", Shape.Text, "Of NATS: where the stream is kept.") { Default = "file", OneOf = ["file", "memory"] },
            new("replicas", Shape.Number, "Of NATS: the stream's replicas.") { Default = 1 },
            new("domain", Shape.Text, "Of NATS: the JetStream domain."),
            .. PostgresAddress.Parameters,
            .. HttpApi.Connection.Where(parameter => parameter.Name != "trust"),
        ],
        Fields =
        [
            new("complete", Shape.Truth, "It came back each time, with all that was acknowledged or no more gone than is allowed, nothing beside it, and not before the smoke set held."),
            new("recovered", Shape.Truth, "Whether it came back each time within \"wait\"; after a time when it did not, nothing more is tried."),
            new("shown", Shape.Text, "\"process death\" after the signal KILL: the machine went on and kept what was written, so that nothing is said of a loss of power. \"end by command\" where it may have had time to write down what it held."),
            new("profile", Shape.Text, "The durability profile, as the store shows it; what is said of it, where it shows none."),
            new("kills", Shape.Number, "Kills in the middle of writing."),
            new("kills_in_recovery", Shape.Number, "Kills while it recovered."),
            new("interrupted", Shape.Number, "Writes under way at a kill whose connection ended by itself; with none at all nothing was shown."),
            new("attempted", Shape.Number, "Writes that were sent."),
            new("acknowledged", Shape.Number, "Those that were acknowledged."),
            new("refused", Shape.Number, "Those that were plainly refused; none may be there."),
            new("unknown", Shape.Number, "Those without an answer; each may be there as it was written, or not."),
            new("lost", Shape.Number, "Acknowledged and not there."),
            new("loss_seen", Shape.Truth, "Whether any was lost."),
            new("loss_age", Shape.Duration, "How long ago the oldest of them was acknowledged when it was killed."),
            new("loss_within", Shape.Truth, "Whether that is within what is allowed."),
            new("loss_bound", Shape.Percentage, "With no loss in n kills in the middle of writing: 3/n, below which the chance of a loss at one kill lies with 95 % confidence."),
            new("phantom", Shape.Number, "There and never written, or refused."),
            new("duplicated", Shape.Number, "There more than once."),
            new("altered", Shape.Number, "There with other contents than were written, a half write among them."),
            new("changed", Shape.Number, "Queries of \"same\" with another answer than before."),
            new("same_queries", Shape.Number, "How many there are."),
            new("smoke_queries", Shape.Number, "Queries of the smoke set."),
            new("smoke_failed", Shape.Text, "The one that never gave its known answer."),
            new("opened_early", Shape.Truth, "Whether it took traffic when the smoke set did not hold yet; not observed without one."),
            new("recovery_time", Shape.Duration, "The longest time from a kill until it was ready."),
            new("recovery_time_median", Shape.Duration, "The median of them."),
            new("verified_time", Shape.Duration, "The longest time from a kill until everything was read back and compared."),
            new("wrong", Shape.List, "The first ones that were lost, phantom, duplicated, altered or changed."),
            new("cleaned", Shape.Truth, "Whether its place was taken away."),
            new("left", Shape.Text, "What stays behind where it was not."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true), ("shown", Lever.ProcessDeath)),
        Population = "kills",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "The death of a process is shown, not a loss of power: what was handed to the operating system is written all the same. A profile that syncs once a second loses nothing here.",
            "Counts before and after are the same when one write is lost and another is there twice; here sets are compared, by id and contents.",
            "Three kills without a loss say little: expect loss_bound, and kill as often as it takes.",
            "A store that keeps nothing at all has lost nothing that is older than a second if it runs for less: with allowed_loss each kill comes later than that.",
            "A supervisor that restarts within milliseconds hides nothing, since the process is known by its start; a kill is believed only if writers lose their connections, since a file may name a stranger.",
            "A command that stops a service in order shows nothing of a crash, and cannot be told from one that kills: expect shown: process death beside whatever else is expected.",
            "A gateway that writes again by itself makes duplicates that are no fault of the store; write to the store.",
            "It kills a real store: only where the environment consents to destructive checks, and with a place of its own to write to.",
        ],
        Example = "check: { crash.recovery: db, kill: { signal: KILL, pid_file: run/postmaster.pid }, start: [ ./start-db ], kills: 30, expect: { shown: process death, loss_bound: at most 10%, recovery_time: at most 30s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => CrashRecoveryProbe.Read(asked, context).Look(cancel), Prove) { Prepare = CrashRecoveryProbe.Read, FillsItself = RequestTemplate.IsOfWrites };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        async Task<Witnessed> Look(bool loses)
        {
            await using var store = await FakeStore.Start(loses, cancel);
            return await Stage.Look(new() { Release = default }, Declaration, store.Question, [Stage.Is("lost", 0, Shape.Number), Stage.Is("recovered", true, Shape.Truth)], cancel);
        }

        return new("crash.recovery", "a store that loses the last write when its process is killed, beside one that keeps it", await Look(loses: true), await Look(loses: false));
    }
}
