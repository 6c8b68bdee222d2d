using System.Collections.Immutable;
using System.Globalization;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Aggregations (<see href="https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators"/>).</summary>
sealed partial class Evaluator
{
    sealed class Group(Labels labels)
    {
        public Labels Labels { get; } = labels;

        public List<Track> Members { get; } = [];

        public bool DropsName => Members.Exists(member => member.DropsName);
    }

    Outcome.Vector Aggregate(Aggregation node, Frame frame)
    {
        var parameter = node.Parameter is { Type: ExpressionType.Scalar } scalar ? Scalars(scalar, frame) : null;
        if (parameter is not null) Check(node, parameter);
        var label = node.Operator == Aggregator.CountValues ? Text(node.Parameter!) : "";
        if (node.Operator == Aggregator.CountValues && !IsLabelName(label)) throw new QueryProblem(QueryProblemKind.Execution, $"invalid label name {AsWritten(node.Parameter!)}");
        var groups = Grouped(Tracks(node.Inner, frame), node.Grouping, node.IsWithout);
        if (node.Operator == Aggregator.Quantile) CheckQuantile(node, parameter!);
        return node.Operator switch
        {
            Aggregator.Topk or Aggregator.Bottomk => new(Chosen(groups, node, parameter!, frame), IsSorted: true),
            Aggregator.Limitk or Aggregator.LimitRatio => new(Limited(groups, node, parameter!, frame)),
            Aggregator.CountValues => new(Counted(groups, label, IsLeftOut(node, label), frame)),
            _ => new([.. groups.Select(group => Reduced(group, node, parameter, frame))]),
        };
    }

    /// <summary>As its author wrote it: what is no UTF-8 cannot be shown otherwise.</summary>
    string AsWritten(Expression parameter) => notes.Written(Bare(parameter).Place);

    static void Check(Aggregation node, double[] parameter)
    {
        if (node.Operator is not (Aggregator.Topk or Aggregator.Bottomk or Aggregator.Limitk or Aggregator.LimitRatio)) return;
        var isRatio = node.Operator == Aggregator.LimitRatio;
        foreach (var value in parameter)
        {
            if (double.IsNaN(value)) throw new QueryProblem(QueryProblemKind.Execution, isRatio ? "Ratio value is NaN" : "Parameter value is NaN");
            if (!isRatio && value is >= 9.2233720368547758e18 or <= -9.2233720368547758e18) throw new QueryProblem(QueryProblemKind.Execution, string.Create(CultureInfo.InvariantCulture, $"Scalar value {Numbers.Text(value)} {(value > 0 ? "overflows" : "underflows")} int64"));
        }
    }

    void CheckQuantile(Aggregation node, double[] parameter)
    {
        foreach (var q in parameter)
        {
            if (!(q >= 0 && q <= 1)) notes.BadQuantile(q, node.Parameter!.Place);
        }
    }

    /// <summary>In the order in which groups are first met.</summary>
    List<Group> Grouped(List<Track> tracks, ImmutableArray<string> names, bool without)
    {
        var groups = new List<Group>();
        var byLabels = new Dictionary<Labels, Group>();
        foreach (var track in tracks)
        {
            cancel.ThrowIfCancellationRequested();
            var labels = without ? track.Labels.Where(label => label.Name != Labels.MetricName && !names.Contains(label.Name))
                : names.IsEmpty ? Labels.Empty
                : track.Labels.Where(label => names.Contains(label.Name));
            if (!byLabels.TryGetValue(labels, out var group))
            {
                byLabels.Add(labels, group = new(labels));
                groups.Add(group);
            }

            group.Members.Add(track);
        }

        return groups;
    }

    Track Reduced(Group group, Aggregation node, double[]? parameter, Frame frame)
    {
        var track = New(group.Labels, frame.Count, group.DropsName);
        if (group.Members.TrueForAll(member => member.Histograms is null) && FloatReduction.Reduces(node.Operator))
        {
            cancel.ThrowIfCancellationRequested();
            FloatReduction.Reduce(node.Operator, group.Members, track.Values);
            return track;
        }

        var reduce = Reduction.Of(node.Operator);
        for (var step = 0; step < frame.Count; step++)
        {
            cancel.ThrowIfCancellationRequested();
            reduce.Clear();
            foreach (var member in group.Members)
            {
                if (member.Has(step)) reduce.Add(member.Values[step], member.HistogramAt(step));
            }

            if (reduce.Count == 0) continue;
            track[step] = reduce.Result(notes, node.Inner.Place, parameter is null ? 0 : parameter[step]);
        }

        return Weighed(track);
    }

