using System.Collections.Immutable;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Binary operators over vectors: which series meet, and what they are called then.</summary>
sealed partial class Evaluator
{
    Outcome Combine(Binary node, Frame frame)
    {
        var (left, right) = (Evaluate(node.Left, frame), Evaluate(node.Right, frame));
        return (left, right) switch
        {
            (Outcome.Scalar a, Outcome.Scalar b) => new Outcome.Scalar([.. a.Values.Select((value, step) => Operators.Compute(node.Operator, value, b.Values[step]))]),
            (Outcome.Vector a, Outcome.Scalar b) => new Outcome.Vector(Mapped(a.Tracks, (point, step) => Operators.Apply(node, point, b.Values[step], point, notes), DropsName(node))),
            (Outcome.Scalar a, Outcome.Vector b) => new Outcome.Vector(Mapped(b.Tracks, (point, step) => Operators.Apply(node, a.Values[step], point, point, notes), DropsName(node))),
            (Outcome.Vector a, Outcome.Vector b) => new Outcome.Vector(Operators.IsSet(node.Operator) ? CombineSets(node, a.Tracks, b.Tracks, frame) : Match(node, a.Tracks, b.Tracks, frame)),
            _ => throw new QueryProblem(QueryProblemKind.BadData, "a string cannot be combined", node.Place),
        };
    }

    static bool DropsName(Binary node) => node.ReturnsBool || (!Operators.IsComparison(node.Operator) && node.Operator is not (BinaryOperator.TrimUpper or BinaryOperator.TrimLower));

    /// <summary>A name that <c>group_left(__name__)</c> asks for stays, unless <c>bool</c> makes something else of the values.</summary>
    static bool TakesName(Binary node, Track? partner) => !node.ReturnsBool && partner is { DropsName: false } && node.Matching!.Include.Contains(Labels.MetricName);

    /// <summary>What two series must have in common to meet.</summary>
    static Labels Signature(Labels labels, VectorMatching matching) => matching.IsOn
        ? labels.Where(label => matching.Labels.Contains(label.Name))
        : labels.Where(label => label.Name != Labels.MetricName && !matching.Labels.Contains(label.Name));

    Dictionary<Labels, List<Track>> BySignature(List<Track> tracks, VectorMatching matching)
    {
        var groups = new Dictionary<Labels, List<Track>>(tracks.Count);
        foreach (var track in tracks)
        {
            cancel.ThrowIfCancellationRequested();
            var signature = Signature(track.Labels, matching);
            if (!groups.TryGetValue(signature, out var group)) groups.Add(signature, group = new(1));
            group.Add(track);
        }

        return groups;
    }

    List<Track> CombineSets(Binary node, List<Track> left, List<Track> right, Frame frame)
    {
        var matching = node.Matching!;
        if (node.Operator == BinaryOperator.Or) return [.. left, .. Masked(right, BySignature(left, matching), matching, frame, whenPresent: false)];
        return Masked(left, BySignature(right, matching), matching, frame, whenPresent: node.Operator == BinaryOperator.And);
    }

    /// <summary>Those values at whose step some series of the other side has the signature, or has not.</summary>
    List<Track> Masked(List<Track> tracks, Dictionary<Labels, List<Track>> others, VectorMatching matching, Frame frame, bool whenPresent)
    {
        var made = new List<Track>(tracks.Count);
        var presence = new Dictionary<Labels, bool[]>();
        foreach (var track in tracks)
        {
            cancel.ThrowIfCancellationRequested();
            var signature = Signature(track.Labels, matching);
            if (!others.TryGetValue(signature, out var there))
            {
                if (!whenPresent) made.Add(track);
                continue;
            }

            if (!presence.TryGetValue(signature, out var present)) presence.Add(signature, present = Presence(there, frame));
            var masked = New(track.Labels, frame.Count, track.DropsName);
            for (var step = 0; step < frame.Count; step++)
            {
                if (track.Has(step) && present[step] == whenPresent) masked[step] = track[step];
            }

            made.Add(masked);
        }

        return made;
    }

    List<Track> Match(Binary node, List<Track> left, List<Track> right, Frame frame)
    {
        var matching = node.Matching!;
        // From here on "many" is the side whose series are answered one by one, "one" the side that may have one at a time.
        var swapped = matching.Cardinality == Cardinality.OneToMany;
        var (many, one) = swapped ? (right, left) : (left, right);
        var ones = BySignature(one, matching);
        var manys = BySignature(many, matching);
        // Only asked where two of the one side meet, and then for each step of each.
        var anyMany = ones.Values.Any(static partners => partners.Count > 1) ? Presence(many, frame) : [];
        var made = new List<Track>(many.Count);
        var byLabels = new Dictionary<Labels, Track>(many.Count);
        foreach (var (signature, group) in manys)
        {
            ones.TryGetValue(signature, out var partners);
            if (partners is null && !Fills(matching)) continue;
            MatchGroup(node, signature, group, partners ?? [], swapped, anyMany, frame, made, byLabels);
        }

        CheckLoneOnes(node, ones, manys, swapped, anyMany, frame);
        if (matching.FillLeft is not null || matching.FillRight is not null) FillLoneOnes(node, ones, manys, swapped, frame, made, byLabels);
        return made;
    }

    static bool Fills(VectorMatching matching) => matching.FillLeft is not null || matching.FillRight is not null;

