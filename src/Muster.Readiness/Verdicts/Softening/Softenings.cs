using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One way in which a document became easier to satisfy: what, and from what to what.</summary>
public sealed record Softening(string Subject, string Says);

/// <summary>
/// Law 7: the audited may not soften the gate in silence. Whatever is not provably as strict as before is a softening;
/// a harmless edit that is called one costs an acceptance, a softening that is called harmless costs the gate.
/// </summary>
public static class Softenings
{
    public static ImmutableArray<Softening> Between(Document before, Document after, string gate)
    {
        if (before.Gate(gate) is not { } was) return [];
        if (after.Gate(gate) is not { } now) return [new(gate, "the gate was removed")];
        return [.. SoftenedGate.Between(before, after, was, now)
            .Concat(SoftenedPeople.Between(before, after)).Concat(Controls(before, after, was, now)).Concat(Before(before, after, was)).Distinct()];
    }

    static IEnumerable<Softening> Controls(Document before, Document after, Gate was, Gate now)
    {
        foreach (var control in Judged(before, was))
        {
            if (after.Control(control.Id) is not { } still) yield return new(control.Id, "the control was removed");
            else
            {
                if (was.Controls.Contains(control.Id) && !now.Controls.Contains(control.Id)) yield return new(control.Id, $"the control was taken out of {now.Name}");
                foreach (var softening in SoftenedControl.Between(before, after, was, control, still)) yield return softening;
            }
        }
    }

    /// <summary>The gate's controls and, since a state may be read from elsewhere, whatever a <c>states</c> check of theirs may look at.</summary>
    static IEnumerable<Control> Judged(Document document, Gate gate)
    {
        var own = document.Controls.Where(control => gate.Controls.Contains(control.Id)).ToList();
        var looksBeyond = own.Exists(control => control.Cells.Any(cell => cell.Parts.Any(part => part.Steps is [{ Kind: "states" }])));
        return looksBeyond ? document.Controls : own;
    }

    /// <summary>A gate is as strict as the one that it comes after.</summary>
    static IEnumerable<Softening> Before(Document before, Document after, Gate was)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { was.Name };
        for (var gate = was; gate.After is { } name && seen.Add(name) && before.Gate(name) is { } earlier; gate = earlier)
        {
            if (after.Gate(name) is not { } now)
            {
                yield return new(name, "the gate was removed");
                yield break;
            }

            foreach (var softening in SoftenedGate.Between(before, after, earlier, now)) yield return softening;
            foreach (var softening in Controls(before, after, earlier, now)) yield return softening;
        }
    }
}
