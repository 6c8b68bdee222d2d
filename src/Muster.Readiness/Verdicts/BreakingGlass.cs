using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Line 14: two people in named roles open a gate without proof. The verdict stays; what they did is shown, and is a condition until the proof is there.</summary>
static class BreakingGlass
{
    public static string Condition(Gate gate) => "break-glass:" + gate.Name;

    public static BreakGlassShown? Of(Case @case, ImmutableArray<ControlJudged> judged)
    {
        if (judged.Any(one => one.Blocks && one.Control.NeverOverride)) return null;
        return Broken(@case, CountsStill).Where(broken => @case.At < broken.Expires && broken.Release == @case.Release)
            .OrderByDescending(broken => broken.Expires).ThenBy(broken => broken.Because, StringComparer.Ordinal)
            .Select(broken => new BreakGlassShown(broken.People, broken.Because, broken.Expires)).FirstOrDefault();
    }

    /// <summary>The follow-up stays for whatever release the glass was broken, though a word be taken back; it ends when every blocking control is met, and where none blocks yet, every one that warns: else the day from which one blocks would end it.</summary>
    public static ConditionShown? FollowUp(Case @case, ImmutableArray<ControlJudged> judged)
    {
        if (IsFollowedUp(judged) || Broken(@case, CountedOnce).MinBy(broken => broken.Due) is not { } first) return null;
        return new(Condition(@case.Gate), "", @case.Document.OwnerOf(@case.Gate), $"opened by break-glass ({string.Join(" and ", first.People)}: {first.Because}); the proof is still to come", first.Due, @case.At > first.Due);
    }

    public static bool IsFollowedUp(ImmutableArray<ControlJudged> judged)
    {
        var proof = judged.Where(one => one.InSet && one.Mode != Mode.Observe).GroupBy(one => one.Mode).MaxBy(mode => mode.Key == Mode.Block);
        return proof?.All(one => one.Met) == true;
    }

    public static bool EverOpened(Case @case) => Broken(@case, CountsStill).Any(broken => broken.Release == @case.Release);

    static Person? CountsStill(Case @case, Entry entry) => @case.IsWithdrawn(entry) ? null : @case.SignerOf(entry).Person;

    // What was opened stays opened: neither a word taken back nor a key revoked afterwards lifts what follows from it.
    static Person? CountedOnce(Case @case, Entry entry) => Signing.Of(@case.Document, @case.Ledger, entry).Person;

    static IEnumerable<Broken> Broken(Case @case, Func<Case, Entry, Person?> by)
    {
        if (@case.Gate.NeverOverride) return [];
        return @case.Ledger.All<Fact.GlassBroken>()
            .Where(one => one.Fact.Gate == @case.Gate.Name && !string.IsNullOrWhiteSpace(one.Fact.Because))
            .Select(one => (one.Entry, one.Fact, Person: by(@case, one.Entry)))
            .Where(one => one.Person is { } person && person.Roles.Any(@case.Gate.BreakGlass.Contains))
            .GroupBy(one => (one.Fact.Release, one.Fact.Because, one.Fact.Expires))
            .Select(same => new Broken(
                [.. same.Where(one => !(@case.WithdrawnAt(one.Entry) < same.Max(other => other.Entry.Time))).Select(one => one.Person!.Name).Distinct().Order(StringComparer.Ordinal)], same.Key.Release, same.Key.Because, same.Key.Expires,
                Instant.Earlier(same.Max(one => one.Entry.Time) + @case.Gate.ConditionsDue, same.Key.Expires)))
            .Where(broken => broken.People.Length >= 2);
    }
}

/// <summary>The glass as it was broken by two people or more who agree on all but themselves.</summary>
sealed record Broken(ImmutableArray<string> People, Digest Release, string Because, DateTimeOffset Expires, DateTimeOffset Due);
