using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Whether a selector's samples are there throughout a window: the sum over its series, since a replica that came late is no gap.</summary>
/// <param name="Samples">In the whole window.</param>
/// <param name="Covered">The share of pieces in which there is a sample; of a witness, in which none is 0 or less.</param>
/// <param name="EndsCovered">So is the newest piece.</param>
/// <param name="Age">Of the newest sample, in seconds; null where none counts as the value of now.</param>
sealed record MetricPresence(string Selector, long Samples, double Covered, bool EndsCovered, double? Age)
{
    public static Task<MetricPresence> Of(string selector, MetricQuestion question, MetricStoreApi api, CancellationToken cancel) =>
        Of(selector, question, api, "", cancel);

    /// <summary>A target that is down is scraped as well, and says <c>up 0</c>: where anything is 0 nobody was there to count.</summary>
    public static Task<MetricPresence> OfWitness(string selector, MetricQuestion question, MetricStoreApi api, CancellationToken cancel) =>
        Of(selector, question, api, string.Create(CultureInfo.InvariantCulture, $" and on () min(min_over_time({selector}[{Length(question)}])) > 0"), cancel);

    static async Task<MetricPresence> Of(string selector, MetricQuestion question, MetricStoreApi api, string where, CancellationToken cancel)
    {
        var pieces = await api.Pieces($"sum(count_over_time({selector}[{Length(question)}])){where}", question.Piece, question.Pieces, cancel);
        var newest = await api.Ask($"max(timestamp({selector}))", cancel);
        return new(selector, (long)pieces.Sum(piece => piece ?? 0), Math.Round((double)pieces.Count(piece => piece > 0) / pieces.Length, 4), pieces[^1] > 0,
            newest.Samples is [{ Value: { } time }] ? Math.Max(0, Math.Round(api.Now - time, 3)) : null);
    }

    static string Length(MetricQuestion question) => FormattableString.Invariant($"{Math.Round(question.Piece * 1000)}ms");
}
