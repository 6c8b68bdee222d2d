using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What one control asks of the system.</summary>
static class SoftenedControl
{
    public static IEnumerable<Softening> Between(Document before, Document after, Gate gate, Control was, Control now)
    {
        if (LooserMode(was, now) is { } mode) yield return new(was.Id, mode);
        if (was.NeverOverride && !now.NeverOverride) yield return new(was.Id, "override: never was removed");
        if (was.Unreviewed && !now.Unreviewed) yield return new(was.Id, "it was an unreviewed proposal and now counts");
        if (after.Gate(gate.Name) is { } later && later.Waivers.AtMostFor(now) > gate.Waivers.AtMostFor(was) && later.Waivers.AtMost <= gate.Waivers.AtMost)
            yield return new(was.Id, $"a waiver of it lasted at most {SoftenedGate.Shown(gate.Waivers.AtMostFor(was))} and may last {SoftenedGate.Shown(later.Waivers.AtMostFor(now))}");
        if (!was.AboutRelease && now.AboutRelease) yield return new(was.Id, "evidence from any environment now counts");
        if (Excuse(now.NotApplicable) is { } not && not != Excuse(was.NotApplicable)) yield return new(was.Id, $"not applicable: {not}");
        if (Excuse(now.Deferred) is { } deferred && deferred != Excuse(was.Deferred)) yield return new(was.Id, $"deferred: {deferred}");
        if (was.Combine == Combine.All && now.Combine == Combine.Any && now.Cells.Any(cell => cell.Parts.Length > 1)) yield return new(was.Id, "all of its checks had to hold, and now any one will do");
        foreach (var cell in was.Cells)
        {
            if (now.Cells.FirstOrDefault(other => other.Name == cell.Name) is not { } still) yield return new(was.Id, $"the cell {cell.Name} was removed");
            else foreach (var softening in Between(before, after, gate, was, now, cell, still)) yield return softening;
        }
    }

    static IEnumerable<Softening> Between(Document before, Document after, Gate gate, Control was, Control now, Cell cell, Cell still)
    {
        foreach (var part in cell.Parts)
        {
            var name = part.Name + cell.Name;
            var subject = was.Id + (part.Name.Length > 0 ? "/" + part.Name : "") + cell.Name;
            if (still.Parts.FirstOrDefault(other => other.Name == part.Name) is not { } kept)
            {
                // Under any, one alternative fewer is stricter.
                if (was.Combine == Combine.All || now.Combine == Combine.All && still.Parts.IsEmpty) yield return new(subject, "the check was removed");
                continue;
            }

            foreach (var says in SoftenedPart.Between(part, kept)) yield return new(subject, says);
            if (part.In != kept.In) yield return new(subject, $"its evidence came from {part.In ?? "the gate's environment"} and comes from {kept.In ?? "the gate's environment"}");
            if (Environments(gate).Any(environment => Question(before, was, environment, cell, part) != Question(after, now, environment, still, kept)))
                yield return new(subject, "its question was changed: what it asks, or of what");
        }

        if (now.Combine != Combine.Any) yield break;
        foreach (var part in still.Parts)
            if (cell.Parts.All(other => other.Name != part.Name)) yield return new(was.Id, $"the alternative {part.Name} was added");
    }

    static ImmutableArray<string> Environments(Gate gate) => gate.ProvedIn.IsDefaultOrEmpty ? [gate.Environment] : gate.ProvedIn;

    static Digest? Question(Document document, Control control, string environment, Cell cell, Part part) =>
        Asks.Of(document, control, environment).FirstOrDefault(asked => ReferenceEquals(asked.Cell, cell) && ReferenceEquals(asked.Part, part))?.Question.Digest;

    /// <summary>Looser at any date that either text names, or before all of them.</summary>
    static string? LooserMode(Control was, Control now)
    {
        foreach (var from in was.Modes.Concat(now.Modes).Select(mode => mode.From ?? DateTimeOffset.MinValue).Distinct().Order())
            if (now.ModeAt(from) > was.ModeAt(from)) return $"the mode was {Shown(was.ModeAt(from))} and is {Shown(now.ModeAt(from))}" + (from == DateTimeOffset.MinValue ? "" : $" from {Instant.Write(from)}");
        return null;
    }

    static string Shown(Mode mode) => mode switch { Mode.Block => "block", Mode.Warn => "warn", _ => "observe" };

    static string? Excuse(NotApplicable? excuse) => excuse is null ? null : $"{excuse.Because} (approved by {excuse.ApprovedBy}, review {Instant.Write(excuse.Review)})";

    static string? Excuse(Deferral? excuse) => excuse is null ? null
        : $"{excuse.Because} (approved by {excuse.ApprovedBy}, review {Instant.Write(excuse.Review)}{(excuse.Until is { } until ? ", until " + Trigger(until) : "")})";

    static string Trigger(Part until) => string.Join("; ", until.Steps.Select(step => step.Kind + " " + step.Parameters + " " + string.Join(", ", step.Expect.Fields.Select(field => field.Path + " " + Words.Of(field.Matcher)))));
}
