using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A comparison as JSON (schema <c>muster/load-compare/1</c>) and for people.</summary>
public static class LoadComparisonReport
{
    public const string Schema = "muster/load-compare/1";

    public static byte[] Json(LoadComparison comparison) => CanonicalJson.Bytes(Of(comparison));

    public static Value.Fields Of(LoadComparison comparison) => Value.Of(
        ("schema", Schema), ("state", ResultWords.Of(comparison.State)), ("doubts", Value.Texts(comparison.Doubts)), ("before", Run(comparison.Before)), ("after", Run(comparison.After)),
        ("bounds", Value.List(comparison.Bounds.Select(bound => (Value)Value.Of(("name", bound.Name), ("limit", bound.Limit), ("state", ResultWords.Of(bound.State)), ("because", bound.Because))
            .With(("before", Number(bound.Before)), ("after", Number(bound.After)), ("change", Number(bound.Change)), ("low", Number(bound.Low)), ("high", Number(bound.High)))))));

    public static string Text(LoadComparison comparison, TextStyle style)
    {
        var to = new Painted(style);
        var (mark, _, paint) = LoadSummary.Mark(comparison.State, to.Unicode);
        var word = comparison.State switch { ThresholdState.Met => "NO WORSE", ThresholdState.Failed => "WORSE", _ => "UNPROVEN" };
        to.Line().Add("  ").Add($"{mark} {word}", paint).Add("  ").Add(PlainText.Of(comparison.After.Target.Url), Paint.Strong).Line().Line();
        foreach (var doubt in comparison.Doubts) to.Add("  ").Add(style.Unicode ? "‼ " : "! ", Paint.Doubt).Wrapped(doubt, 4);
        if (!comparison.Doubts.IsEmpty) to.Line();
        foreach (var bound in comparison.Bounds)
        {
            (mark, _, paint) = LoadSummary.Mark(bound.State, to.Unicode);
            to.Add("  ").Add(mark, paint).Add($" {bound.Name,-12}").Wrapped(bound.Because, 16);
        }

        return to.Line().Add($"  before: {InstantWords(comparison.Before)}{to.Dot}after: {InstantWords(comparison.After)}", Paint.Faint).Line().ToString();
    }

    static string InstantWords(LoadResult result) => $"{Instant.Write(result.Started)}, {LoadWords.Count(result.All.Requests, "request")}";

    static Value? Number(double? number) => number is { } known && double.IsFinite(known) ? known : null;

    static Value.Fields Run(LoadResult result) => Value.Of(("started", result.Started), ("took", result.Took), ("url", result.Target.Url), ("population", result.All.Requests), ("state", ResultWords.Of(result.State)))
        .With(("requests_per_second", result.RequestsPerSecond), ("latency_ms", Figures.Of(result.All.Latency)), ("machine", result.Engine.Machine));
}
