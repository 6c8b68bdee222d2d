using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Line 4: which waivers count. The one place that says so, for every surface that shows one.</summary>
static class Waiving
{
    public static (ControlJudged Judged, ImmutableArray<WaiverShown> Shown) Of(Case @case, ControlJudged judged, ILookup<string, (Entry Entry, Fact.Waived Fact)> waivers)
    {
        if (!waivers.Contains(judged.Control.Id)) return (judged, []);
        var shown = ImmutableArray.CreateBuilder<WaiverShown>();
        var fit = ImmutableArray.CreateBuilder<Digest>();
        HashSet<string> covered = new(StringComparer.Ordinal);
        foreach (var (entry, fact) in waivers[judged.Control.Id])
        {
            var waiver = fact.Waiver;
            if (judged.Found.FirstOrDefault(found => found.Environment == waiver.Environment) is not { } there) continue;
            var unfit = Unfit(@case, judged, entry, waiver);
            if (unfit is null) fit.Add(entry.Id);
            var whyNot = unfit ?? Idle(judged, there, waiver);
            if (whyNot is null) covered.Add(waiver.Environment);
            shown.Add(new(entry.Id, waiver.Control, waiver.Requester, @case.PersonNamed(entry.Signer), waiver.Because, waiver.Expires, whyNot is null, whyNot)
            {
                Owner = waiver.Owner,
                Renewals = @case.Gate.Waivers.Renewals is null ? null : Renewals(@case, entry, waiver),
            });
        }

        var open = judged.Found.Where(found => found.State != State.Met).ToList();
        var waived = open.Count > 0 && open.TrueForAll(found => covered.Contains(found.Environment));
        return (judged with { Waived = waived, FitWaivers = fit.ToImmutable() }, shown.ToImmutable());
    }

    /// <summary>Why it could not count, whatever was seen.</summary>
    static string? Unfit(Case @case, ControlJudged judged, Entry entry, Waiver waiver)
    {
        var gate = @case.Gate;
        if (@case.IsWithdrawn(entry)) return "withdrawn";
        if (gate.NeverOverride || judged.Control.NeverOverride) return "override: never";
        var signed = @case.SignerOf(entry);
        if (signed.Person is not { } approver) return signed.WhyNot("the approver's key");
        if (!approver.Roles.Any(gate.Waivers.Approve.Contains)) return $"{approver.Name} holds no role that may approve a waiver here";
        if (!@case.Document.People.Any(person => Same(person.Name, waiver.Requester))) return $"the requester {waiver.Requester} is nobody in the document";
        if (Same(approver.Name, waiver.Requester)) return "requester and approver are the same person";
        if (waiver.ControlText != judged.Control.Digest) return "the control's text has changed since";
        if (!waiver.Releases.Contains(@case.Release)) return "for another release";
        if (waiver.From > entry.Time + Clock.Slack) return "it begins after it was recorded";
        if (waiver.Expires - waiver.From > gate.Waivers.AtMostFor(judged.Control)) return "it lasts longer than the gate allows";
        if (@case.At >= waiver.Expires) return "expired";
        if (Requesting.Lacks(@case, waiver) is { } lacks) return lacks;
        if (gate.Waivers.Renewals is { } most && Renewals(@case, entry, waiver) > most) return $"it was renewed more often than the {most} times that the gate allows";
        return gate.Waivers.Need.FirstOrDefault(need => !Carries(waiver, need)) is { } missing ? $"it lacks {missing}" : null;
    }

    /// <summary>How often the control had been waived there before, by whoever may; taking one back does not begin the count anew.</summary>
    public static int Renewals(Case @case, Entry entry, Waiver waiver) => @case.Ledger.All<Fact.Waived>()
        .TakeWhile(one => one.Entry != entry)
        .Count(one => one.Fact.Waiver.Control == waiver.Control && one.Fact.Waiver.Environment == waiver.Environment
            && @case.SignerOf(one.Entry).Person is { } person && person.Roles.Any(@case.Gate.Waivers.Approve.Contains));

    /// <summary>Why it has nothing to do, as things are.</summary>
    static string? Idle(ControlJudged judged, ControlFound found, Waiver waiver)
    {
        if (found.State == State.Met) return "the control is met";
        if (Uncovered(found, waiver) is { } uncovered) return uncovered;
        return judged switch { { InSet: false } => "the control is out of the set", { Mode: Mode.Observe } => "the control is only observed", _ => null };
    }

    static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    static bool Carries(Waiver waiver, string need) => !string.IsNullOrWhiteSpace(need switch
    {
        "compensating_control" => waiver.CompensatingControl,
        "because" => waiver.Because,
        "requester" => waiver.Requester,
        "request" => waiver.Request?.ToString(), // a request that does not prove its requester has been refused before
        _ => null, // a need that this form of waiver cannot carry is never met
    });

    static string? Uncovered(ControlFound found, Waiver waiver)
    {
        var open = Open(found);
        if (!waiver.CoversUnproven && (found.State != State.Failed || open.Any(part => part.State != State.Failed))) return "it does not cover unproven";
        return Failing(open).FirstOrDefault(name => !waiver.Matchers.Contains(name)) is { } name ? $"{name} fails too" : null;
    }

    /// <summary>The parts that keep the control from being met: under <c>any</c>, all of a cell in which none is.</summary>
    static List<PartFound> Open(ControlFound found) =>
        [.. found.Parts.GroupBy(part => part.Asked.Cell, ReferenceEqualityComparer.Instance)
            .Where(cell => found.Control.Combine == Combine.All || cell.All(part => part.State != State.Met))
            .SelectMany(cell => cell.Where(part => part.State != State.Met))];

    static IEnumerable<string> Failing(IEnumerable<PartFound> parts) =>
        parts.SelectMany(part => part.Compared).Where(compared => compared.Holds == false).Select(compared => compared.Name);
}
