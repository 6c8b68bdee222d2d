using System.Collections.Immutable;

namespace Muster.Readiness.Tests;

/// <summary>The fictional shop before its launch: one decision for each verdict, and one opened by break-glass.</summary>
static class ShopDecisions
{
    public static readonly DateTimeOffset At = new(2026, 3, 12, 9, 30, 0, TimeSpan.Zero);
    static readonly Digest Document = Digest.Of("shop document"u8);
    static readonly Digest Release = Digest.Of("shop release 1.4.0"u8);

    public static readonly ImmutableSortedDictionary<string, Decision> All = new Dictionary<string, Decision>
    {
        ["no-go"] = NoGo(), ["undecided"] = Undecided(), ["held"] = Held(), ["conditional-go"] = ConditionalGo(), ["go"] = Go(), ["break-glass"] = BreakGlass(),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static Decision NoGo() => Of(Verdict.NoGo,
        Fails(Certificate, "lifetime_left is 21%, expected at least 33%"),
        OldVersions, Redirect,
        Fails(Headers, "strict-transport-security was not sent") with { Mode = Mode.Warn, Line = 3 },
        StaleBackup,
        NeverRun(WriteLands, "never run for this release in production"),
        Fails(Outage, "with postgres hanging, readiness answered 200, expected 503", "[dep=postgres,fault=hang]"),
        Coherent,
        Fails(Notifications, "worker may publish notify.user.1, expected NOPERM") with { Waived = true },
        Runbook, OnCall, Checkout, Mesh) with
    {
        Reasons =
        [
            new(6, "edge.certificate", "lifetime_left is 21%, expected at least 33%"),
            new(6, "health.outage", "with postgres hanging, readiness answered 200, expected 503"),
            new(6, "go-live", "ada rejected this release, and has not withdrawn it"),
            new(7, "db.backup", "unproven: the newest restore drill is 40 days old, and counts for 31"),
            new(7, "write.lands", "unproven: never run for this release in production"),
            new(7, "oncall.reachable", "unmeasured: it has no check"),
        ],
        Waivers = [NotificationsWaiver],
        Conditions =
        [
            new("waiver notifications.private", "notifications.private", "devops", "Give worker a user of its own before the waiver ends", At.AddDays(6), false),
            new("warn edge.headers", "edge.headers", "web", "Send strict-transport-security", At.AddHours(-5), true),
        ],
        SignOffs = [new(Digest.Of("s1"u8), "mia", "architect", At.AddHours(-20), false, "edge.certificate is worse than what was signed: met then, failed now")],
        ToSign = [new("architect", 1), new("devops-lead", 1)],
        Rejections = [new(Digest.Of("r1"u8), "ada", "Support has no runbook for refunds yet", At.AddHours(-3))],
        Softenings = [new("db.backup", "fresh widened from 26h to 31d", false), new("edge.headers", "block became warn", true)],
        LastOpened = At.AddDays(-21),
        Changes = ["edge.certificate was met, is failed", "release changed from 1.3.2's digest to another", "control load.checkout is new"],
        NotCounted = [new("seen on another release", 14), new("imported without a time", 2)],
    };

    public static Decision Undecided() => Of(Verdict.Undecided,
        Certificate, OldVersions, Redirect, Headers, StaleBackup, NeverRun(WriteLands, "never run for this release in production"), Outage, Coherent, Notifications, Runbook, OnCall, Checkout, Mesh) with
    {
        Reasons =
        [
            new(7, "db.backup", "unproven: the newest restore drill is 40 days old, and counts for 31"),
            new(7, "write.lands", "unproven: never run for this release in production"),
            new(7, "oncall.reachable", "unmeasured: it has no check"),
        ],
        ToSign = [new("architect", 1), new("devops-lead", 1)],
        NotCounted = [new("target changed while it was looked at", 1)],
    };

    public static Decision Held() => Of(Verdict.Held, [.. AllMet]) with
    {
        WouldBe = Verdict.Go,
        HeldUntil = At.AddHours(10).AddMinutes(30),
        Reasons = [new(8, "rehearsal", "soaked 13h 30m of 24h since rehearsal opened"), new(8, "devops-lead", "1 devops-lead has still to sign")],
        SignOffs = [new(Digest.Of("s1"u8), "mia", "architect", At.AddHours(-1), true)],
        ToSign = [new("devops-lead", 1)],
        LastOpened = At.AddDays(-21),
    };

    public static Decision ConditionalGo() => Of(Verdict.ConditionalGo,
        Certificate, OldVersions, Redirect, Fails(Headers, "strict-transport-security was not sent") with { Mode = Mode.Warn, Line = 3 }, Backup, WriteLands, Outage, Coherent,
        Fails(Notifications, "worker may publish notify.user.1, expected NOPERM") with { Waived = true }, Runbook, Reachable, Checkout, Mesh) with
    {
        Reasons =
        [
            new(9, "notifications.private", "failed, and waived until 2026-03-18"),
            new(9, "edge.headers", "failed, in mode warn"),
        ],
        Waivers = [NotificationsWaiver],
        Conditions =
        [
            new("waiver notifications.private", "notifications.private", "devops", "Give worker a user of its own before the waiver ends", At.AddDays(6), false),
            new("warn edge.headers", "edge.headers", "web", "Send strict-transport-security", At.AddHours(24), false),
        ],
        SignOffs = Signed,
    };

    public static Decision Go() => Of(Verdict.Go, [.. AllMet]) with { Reasons = [new(10, "go-live", "every control is met, and both roles have signed")], SignOffs = Signed };

    public static Decision BreakGlass() => Undecided() with
    {
        OpenedByBreakGlass = new(["mia", "jon"], "Payments are down in the old release; waiting costs more than the open items", At.AddHours(8)),
        Conditions = [new("break-glass", "go-live", "jon", "Bring every open control to met, and review why the glass was broken", At.AddHours(24), false)],
    };

    static Decision Of(Verdict verdict, params ImmutableArray<ControlShown> controls)
    {
        var blocking = controls.Where(control => control.Out is null && control.Mode == Mode.Block).ToList();
        return new()
        {
            System = "shop", Title = "Shop launch checklist", Gate = "go-live", Environment = "production", Release = Release, Document = Document, At = At, Over = 412,
            Verdict = verdict, Controls = controls, Blocking = blocking.Count, BlockingMet = blocking.Count(control => control.State == State.Met),
            Criteria =
            [
                .. controls.Where(control => control.Out is null).GroupBy(control => control.Criterion!).Select(group => new CriterionShown(
                    group.Key, group.Count(control => control.State == State.Met), group.Count(), Worst(group))),
            ],
        };
    }

    static Verdict Worst(IEnumerable<ControlShown> controls) => controls.Select(control => (control.State, control.Mode, control.Waived) switch
    {
        (State.Met, _, _) or (_, Mode.Observe, _) => Verdict.Go,
        (_, Mode.Warn, _) or (_, _, true) => Verdict.ConditionalGo,
        (State.Failed, _, _) => Verdict.NoGo,
        _ => Verdict.Undecided,
    }).Min();

    static ImmutableArray<SignOffShown> Signed =>
        [new(Digest.Of("s1"u8), "mia", "architect", At.AddHours(-1), true), new(Digest.Of("s2"u8), "jon", "devops-lead", At.AddMinutes(-12), true)];

    static WaiverShown NotificationsWaiver => new(Digest.Of("w1"u8), "notifications.private", "jon", "mia",
        "worker reads the same bus until 1.5.0; the relay's alerts cover the gap", At.AddDays(6), true);

    static ControlShown[] AllMet => [Certificate, OldVersions, Redirect, Headers, Backup, WriteLands, Outage, Coherent, Notifications, Runbook, Reachable, Checkout, Mesh];

    static ControlShown Certificate => Met("Edge", "edge.certificate", "The public edge serves a trusted certificate with a third of its life left", "tls.endpoint",
        new("lifetime_left", "at least 33%", "71%", true), new("trusted", "true", "true", true)) with
    {
        Owner = "devops",
        Severity = "critical",
        Impact = "Credentials travel in clear text, or not at all once it expires",
        Fix = "Deploy the issuer; see runbooks/tls.md",
        Estimate = Hours(1, 2),
    };

    static ControlShown OldVersions => Met("Edge", "edge.versions", "TLS 1.0 and 1.1 are refused", "tls.endpoint", new Compared("versions", "only TLS1.2, TLS1.3", "TLS1.2, TLS1.3", true)) with { Owner = "devops" };

    static ControlShown Redirect => Met("Edge", "edge.redirect", "Plain HTTP redirects to HTTPS", "http", new("status", "one of 301, 308", "308", true), new("location", "matches ^https://", "https://shop.test/", true)) with { Owner = "web" };

    static ControlShown Headers => Met("Edge", "edge.headers", "Browsers are told to stay on HTTPS", "http",
        new Compared("headers/strict-transport-security", "present", "max-age=31536000", true)) with
    { Owner = "web", Mode = Mode.Warn, Fix = "Add the header in the ingress", Estimate = Hours(1, 1) };

    static ControlShown Backup => Met("Data", "db.backup", "A fresh backup exists, and production's was restored elsewhere", "postgres.restore_drill",
        new("restored:rto", "at most 4h", "2h 12m", true), new("recent:age", "at most 26h", "7h 3m", true)) with
    {
        Owner = "data",
        Severity = "high",
        Impact = "Orders of a day are lost for good",
        Fix = "Run the restore drill in staging; see runbooks/restore.md",
        Estimate = Hours(3, 5),
    };

    static ControlShown StaleBackup => Backup with
    {
        State = State.Unproven,
        Why = Why.Stale,
        Stale = true,
        Line = 3,
        Because = "the newest restore drill is 40 days old, and counts for 31",
        Parts = [Backup.Parts[0] with { State = State.Unproven, Why = Why.Stale, Because = "stale since 9 days", SeenAt = At.AddDays(-40), FreshUntil = At.AddDays(-9) }],
    };

    static ControlShown WriteLands => Met("Data", "write.lands", "A write lands in the database", "http", new("write:status", "201", "201", true), new("read:rows", "count 1", "1 row", true)) with
    {
        Owner = "data",
        Severity = "critical",
        Impact = "Orders are taken and lost",
        Fix = "muster check write.lands --env production",
        Estimate = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30)),
    };

    static ControlShown Outage => Met("Service", "health.outage", "Losing a dependency is named, and takes the service out of rotation", "health.dependency_outage",
        new Compared("readiness/status", "503", "503", true)) with
    {
        Owner = "shop-team",
        Severity = "high",
        Impact = "Customers are sent to instances that cannot answer",
        Fix = "Give the postgres health check a deadline of 2s",
        Estimate = Hours(2, 6),
    };

    static ControlShown Coherent => Met("Service", "release.coherent", "The values file names the digests of the manifest", "file",
        new Compared("values:value", "exactly sha256:3f1d…, sha256:90ab…", "sha256:3f1d…, sha256:90ab…", true)) with
    { Owner = "shop-team" };

    static ControlShown Notifications => Met("Service", "notifications.private", "Only the relay may publish notifications", "redis.acl",
        new("others may not:allowed", "false", "false", true), new("relay may:allowed", "true", "true", true)) with
    { Owner = "devops", Severity = "medium", Impact = "Any worker can message any customer", Fix = "Give worker a user of its own", Estimate = Hours(4, 8) };

    static ControlShown Runbook => Met("People", "runbook.reviewed", "The on-call runbook was walked through by someone who did not write it", "attestation") with { Owner = "shop-team" };

    static ControlShown OnCall => new()
    {
        Criterion = "People", Id = "oncall.reachable", Title = "Somebody answers the page at three in the morning", Severity = "high", Impact = "An outage at night lasts until the morning",
        State = State.Unmeasured, Mode = Mode.Block, Line = 7, Because = "it has no check",
    };

    static ControlShown Reachable => OnCall with { State = State.Met, Because = "mia attested it", Owner = "devops", Line = 3 };

    static ControlShown Checkout => Fails(Met("Service", "load.checkout", "Checkout keeps its p99 under load", "load.http", new Compared("p99", "at most 400ms", "610ms", false)), "p99 is 610ms, expected at most 400ms") with { Mode = Mode.Observe };

    static ControlShown Mesh => new()
    {
        Criterion = "Service", Id = "mesh", Title = "Service mesh", State = State.Unmeasured, Mode = Mode.Block, Line = 1,
        Out = "deferred: mTLS holds without one; approved by mia, review on 2026-06-01", Because = "deferred",
    };

    static Span Hours(int least, int most) => new(TimeSpan.FromHours(least), TimeSpan.FromHours(most));

    static ControlShown Met(string criterion, string id, string title, string kind, params ImmutableArray<Compared> compared) => new()
    {
        Criterion = criterion, Id = id, Title = title, State = State.Met, Mode = Mode.Block, Line = 3, Because = "the newest run is a pass, and fresh", Targets = Digest.Of(System.Text.Encoding.UTF8.GetBytes(id)),
        Parts =
        [
            new()
            {
                Name = id, Kind = kind, State = State.Met, Because = "all that is expected was seen", Compared = compared, Question = Digest.Of(System.Text.Encoding.UTF8.GetBytes("q" + id)),
                Evidence = Digest.Of(System.Text.Encoding.UTF8.GetBytes("e" + id)), Environment = "production", Origin = kind == "attestation" ? Origin.Attested : Origin.Live,
                SeenAt = At.AddMinutes(-42), FreshUntil = At.AddHours(23), KindSeenFailing = kind == "redis.acl" ? null : At.AddDays(-2),
                Loosens = id == "edge.redirect" ? ["status 200 replaced by one of 301, 308"] : [],
            },
        ],
    };

    static ControlShown Fails(ControlShown met, string because, string cell = "")
    {
        var part = met.Parts[0];
        var first = part.Compared[0];
        return met with
        {
            State = State.Failed,
            Line = 6,
            Because = because,
            Parts =
            [
                part with
                {
                    Name = part.Name + cell, State = State.Failed, Because = because,
                    Compared = [first with { Observed = Seen(met.Id, first.Observed), Holds = false }, .. part.Compared.Skip(1)],
                },
            ],
        };
    }

    static string Seen(string id, string otherwise) => id switch
    {
        "edge.certificate" => "21%",
        "health.outage" => "200",
        "edge.headers" => "not sent",
        "notifications.private" => "true",
        _ => otherwise,
    };

    static ControlShown NeverRun(ControlShown met, string because) => met with
    {
        State = State.Unproven,
        Why = Why.NeverRun,
        Line = 7,
        Because = because,
        Parts = [met.Parts[0] with { State = State.Unproven, Why = Why.NeverRun, Because = because, Evidence = null, SeenAt = null, FreshUntil = null, Origin = null, Environment = null, Compared = [.. met.Parts[0].Compared.Select(compared => compared with { Observed = "not seen", Holds = null })] }],
    };
}
