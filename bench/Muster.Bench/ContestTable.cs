using System.Globalization;

namespace Muster.Bench;

/// <summary>The contests as rows of a Markdown table, ready for docs/performance.md.</summary>
static class ContestTable
{
    public const string Head = "| figure | goal | reached | Muster: median (lowest–highest) | processor time each | peak memory | peer: median (lowest–highest) | peak memory | ratio | rounds | pinned |\n|---|---|---|---|---|---|---|---|---|---|---|";

    public static string Row(Rounds rounds)
    {
        var (contest, arena) = (rounds.Contest, rounds.Arena);
        var peer = arena.Peer is { } side ? $"{side.Name}: {Spread(rounds.PeerSorted, contest)}" : arena.Without ?? "–";
        return $"| {contest.Name} | {Of(contest)} | {(rounds.Reached is { } reached ? reached ? "yes" : "**no**" : "–")} | {Spread(rounds.OursSorted, contest)} | {(arena.Ours.Elsewhere ? "–" : Table.Time(rounds.Cpu))} | {Memory(arena.Ours)} | {peer} | {Memory(arena.Peer)} | "
            + $"{(rounds.Ratio is { } ratio ? Table.Number(ratio) + "×" : "–")} | {rounds.Ours.Length} | {(contest.Pinned ? "yes" : "no")} |";
    }

    public static string Missing(Contest contest, string why) => $"| {contest.Name} | {Of(contest)} | not measured | {why} | | | | | | | |";

    static string Of(Contest contest) => contest.Goal switch
    {
        Goal.AtMost most => "≤ " + Table.Time(most.Seconds),
        Goal.NoMoreThan most => string.Create(CultureInfo.InvariantCulture, $"≤ {most.Amount:0.##} {contest.Measures}"),
        Goal.AtLeast least => string.Create(CultureInfo.InvariantCulture, $"≥ {least.Rate:N0} {contest.Unit}/s"),
        Goal.Times times => string.Create(CultureInfo.InvariantCulture, $"≥ {times.Peer:0.#}× the peer"),
        _ => "–",
    };

    static string Spread(double[] sorted, Contest contest) => contest.Measures is { } measure
        ? string.Create(CultureInfo.InvariantCulture, $"{Rounds.Middle(sorted):0.00} {measure} ({sorted[0]:0.00}–{sorted[^1]:0.00})")
        : contest.Unit is { } unit
        ? $"{Table.Number(Rounds.Middle(sorted))} {unit}/s ({Table.Number(sorted[0])}–{Table.Number(sorted[^1])})"
        : $"{Table.Time(Rounds.Middle(sorted))} ({Table.Time(sorted[0])}–{Table.Time(sorted[^1])})";

    static string Memory(Side? side) => side?.Peak() is { } peak ? Table.Size(peak) : "–";
}
