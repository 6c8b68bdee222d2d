using Muster.Readiness;

namespace Muster.Probes;

static class FailoverDrillKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "failover.drill",
        Says = "Kills the primary of a PostgreSQL pair in the middle of writing, and sees the standby take over: how soon, on a new timeline, with every acknowledged write, and without the old primary taking writes beside it.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("standby", Shape.Text, "The server that follows the primary: another target by its name. The target itself is the primary, by an address that is its own and does not move.") { Required = true, NamesTarget = true },
            new("service", Shape.Text, "The target by which clients come to whichever of both is the primary: an address that moves, a proxy. Left out, a client goes to the first of both that takes writes, as with target_session_attrs=read-write.") { NamesTarget = true },
            new("kill", Shape.Any, "How the primary is killed: { signal: KILL, pid_file: data/postmaster.pid }, or a command, whose effect \"shown\" names.") { Required = true },
            new("promote", Shape.Any, "The command that promotes the standby, where no supervisor does."),
            new("start", Shape.Any, "The command by which somebody who finds the old primary down would start it, run once there is a new one: it must not take writes then. Left out, it is watched for what its supervisor does."),
            new("restore", Shape.Any, "The command that makes a pair of them again, the old primary following the new one; or as it was where nobody was promoted: it finds out itself who is the primary. It is also run when the look is ended after the kill, which waits for it no longer than some seconds: let it begin what takes long, and return. Left out, the pair is left as it is, and named so."),
            new("allowed_loss", Shape.Duration, "How old at most an acknowledged write may be that is lost, under asynchronous replication; none may be lost unless said."),
            new("writers", Shape.Number, "How many write at once, at most 32.") { Default = 4 },
            new("write_for", Shape.Duration, "The kill comes at a random moment within this time; later where a loss is allowed, so that something is older than it.") { Default = 1 },
            new("wait", Shape.Duration, "How long it may take until the standby is promoted and takes clients' writes.") { Default = 60 },
            new("watch", Shape.Duration, "How long the old primary is watched after that.") { Default = 5 },
            new("patience", Shape.Duration, "How long a row may take to the standby before anything is done.") { Default = 10 },
            .. PostgresAddress.Parameters,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "The standby was promoted onto a higher timeline and took clients' writes in time, no more was lost than is allowed, nothing else was wrong with what it holds, and the old primary took no writes beside it."),
            new("shown", Shape.Text, "\"process death\" after a signal that leaves no time; \"end by command\" where the primary may have been asked to end, and then sends the standby first what that lacks."),
            new("promoted", Shape.Truth, "Whether the standby ended its recovery in time."),
            new("promoted_after", Shape.Duration, "From the kill until then."),
            new("accepted", Shape.Truth, "Whether a client's write was acknowledged and is on the new primary."),
            new("accepted_after", Shape.Duration, "From the kill until then: how long nobody could write."),
            new("timeline_before", Shape.Number, "The primary's timeline at first."),
            new("timeline_after", Shape.Number, "The new primary's."),
            new("timeline_raised", Shape.Truth, "Whether it is higher."),
            new("replication", Shape.Map, "The link between both before anything was done.")
            {
                Of = [new("state", Shape.Text, "What the standby's receiver did."), new("sync_state", Shape.Text, "sync, quorum, potential or async, as the primary says it; where it can be told whose link it is."), new("slot", Shape.Text, "Its slot."), new("application", Shape.Text, "The standby's name at the primary.")],
            },
            new("profile", Shape.Text, "The primary's durability profile."),
            new("attempted", Shape.Number, "Writes that were sent."),
            new("acknowledged", Shape.Number, "Those that were acknowledged."),
            new("refused", Shape.Number, "Those that were plainly refused; none may be there."),
            new("unknown", Shape.Number, "Those without an answer; each may be there as it was written, or not."),
            new("lost", Shape.Number, "Acknowledged, and not on the new primary."),
            new("loss_age", Shape.Duration, "How long ago the oldest of them was acknowledged when the primary was killed."),
            new("loss_within", Shape.Truth, "Whether that is within what is allowed."),
            new("phantom", Shape.Number, "There and never written, or refused."),
            new("duplicated", Shape.Number, "There more than once."),
            new("altered", Shape.Number, "There with other contents than were written."),
            new("wrong", Shape.List, "The first of all these."),
            new("split_brain", Shape.Truth, "Whether the old primary took a write beside the new one."),
            new("left", Shape.Map, "What the pair is now.") { Of = [new("primary", Shape.Text, "Who is the primary."), new("other", Shape.Text, "The other server."), new("other_is", Shape.Text, "What that is: down, standby, refuses writes, or primary.")] },
            new("restored", Shape.Truth, "Whether one of both takes writes and the other follows it; observed under \"restore\"."),
            new("said", Shape.Text, "What went wrong first."),
            new("cleaned", Shape.Truth, "Whether the drill's table was taken away."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true), ("shown", Lever.ProcessDeath)),
        Population = "primaries killed",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "A primary that is asked to end sends the standby first what that lacks: nothing is lost by a switchover, and nothing is shown of a failure. Of a command nobody can tell, so that the kind does not hold by itself then: write expect: { shown: end by command } where the command is known to leave no time.",
            "A standby that replays is not one that streams: it is asked, and a row must come through, before anything is killed.",
            "Promoted is not reached: what counts for clients is the first write that is acknowledged at the address they use, and that is on the new primary.",
            "An old primary that comes back by itself takes writes that nobody will find again. Say how it is started (start), or watch for as long as its supervisor may take.",
            "Asynchronous replication loses what was under way. How much is seen by age, and only if writes older than what is allowed were there to be lost; the drill writes for that long.",
            "Synchronous replication to one standby stops all writing when that is gone; drill that too, with chaos.experiment.",
            "It changes who is the primary. Without restore the pair is left so.",
        ],
        Example = "check: { failover.drill: db-1, standby: db-2, service: db, kill: [ ssh, db-1, pkill -KILL postgres ], start: [ ssh, db-1, systemctl start postgresql ], expect: { shown: end by command, accepted_after: at most 30s, lost: 0, replication: { sync_state: { one_of: [ sync, quorum ] } } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => FailoverDrillProbe.Read(asked, context).Look(cancel), Prove) { Prepare = FailoverDrillProbe.Read, TellsUnderWay = true };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        async Task<Witnessed> Look(bool loses)
        {
            await using var pair = await FakePair.Start(loses, cancel);
            return await Stage.Look(Declaration, pair.Question, cancel, Stage.Is("complete", true, Shape.Truth));
        }

        return new("failover.drill", "a standby that lacks the last acknowledged write when it takes over, beside one that has it", await Look(loses: true), await Look(loses: false));
    }
}
