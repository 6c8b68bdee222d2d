using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What stands beside the controls of two verdicts: people's words, what is left open, what is released.</summary>
static class BesideMoves
{
    public static ImmutableArray<Move> Waivers(Decision before, Decision after) => Of(before.Waivers, after.Waivers, waiver => waiver.Entry,
        came => new(came.Control, Direction.Came, $"was waived until {InstantWords.Of(came.Expires)}, asked by {came.Requester}, approved by {came.Approver}: {came.Because}{(came.Counts ? "" : $" (does not count: {came.WhyNot})")}"),
        went => new(went.Control, Direction.Went, $"has lost the waiver of {went.Approver}"),
        (was, now) => was.Counts == now.Counts ? null
            : now.Counts ? new(now.Control, Direction.Better, $"has its waiver by {now.Approver} counted again")
            : new(now.Control, after.Controls.Any(control => control.Id == now.Control && control.State == State.Met) ? Direction.Changed : Direction.Worse, $"has a waiver by {now.Approver} that no longer counts: {now.WhyNot}"));

    public static ImmutableArray<Move> Conditions(Decision before, Decision after) => Of(before.Conditions, after.Conditions, condition => condition.Id,
        came => new(came.Id, Direction.Came, $"is open, due {InstantWords.Of(came.Due)}, owner {came.Owner}: {came.Says}"),
        went => new(went.Id, Direction.Went, $"is closed; it was due {InstantWords.Of(went.Due)}"),
        // Before the first opening a deadline is only what it would be, and moves with the clock.
        (was, now) => was.Overdue == now.Overdue && (was.Due == now.Due || !before.Verdict.Opens()) ? null
            : now.Overdue && !was.Overdue ? new(now.Id, Direction.Worse, $"is overdue since {InstantWords.Of(now.Due)}, owner {now.Owner}")
            : new(now.Id, Direction.Changed, $"was due {InstantWords.Of(was.Due)}, is due {InstantWords.Of(now.Due)}"));

    public static ImmutableArray<Move> SignOffs(Decision before, Decision after) => Of(before.SignOffs, after.SignOffs, sign => sign.Entry,
        came => new(came.Person, Direction.Came, $"signed as {came.Role}{(came.Counts ? "" : $", which does not count: {came.WhyNot}")}"),
        went => new(went.Person, Direction.Went, $"is no longer among the signers as {went.Role}"),
        (was, now) => was.Counts == now.Counts ? null
            : now.Counts ? new(now.Person, Direction.Better, $"has a signature as {now.Role} that counts again")
            : new(now.Person, Direction.Worse, $"has a signature as {now.Role} that no longer counts: {now.WhyNot}"));

    public static ImmutableArray<Move> Rejections(Decision before, Decision after) => Of(before.Rejections, after.Rejections, rejection => rejection.Entry,
        came => new(came.Person, Direction.Came, $"rejected it: {came.Because}"),
        went => new(went.Person, Direction.Went, "no longer rejects it"),
        (_, _) => null);

    public static ImmutableArray<Move> Artifacts(ImmutableSortedDictionary<string, Digest> before, ImmutableSortedDictionary<string, Digest> after) =>
        Of([.. before], [.. after], artifact => artifact.Key,
            came => new(came.Key, Direction.Came, $"is new: {came.Value}"),
            went => new(went.Key, Direction.Went, $"is gone; it was {went.Value}"),
            (was, now) => was.Value == now.Value ? null : new(now.Key, Direction.Changed, $"was {was.Value}, is {now.Value}"));

    static ImmutableArray<Move> Of<T, TKey>(ImmutableArray<T> before, ImmutableArray<T> after, Func<T, TKey> key, Func<T, Move> came, Func<T, Move> went, Func<T, T, Move?> both) where TKey : notnull
    {
        var were = before.DistinctBy(key).ToDictionary(key);
        var are = after.DistinctBy(key).ToDictionary(key);
        return
        [
            .. after.DistinctBy(key).Select(now => were.TryGetValue(key(now), out var was) ? both(was, now) : came(now)).OfType<Move>().Distinct(),
            .. before.DistinctBy(key).Where(was => !are.ContainsKey(key(was))).Select(went).Distinct(),
        ];
    }
}
