using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

sealed partial class Evaluator
{
    /// <summary>The samples that a range selector sees, as they are: what an instant query of one gives.</summary>
    public List<RangeSeries> Raw(Expression node, long time)
    {
        var all = new List<RangeSeries>();
        Slide(node, new(time, 1, 1), (in Window window, Track track) =>
        {
            var count = window.Count;
            Hold(count);
            foreach (var histogram in window.Histograms) Hold(Weight(histogram));
            var (times, values) = (new long[count], new double[count]);
            var histograms = window.Histograms.IsEmpty ? null : new Histograms.NativeHistogram?[count];
            var (nextFloat, nextHistogram) = (0, 0);
            for (var at = 0; at < count; at++)
            {
                if (nextHistogram == window.Histograms.Length || (nextFloat < window.Floats.Length && window.FloatTimes[nextFloat] < window.HistogramTimes[nextHistogram]))
                {
                    (times[at], values[at]) = (window.FloatTimes[nextFloat], window.Floats[nextFloat]);
                    nextFloat++;
                }
                else
                {
                    times[at] = window.HistogramTimes[nextHistogram];
                    histograms![at] = window.Histograms[nextHistogram++];
                }
            }

            all.Add(new(track.DropsName ? track.Labels.WithoutName() : track.Labels, times, values, histograms));
        }, [], dropsName: false);
        all.Sort(static (a, b) => LabelOrder.Compare(a.Labels, b.Labels));
        return all;
    }
}