    void MatchGroup(Binary node, Labels signature, List<Track> group, List<Track> partners, bool swapped, bool[] anyMany, Frame frame, List<Track> made, Dictionary<Labels, Track> byLabels)
    {
        var matching = node.Matching!;
        // Upstream the sides of a fill are those after the swap: left is the side of many.
        var fillOne = matching.FillRight;
        var oneToOne = matching.Cardinality == Cardinality.OneToOne;
        // Of the partner of the step: a table of all would be as large as both sides multiplied.
        var targets = new Track?[group.Count];
        var known = -1;
        for (var step = 0; step < frame.Count; step++)
        {
            cancel.ThrowIfCancellationRequested();
            var partner = Partner(node, signature, partners, step, swapped, anyMany);
            if (partner < 0 && fillOne is null) continue;
            if (partner != known) Array.Clear(targets);
            known = partner;
            var answered = false;
            for (var index = 0; index < group.Count; index++)
            {
                var member = group[index];
                if (!member.Has(step)) continue;
                var other = partner < 0 ? new Point(fillOne!.Value, null) : partners[partner][step];
                // Whether or not a comparison lets one of them through, as the public scripts have it; older releases look only at what it let through.
                if (oneToOne && answered) throw new QueryProblem(QueryProblemKind.Execution, "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)", node.Place);
                answered = true;
                var (a, b) = swapped ? (other, member[step]) : (member[step], other);
                var result = Operators.Apply(node, a, b, a, notes);
                if (result.IsNone) continue;
                ref var target = ref targets[index];
                target ??= Target(node, member, partner < 0 ? null : partners[partner], frame, made, byLabels);
                if (target.Has(step)) throw new QueryProblem(QueryProblemKind.Execution, "multiple matches for labels: grouping labels must ensure unique matches", node.Place);
                target[step] = result;
                if (result.Histogram is { } histogram) Hold(Weight(histogram));
            }
        }
    }

    /// <summary>The one series of that side that is there at a step; -1: none.</summary>
    static int Partner(Binary node, Labels signature, List<Track> partners, int step, bool swapped, bool[] anyMany)
    {
        var found = -1;
        for (var index = 0; index < partners.Count; index++)
        {
            if (!partners[index].Has(step)) continue;
            if (found >= 0 && anyMany[step])
            {
                throw new QueryProblem(QueryProblemKind.Execution,
                    $"found duplicate series for the match group {Braced(signature)} on the {(swapped ? "left" : "right")} hand-side of the operation: [{Braced(partners[found].Labels)}, {Braced(partners[index].Labels)}];many-to-many matching not allowed: matching labels must be unique on one side",
                    node.Place);
            }

            found = index;
        }

        return found;
    }

    /// <summary>Two of the side that must be one are a mistake even where nothing on the other side meets them.</summary>
    static void CheckLoneOnes(Binary node, Dictionary<Labels, List<Track>> ones, Dictionary<Labels, List<Track>> manys, bool swapped, bool[] anyMany, Frame frame)
    {
        foreach (var (signature, partners) in ones)
        {
            if (partners.Count < 2 || manys.ContainsKey(signature)) continue;
            for (var step = 0; step < frame.Count; step++) Partner(node, signature, partners, step, swapped, anyMany);
        }
    }

    /// <summary>Series of the one side that nothing meets, against what stands for the missing many (experimental upstream).</summary>
    void FillLoneOnes(Binary node, Dictionary<Labels, List<Track>> ones, Dictionary<Labels, List<Track>> manys, bool swapped, Frame frame, List<Track> made, Dictionary<Labels, Track> byLabels)
    {
        var matching = node.Matching!;
        if (matching.FillLeft is not { } fill) return;
        foreach (var (signature, partners) in ones)
        {
            manys.TryGetValue(signature, out var group);
            for (var step = 0; step < frame.Count; step++)
            {
                if (group is not null && group.Exists(member => member.Has(step))) continue;
                foreach (var partner in partners)
                {
                    if (!partner.Has(step)) continue;
                    var (a, b) = swapped ? (partner[step], new Point(fill, null)) : (new Point(fill, null), partner[step]);
                    var result = Operators.Apply(node, a, b, a, notes);
                    if (!result.IsNone) Target(node, new Track(signature, 0), matching.Cardinality == Cardinality.OneToOne ? null : partner, frame, made, byLabels)[step] = result;
                }
            }
        }
    }

    Track Target(Binary node, Track member, Track? partner, Frame frame, List<Track> made, Dictionary<Labels, Track> byLabels)
    {
        var labels = Named(node, member.Labels, partner?.Labels ?? Labels.Empty);
        if (byLabels.TryGetValue(labels, out var target)) return target;
        byLabels.Add(labels, target = New(labels, frame.Count, (DropsName(node) || member.DropsName) && !TakesName(node, partner)));
        made.Add(target);
        return target;
    }

    static Labels Named(Binary node, Labels many, Labels one)
    {
        var matching = node.Matching!;
        if (matching.Cardinality == Cardinality.OneToOne)
        {
            return matching.IsOn ? many.Where(label => matching.Labels.Contains(label.Name)) : many.Where(label => !matching.Labels.Contains(label.Name));
        }

        return matching.Include.IsEmpty ? many
            : Labels.Of([.. many.Where(label => !matching.Include.Contains(label.Name)), .. matching.Include.Distinct().Select(name => new Label(name, one[name]))]);
    }

    static string Braced(Labels labels) => $"{{{string.Join(", ", labels.Select(label => $"{label.Name}={Notes.Quoted(label.Value)}"))}}}";
}
