using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Why one verdict follows another: what came that decides now, or what went that had decided before.</summary>
static class Causes
{
    const int FewEdits = 3;

    public static ImmutableArray<string> Of(Difference difference)
    {
        var (before, after) = (difference.Before, difference.After);
        var causes = new List<string>();
        if (before.Gate != after.Gate) causes.Add($"they are of two gates, {before.Gate} and {after.Gate}");
        if (before.Standing != after.Standing) causes.Add(after.Standing ? "the one is of the opening, the other of what stands after it" : "the one is of what stands, the other of an opening");
        if (before.Release != after.Release) causes.Add($"the release is another: {before.Release.Short} before, {after.Release.Short} now");
        if (before.Document != after.Document) causes.Add(Edited(difference));
        if (after.OpenedByBreakGlass is { } broken && before.OpenedByBreakGlass is null) causes.Add($"{Listed.And(broken.People)} broke the glass: {broken.Because}");
        if (before.OpenedByBreakGlass is { } shut && after.OpenedByBreakGlass is null) causes.Add($"the glass broken by {Listed.And(shut.People)} is shut again");
        causes.AddRange(after.Verdict > before.Verdict ? [.. Gone(difference), .. Holding(after)] : Come(difference));
        return [.. causes.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Of a verdict with none before it: what decided it.</summary>
    public static ImmutableArray<string> Of(Decision first) => [.. Deciding(first).Select(reason => Says(reason, first)).Distinct(StringComparer.Ordinal)];

    /// <summary>Reasons of the line that gave the verdict, and of those above it: under a NO-GO, a missing sign-off is beside the point.</summary>
    static IEnumerable<Because> Deciding(Decision decision)
    {
        var line = decision.Verdict switch { Verdict.NoGo => 6, Verdict.Undecided => 7, Verdict.Held => 8, Verdict.ConditionalGo => 9, _ => 10 };
        return decision.Reasons.Any(reason => reason.Line <= line) ? decision.Reasons.Where(reason => reason.Line <= line) : decision.Reasons;
    }

    static string Edited(Difference difference)
    {
        var edits = difference.Document.Where(move => move.Subject.Length > 0).Select(move => $"{move.Subject} {move.Says}").ToList();
        return edits.Count == 0 ? "the document is another" : $"the document was edited: {Listed.Few(edits, FewEdits)}";
    }

    /// <summary>Reasons that were not there before; where all were, the weightiest verdict's own.</summary>
    static IEnumerable<string> Come(Difference difference)
    {
        var (before, after) = (difference.Before, difference.After);
        if (after.Verdict == Verdict.Go) return [];
        var moved = difference.Controls.Select(move => move.Id).ToHashSet(StringComparer.Ordinal);
        var had = before.Reasons.Select(reason => (reason.Line, reason.Subject, reason.Says)).ToHashSet();
        var come = Deciding(after).Where(reason => !had.Contains((reason.Line, reason.Subject, reason.Says)) && (moved.Contains(reason.Subject) || !IsControl(after, reason.Subject) || reason.Line != Same(before, reason))).ToList();
        if (come.Count == 0 && before.Verdict != after.Verdict) come = [.. Deciding(after)];
        return come.Select(reason => Says(reason, after));
    }

    /// <summary>The line under which the subject stood before; 0 if under none.</summary>
    static int Same(Decision before, Because reason) => before.Reasons.FirstOrDefault(one => one.Subject == reason.Subject)?.Line ?? 0;

    static IEnumerable<string> Gone(Difference difference)
    {
        var (before, after) = (difference.Before, difference.After);
        var still = after.Reasons.Select(reason => (reason.Line, reason.Subject)).ToHashSet();
        var signed = difference.SignOffs.Where(move => move.Direction is Direction.Came or Direction.Better).Select(move => $"{move.Subject} {move.Says}").ToList();
        foreach (var reason in Deciding(before).Where(reason => !still.Contains((reason.Line, reason.Subject))))
        {
            if (difference.Controls.FirstOrDefault(move => move.Id == reason.Subject) is { } move) yield return move.After is { } now ? CauseWords.Of(now) : $"{move.Id} is {move.Says}";
            else if (reason.Line == 8 && signed.Count > 0)
                foreach (var says in signed) yield return says;
            else yield return $"over: {reason.Subject}, {reason.Says}";
        }

        foreach (var waiver in difference.Waivers.Where(move => move.Direction is Direction.Came or Direction.Better)) yield return $"{waiver.Subject} {waiver.Says}";
    }

    static IEnumerable<string> Holding(Decision after) => after.Verdict == Verdict.Held ? after.Reasons.Where(reason => reason.Line == 8).Select(reason => $"held: {reason.Subject}, {reason.Says}") : [];

    static string Says(Because reason, Decision decision)
    {
        // Of lines 6, 7 and 9 the control's own state tells more than the reason; a condition or a rejection is told as it is.
        var control = decision.Controls.FirstOrDefault(one => one.Id == reason.Subject);
        return control is { State: not State.Met } && reason.Line is 6 or 7 && !reason.Says.Contains("condition", StringComparison.Ordinal) ? CauseWords.Of(control!) : $"{reason.Subject}: {reason.Says}";
    }

    static bool IsControl(Decision decision, string subject) => decision.Controls.Any(control => control.Id == subject);
}
