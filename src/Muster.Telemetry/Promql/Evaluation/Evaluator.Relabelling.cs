using System.Text;
using System.Text.RegularExpressions;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary><c>label_replace</c> and <c>label_join</c>.</summary>
sealed partial class Evaluator
{
    /// <summary>Characters of a value that is made here: each call may double what the one inside of it made, and a query holds hundreds.</summary>
    const int LongestMade = 64 << 10;

    List<Track> Replaced(List<Track> tracks, string[] words)
    {
        var (target, template, from, pattern) = (words[0], words[1], words[2], words[3]);
        if (pattern.Length > Matcher.LongestPattern) throw new QueryProblem(QueryProblemKind.Execution, $"the regular expression in label_replace() is longer than {Matcher.LongestPattern} characters");
        Regex regex;
        string?[] names;
        try
        {
            (regex, names) = (Anchored(Re2Syntax.ToDotNet(pattern)), []);
            // .NET counts groups with names behind those without: once it is known to be good, all go without, and count as they stand.
            if (regex.GetGroupNames().Any(static name => !char.IsAsciiDigit(name[0])))
            {
                (var unnamed, names) = CaptureGroups.Unnamed(Re2Syntax.ToDotNet(pattern));
                regex = Anchored(unnamed);
            }
        }
        catch (Exception bad) when (bad is ArgumentException or NotSupportedException) { throw new QueryProblem(QueryProblemKind.Execution, $"invalid regular expression in label_replace(): {pattern}"); }
        if (!IsLabelName(target)) throw new QueryProblem(QueryProblemKind.Execution, $"invalid destination label name in label_replace(): {target}");
        return Relabelled(tracks, target, labels => regex.Match(labels[from]) is { Success: true } match ? Expanded(template, match, names) : null);
    }

    static Regex Anchored(string pattern) => new($"^(?s:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    List<Track> Joined(List<Track> tracks, string[] words)
    {
        var (target, separator) = (words[0], words[1]);
        if (!IsLabelName(target)) throw new QueryProblem(QueryProblemKind.Execution, $"invalid destination label name in label_join(): {target}");
        foreach (var from in words.Skip(2))
        {
            if (!IsLabelName(from)) throw new QueryProblem(QueryProblemKind.Execution, $"invalid source label name in label_join(): {from}");
        }

        return Relabelled(tracks, target, labels =>
        {
            var length = (long)separator.Length * Math.Max(0, words.Length - 3);
            foreach (var from in words.Skip(2)) length += labels[from].Length;
            return length > LongestMade ? throw TooLong(target) : string.Join(separator, words.Skip(2).Select(from => labels[from]));
        });
    }

    static QueryProblem TooLong(string target) => new(QueryProblemKind.Execution, $"the value that is made for the label \"{(target.Length > 100 ? target[..100] : target)}\" is longer than {LongestMade} characters");

    /// <summary>Series that become one are merged where they do not overlap in time.</summary>
    List<Track> Relabelled(List<Track> tracks, string target, Func<Labels, string?> value)
    {
        var made = new Dictionary<Labels, Track>(tracks.Count);
        var all = new List<Track>(tracks.Count);
        foreach (var track in tracks)
        {
            cancel.ThrowIfCancellationRequested();
            var set = value(track.Labels);
            if (set is { Length: > LongestMade }) throw TooLong(target);
            if (set is not null) Hold(set.Length / 8); // Sixteen bytes are a sample.
            var labels = set is null ? track.Labels : track.Labels.With(target, set);
            var dropsName = track.DropsName && !(set is not null && target == Labels.MetricName);
            if (made.TryGetValue(labels, out var same))
            {
                // The values of a renamed track are shared with its origin: a merge writes into one of our own.
                var own = New(labels, same.Count, same.DropsName && dropsName);
                Merge(own, same);
                Merge(own, track);
                all[all.IndexOf(same)] = own;
                made[labels] = own;
                continue;
            }

            var renamed = track.Renamed(labels, dropsName);
            made.Add(labels, renamed);
            all.Add(renamed);
        }

        return all;
    }

    static bool IsLabelName(string name) => name.Length > 0 && !name.Contains('\uFFFD', StringComparison.Ordinal);

    /// <summary><c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>$$</c>; a name is as long as it can be, and an unknown one is empty, as in Go's regexp.Expand.</summary>
    static string Expanded(string template, Match match, string?[] names)
    {
        if (!template.Contains('$', StringComparison.Ordinal)) return template;
        var text = new StringBuilder();
        // What is longer is refused by whoever asked for it: the rest need not be made.
        for (var at = 0; at < template.Length && text.Length <= LongestMade; at++)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                text.Append(template[at]);
                continue;
            }

            if (template[at + 1] == '$')
            {
                text.Append('$');
                at++;
                continue;
            }

            var braced = template[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var stop = start;
            while (stop < template.Length && (char.IsLetterOrDigit(template[stop]) || template[stop] == '_')) stop++;
            if (stop == start || (braced && (stop == template.Length || template[stop] != '}')))
            {
                text.Append('$');
                continue;
            }

            var name = template[start..stop];
            // A number with a zero before it is a name.
            if (name.All(char.IsAsciiDigit) && (name.Length == 1 || name[0] != '0')) text.Append(match.Groups[name].Value);
            else if (Array.IndexOf(names, name) is >= 0 and var group) text.Append(match.Groups[group].Value);
            at = braced ? stop : stop - 1;
        }

        return text.ToString();
    }
}
