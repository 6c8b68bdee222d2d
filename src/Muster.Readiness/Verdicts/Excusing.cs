namespace Muster.Readiness;

/// <summary>Line 1: what leaves the gate's set, and only with a reason, an approval by a role that the gate names and a review date still to come.</summary>
static class Excusing
{
    /// <summary>Why the control is out of the set, or null while it is in.</summary>
    public static string? Of(Case @case, Control control)
    {
        if (!IsExcusable(@case, control) || control.Sentence is { Lost: not null }) return null; // what was excused was another sentence
        if (control.NotApplicable is { } not && @case.At < not.Review) return $"not applicable: {not.Because} (review {Instant.Write(not.Review)})";
        if (control.Deferred is not { } deferred || @case.At >= deferred.Review) return null;
        var until = Asks.Until(@case.Document, control, @case.Gate.Environment);
        return until is not null && States.Of(@case, until).State == State.Met ? $"deferred: {deferred.Because} (review {Instant.Write(deferred.Review)})" : null;
    }

    /// <summary>
    /// True of a control whose text excuses it properly, whether or not the date or the trigger brought it back. A gate of nothing but such controls is empty:
    /// else a review date that passes, or a trigger that comes, would open it.
    /// </summary>
    public static bool IsExcusable(Case @case, Control control) =>
        control.NotApplicable is { } not && Approved(@case, not.Because, not.ApprovedBy)
        || control.Deferred is { Until: not null } deferred && Approved(@case, deferred.Because, deferred.ApprovedBy);

    static bool Approved(Case @case, string because, string by) =>
        !string.IsNullOrWhiteSpace(because)
        && (@case.Gate.Excuses.Contains(by) || @case.Document.People.Any(person => person.Name == by && person.Roles.Any(@case.Gate.Excuses.Contains)));
}
