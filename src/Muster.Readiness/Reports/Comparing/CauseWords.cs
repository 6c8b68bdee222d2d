namespace Muster.Readiness;

/// <summary>Why a control is in its state, in the words that a change of verdict is told with: <c>failed: lifetime_left 12%, at least 33% was expected</c>.</summary>
static class CauseWords
{
    const int FewMatchers = 3, LongestSeen = 120;

    public static string Of(ControlShown control) => $"{control.Id} {State(control)}{(control.Waived ? ", and is waived" : "")}";

    public static string State(ControlShown control) => control switch
    {
        { Out: { } left } => $"is out of the set: {left}",
        { State: Readiness.State.Failed } => $"failed: {Failing(control)}",
        { State: Readiness.State.Met } => "is met",
        _ => $"is {StateWords.Of(control.State)}: {control.Because}",
    };

    public static string Failing(ControlShown control)
    {
        var failed = control.Parts.Where(part => part.State == Readiness.State.Failed).SelectMany(part => part.Compared.Where(one => one.Holds == false).Select(one => Says(control, part, one))).ToList();
        if (failed.Count == 0) return control.Because;
        return string.Join("; ", failed.Take(FewMatchers)) + (failed.Count > FewMatchers ? $"; and {CountWords.Number(failed.Count - FewMatchers)} more" : "");
    }

    static string Says(ControlShown control, PartShown part, Compared one)
    {
        // Evidence is named control/part[cell], a matcher part[cell]:field; the part is said once.
        var field = one.Name.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? one.Name[(colon + 1)..] : one.Name;
        var name = part.Name.StartsWith(control.Id, StringComparison.Ordinal) ? part.Name[control.Id.Length..].TrimStart('/') : part.Name;
        var where = control.Parts.Select(other => other.Environment).Distinct().Count() > 1 && part.Environment is { } environment ? $" in {environment}" : "";
        var seen = one.Observed.Length <= LongestSeen ? one.Observed : one.Observed[..(LongestSeen - 1)] + "…";
        return $"{(name.Length > 0 ? name + ": " : "")}{field} {seen}{where}, {one.Expected} was expected";
    }
}