    List<Track> Chosen(List<Group> groups, Aggregation node, double[] parameter, Frame frame)
    {
        var top = node.Operator == Aggregator.Topk;
        var all = new List<Track>();
        foreach (var group in groups)
        {
            var chosen = group.Members.ConvertAll(member => New(member.Labels, frame.Count, member.DropsName));
            List<int> order = [];
            for (var step = 0; step < frame.Count; step++)
            {
                cancel.ThrowIfCancellationRequested();
                order = Best(group.Members, step, top, parameter[step], node);
                foreach (var index in order) chosen[index].Values[step] = group.Members[index].Values[step];
            }

            // Of one instant, in their order; over a range none is meant.
            if (IsInstant(frame)) all.AddRange(order.Select(index => chosen[index]));
            else all.AddRange(chosen.Where(track => !track.IsEmpty));
        }

        return all;
    }

    List<int> Best(List<Track> members, int step, bool top, double most, Aggregation node)
    {
        var present = new List<int>();
        for (var at = 0; at < members.Count; at++)
        {
            if (!members[at].Has(step)) continue;
            if (members[at].HistogramAt(step) is null) present.Add(at);
            else notes.IgnoredInAggregation(top ? "topk" : "bottomk", node.Inner.Place);
        }

        if (most < 1) return [];
        double Value(int at) => members[at].Values[step];
        IEnumerable<int> sorted = present.OrderBy(at => double.IsNaN(Value(at)));
        sorted = top ? ((IOrderedEnumerable<int>)sorted).ThenByDescending(Value) : ((IOrderedEnumerable<int>)sorted).ThenBy(Value);
        return [.. sorted.Take((int)Math.Min(most, present.Count))];
    }

    /// <summary>A number of series, or a share of them; which ones is decided by their labels, so that it stays the same from step to step.</summary>
    List<Track> Limited(List<Group> groups, Aggregation node, double[] parameter, Frame frame)
    {
        var all = new List<Track>();
        foreach (var group in groups)
        {
            var kept = group.Members.ConvertAll(member => New(member.Labels, frame.Count, member.DropsName));
            for (var step = 0; step < frame.Count; step++)
            {
                var left = parameter[step];
                for (var at = 0; at < kept.Count; at++)
                {
                    var member = group.Members[at];
                    if (!member.Has(step)) continue;
                    var keeps = node.Operator == Aggregator.Limitk ? left-- >= 1 : Sampling.Keeps(member.Labels, Ratio(parameter[step], node));
                    if (keeps) kept[at][step] = member[step];
                }
            }

            all.AddRange(kept.Where(track => !track.IsEmpty));
        }

        return all;
    }

    double Ratio(double ratio, Aggregation node)
    {
        if (ratio is >= -1 and <= 1) return ratio;
        var capped = ratio > 1 ? 1 : -1;
        notes.Warn($"ratio value should be between -1 and 1, got {Numbers.Text(ratio)}, capping to {Numbers.Text(capped)}", node.Parameter!.Place);
        return capped;
    }

    /// <summary>What <c>without</c> takes away is taken from the label of the values too: then all of a group are counted together.</summary>
    static bool IsLeftOut(Aggregation node, string label) => node.IsWithout && (label == Labels.MetricName || node.Grouping.Contains(label));

    List<Track> Counted(List<Group> groups, string label, bool isLeftOut, Frame frame)
    {
        var all = new Dictionary<Labels, Track>();
        foreach (var group in groups)
        {
            for (var step = 0; step < frame.Count; step++)
            {
                foreach (var member in group.Members)
                {
                    if (!member.Has(step)) continue;
                    var labels = isLeftOut ? group.Labels : group.Labels.With(label, member.HistogramAt(step)?.ToString() ?? Numbers.Text(member.Values[step]));
                    if (!all.TryGetValue(labels, out var track)) all.Add(labels, track = New(labels, frame.Count, group.DropsName && label != Labels.MetricName));
                    track.Values[step] = track.Has(step) ? track.Values[step] + 1 : 1;
                }
            }
        }

        return [.. all.Values];
    }
}
