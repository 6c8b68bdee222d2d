using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A question of the kind <c>metric</c>, read whole before anything is asked. Durations are in seconds.</summary>
/// <param name="Over">Null: of now alone.</param>
/// <param name="Selectors">What the query rests on; never none.</param>
/// <param name="Piece">The window in <paramref name="Pieces"/> equal pieces, each of which should have a sample.</param>
/// <param name="Gap">How old the newest sample may be.</param>
/// <param name="Coverage">The least share of pieces with a sample.</param>
/// <param name="Witness">Set exactly where nothing may be taken as zero.</param>
sealed record MetricQuestion(string Query, double? Over, double Step, ImmutableArray<string> Selectors, double Piece, int Pieces, double Gap, double Coverage, NoData NoData, string? Witness)
{
    const int MostSelectors = 20;
    const int MostPieces = 1000;
    const double UsualLookback = 300;

    public double Window => Piece * Pieces;

    /// <summary>As long as a gap may be, and not less than everybody's five minutes: what is younger than that is told from what is not by its age.</summary>
    public double Lookback => Math.Max(UsualLookback, Gap);

    public static MetricQuestion Read(Given given)
    {
        var query = given.Text("query") ?? throw Given.Wrong("query", "is missing");
        var reach = PromQlReach.Of(query);
        if (reach.IsFixed) throw Given.Wrong("query", "has an @: an answer of a fixed time says nothing of now");
        if (reach.AsksAbsence) throw Given.Wrong("query", "asks absent(), whose answer is there when nothing is: ask for the number itself, and decide no_data");
        var selectors = PromQl.Selectors(query);
        if (selectors.IsEmpty) throw Given.Wrong("query", "names no series, so that its answer rests on nothing");
        if (selectors.Length > MostSelectors) throw Given.Wrong("query", $"has more than {MostSelectors} selectors; make several checks of it");
        var over = given["over"] is null ? (double?)null : given.Seconds("over", 0);
        var step = given.Seconds("step", Math.Max(1, (over ?? 0) / 100));
        if (over is { } length && (length <= 0 || step <= 0 || length / step > QueryAnswer.MostPoints)) throw Given.Wrong("step", $"gives more than {QueryAnswer.MostPoints} points, or none");
        var gap = given.Seconds("gap", 120);
        if (gap < 1) throw Given.Wrong("gap", "is less than a second");
        var window = given["window"] is not null ? given.Seconds("window", 0) : (over ?? 0) + (reach.Seconds ?? throw Given.Wrong("window", "must be said: a duration in the query cannot be read"));
        window = Math.Max(window, gap);
        var pieces = (int)Math.Min(MostPieces, Math.Ceiling(window / gap));
        var noData = given.Text("no_data") switch
        {
            null or "unproven" => NoData.Unproven,
            "fail" => NoData.Fail,
            "zero" => NoData.Zero,
            _ => throw Given.Wrong("no_data", "is none of unproven, fail, zero"),
        };
        return new(query, over, step, selectors, Math.Ceiling(window / pieces * 1000) / 1000, pieces, gap, Share(given), noData, Witnessed(given, noData, over));
    }

    static double Share(Given given)
    {
        var share = given["coverage"] switch
        {
            null => 0.9,
            Value.Number number => number.Is,
            Value.Text text when Quantity.TryRead(text.Is, Shape.Percentage, out var read, out _) => read,
            _ => -1,
        };
        return share is > 0 and <= 1 ? share : throw Given.Wrong("coverage", "is no share from above 0% to 100%");
    }

    static string? Witnessed(Given given, NoData noData, double? over)
    {
        var witness = given.Text("witness")?.Trim();
        if (noData != NoData.Zero) return witness is null ? null : throw Given.Wrong("witness", "is for no_data: zero alone");
        if (over is not null) throw Given.Wrong("no_data", "takes nothing as zero of now alone: put the time into the query, as increase(errors_total[1h]), in place of \"over\"");
        if (witness is null) throw Given.Wrong("witness", "is missing: without a series that shows that somebody looked, nothing is not zero");
        return PromQl.Selectors(witness) is [var only] && only == witness ? witness : throw Given.Wrong("witness", "is not one selector, as up{job=\"api\"}");
    }
}

/// <summary>What it means when a series of the query is not there. None of them is a pass by itself.</summary>
enum NoData { Unproven, Fail, Zero }
