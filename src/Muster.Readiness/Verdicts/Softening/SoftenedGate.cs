using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What a gate asks of people and time.</summary>
static class SoftenedGate
{
    public static IEnumerable<Softening> Between(Document before, Document after, Gate was, Gate now)
    {
        var name = was.Name;
        if (was.Environment != now.Environment) yield return new(name, $"the environment was {was.Environment} and is {now.Environment}");
        foreach (var environment in was.ProvedIn.Except(now.ProvedIn)) yield return new(name, $"it need no longer be proved in {environment}");
        if (was.ProvedIn.IsEmpty && !now.ProvedIn.IsEmpty && !now.ProvedIn.Contains(was.Environment)) yield return new(name, $"it need no longer be proved in {was.Environment}");
        if (was.After is { } earlier && now.After != earlier) yield return new(name, $"it came after {earlier} and now comes after {now.After ?? "nothing"}");
        if (was.Soak is { } soak && !(now.Soak >= soak)) yield return new(name, $"the soak was {Shown(soak)} and is {(now.Soak is { } left ? Shown(left) : "none")}");
        foreach (var needed in was.Sign.GroupBy(role => role.Role, role => role.Count))
        {
            var count = now.Sign.Where(role => role.Role == needed.Key).Sum(role => role.Count);
            if (count < needed.Sum()) yield return new(name, $"{needed.Sum()} sign-offs of {needed.Key} were needed and {count} are");
        }

        if (now.SignedFor > was.SignedFor) yield return new(name, $"a sign-off counted for {Shown(was.SignedFor)} and counts for {Shown(now.SignedFor)}");
        if (before.OwnerOf(was) != after.OwnerOf(now)) yield return new(name, $"its owner was {Named(before.OwnerOf(was))} and is {Named(after.OwnerOf(now))}");
        foreach (var role in now.Excuses.Except(was.Excuses)) yield return new(name, $"{role} may now approve what does not apply");
        if (now.ConditionsDue > was.ConditionsDue) yield return new(name, $"conditions were due in {Shown(was.ConditionsDue)} and are due in {Shown(now.ConditionsDue)}");
        if (now.Waivers.AtMost > was.Waivers.AtMost) yield return new(name, $"a waiver lasted at most {Shown(was.Waivers.AtMost)} and may last {Shown(now.Waivers.AtMost)}");
        if (was.Waivers.Renewals is { } renewals && !(now.Waivers.Renewals <= renewals)) yield return new(name, $"a waiver could be renewed {renewals} times and can be {(now.Waivers.Renewals is { } more ? $"{more} times" : "without end")}");
        foreach (var role in now.Waivers.Approve.Except(was.Waivers.Approve)) yield return new(name, $"{role} may now approve waivers");
        foreach (var need in was.Waivers.Need.Except(now.Waivers.Need)) yield return new(name, $"a waiver no longer needs {need}");
        if (was.NeverOverride && !now.NeverOverride) yield return new(name, "override: never was removed");
        foreach (var role in now.BreakGlass.Except(was.BreakGlass)) yield return new(name, $"{role} may now break glass");
        foreach (var freeze in was.Freezes.Where(freeze => !Covered(freeze, now.Freezes)))
            yield return new(name, $"the freeze from {Instant.Write(freeze.From)} to {Instant.Write(freeze.To)} was removed or made shorter");
    }

    /// <summary>Freezes are sorted and do not touch, so one that covers another covers it alone.</summary>
    static bool Covered(Freeze freeze, ImmutableArray<Freeze> by) => by.Any(other => other.From <= freeze.From && freeze.To <= other.To);

    static string Named(string owner) => owner.Length > 0 ? owner : "nobody";

    internal static string Shown(TimeSpan duration) => Quantity.Show(duration, Shape.Duration);
}
