using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <param name="Path">As <c>thresholds.http_req_duration[1]</c>.</param>
public sealed record ThresholdProblem(string Path, string Says, string Fix);

/// <summary>
/// Thresholds as k6's <c>options.thresholds</c> writes them: by metric, a list of texts or of <c>{ threshold, abortOnFail, delayAbortEval }</c>; here also <c>{ threshold, abort_on_fail, delay }</c>, and one
/// text without a list.
/// </summary>
public sealed class ThresholdReader
{
    const int Most = 200;
    static readonly string[] Keys = ["threshold", "abort_on_fail", "delay"];
    readonly ThresholdTags _tags;
    readonly ImmutableArray<Threshold>.Builder _read = ImmutableArray.CreateBuilder<Threshold>();
    readonly ImmutableArray<ThresholdProblem>.Builder _problems = ImmutableArray.CreateBuilder<ThresholdProblem>();

    ThresholdReader(ThresholdTags tags) => _tags = tags;

    /// <summary>Every threshold, or everything that is wrong at once; nothing written is no threshold.</summary>
    public static (ImmutableArray<Threshold> Thresholds, ImmutableArray<ThresholdProblem> Problems) Read(Value? written, ThresholdTags tags, string path = "thresholds")
    {
        var reader = new ThresholdReader(tags);
        if (written is Value.Fields fields) reader.Metrics(fields, path);
        else if (written is not (null or Value.Nothing)) reader.Wrong(path, "The thresholds are not a map from metric to conditions.", "Write http_req_duration: [\"p(95)<200\"].");
        return (reader._read.ToImmutable(), reader._problems.ToImmutable());
    }

    void Metrics(Value.Fields fields, string path)
    {
        foreach (var (written, conditions) in fields)
        {
            var at = $"{path}.{Bounded.Start(written, 100)}";
            var metric = Selector(written, at, out var tags);
            switch (conditions)
            {
                case Value.Items { Are: var items }:
                    if (items.IsEmpty) Wrong(at, "It has no condition.", "Write one, such as \"p(95)<200\", or leave the metric out.");
                    for (var i = 0; i < items.Length; i++) Condition(metric, tags, items[i], $"{at}[{i}]");
                    break;
                default:
                    Condition(metric, tags, conditions, at);
                    break;
            }

            if (_read.Count + _problems.Count <= Most) continue;
            Wrong(path, $"There are more than {Most} thresholds.", "Keep those that decide.");
            return;
        }
    }

    Metric? Selector(string written, string at, out ImmutableSortedDictionary<string, string> tags)
    {
        tags = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        var (open, close) = (written.IndexOf('{', StringComparison.Ordinal), written.LastIndexOf('}'));
        var name = open < 0 ? written : written[..open];
        if ((open < 0) != (close < 0) || close < open || close >= 0 && close != written.Length - 1)
        {
            Wrong(at, "Its selector does not stand in one pair of braces at the end.", "Write http_req_duration{scenario:browse}.");
            return null;
        }

        var metric = Metric.Named(name);
        if (metric is null) Wrong(at, $"There is no metric \"{Bounded.Start(name, 60)}\".", DidYouMean.Among(Metric.All.Select(known => known.Name), name, "metrics"));
        return open < 0 || Tags(metric, written[(open + 1)..close], at, ref tags) ? metric : null;
    }

    bool Tags(Metric? metric, string selector, string at, ref ImmutableSortedDictionary<string, string> tags)
    {
        var well = true;
        foreach (var pair in selector.Split(','))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            var (tag, value) = colon < 0 ? (pair, "") : (Bare(pair[..colon]), Bare(pair[(colon + 1)..]));
            if (colon < 0 || tag.Length == 0 || value.Length == 0) well = Wrong(at, $"\"{Bounded.Start(pair.Trim(), 60)}\" is no tag with its value.", "Write {scenario:browse}, and commas between several.");
            else if (metric is not null) well &= Tag(metric, tag, value, at);
            if (tags.TryGetValue(tag, out var before) && before != value) well = Wrong(at, $"The tag {Bounded.Start(tag, 60)} has two values, and no request has both.", "Write one threshold for each.");
            tags = tags.SetItem(tag, value);
        }

        return well;
    }

    bool Tag(Metric metric, string tag, string value, string at)
    {
        if (metric.Of == MetricOf.Sockets) return Wrong(at, $"{metric.Name} is counted over all scenarios and has no tags.", $"Write {metric.Name} without a selector.");
        var known = metric.Of == MetricOf.Requests ? _tags.Values : _tags.Values.RemoveRange(_tags.Values.Keys.Where(name => name != "scenario"));
        if (!metric.TellsGoodApart) known = known.Remove(ThresholdTags.ExpectedResponse);
        if (!known.TryGetValue(tag, out var values))
        {
            return Wrong(at, $"{metric.Name} has no tag \"{Bounded.Start(tag, 60)}\".", known.IsEmpty ? "There are no tags."
                : DidYouMean.Nearest(known.Keys, tag) is { } near ? $"Did you mean \"{near}\"? Its tags are {string.Join(", ", known.Keys)}." : $"Its tags are {string.Join(", ", known.Keys)}.");
        }

        return values.Contains(value) || Wrong(at, $"No request has {tag}:{Bounded.Start(value, 60)}.", DidYouMean.Among(values, value, "values"));
    }

    void Condition(Metric? metric, ImmutableSortedDictionary<string, string> tags, Value written, string at)
    {
        var (text, abort, delay) = ("", false, TimeSpan.Zero);
        switch (written)
        {
            case Value.Text plain: text = plain.Is; break;
            case Value.Fields fields:
                if (!Options(fields, at, out text, out abort, out delay)) return;
                break;
            default:
                Wrong(at, "It is neither a condition nor a map with one.", "Write \"p(95)<200\" or { threshold: \"p(95)<200\", abort_on_fail: true, delay: 10s }.");
                return;
        }

        if (ThresholdExpression.Read(text, out var wrong) is not { } expression) Wrong(at, $"\"{Bounded.Start(text, 80)}\" cannot be read. {wrong}", "Write as \"p(95)<200\" or \"rate<0.001\".");
        else if (metric is not null && !metric.Allows(expression.Aggregation)) Wrong(at, $"\"{Bounded.Start(text, 80)}\" cannot be asked of {metric.Name}.", $"It is a {metric.Kind.ToString().ToLowerInvariant()}, which has {metric.Aggregations}.");
        else if (metric is { Kind: MetricKind.Rate } && expression.Limit is < 0 or > 1) Wrong(at, $"\"{Bounded.Start(text, 80)}\" asks for a rate that is not from 0 to 1.", "Write 1 % as 0.01.");
        else if (metric is not null) _read.Add(new(metric.Name, tags, text.Trim()) { AbortOnFail = abort, Delay = delay });
    }

    bool Options(Value.Fields fields, string at, out string text, out bool abort, out TimeSpan delay)
    {
        (text, abort, delay) = ("", false, TimeSpan.Zero);
        var well = true;
        foreach (var (key, value) in fields)
        {
            switch (key, value)
            {
                case ("threshold", Value.Text condition): text = condition.Is; break;
                case ("threshold", _): well = Wrong($"{at}.{key}", "It is not a text.", "Write \"p(95)<200\"."); break;
                case ("abort_on_fail" or "abortOnFail", Value.Truth truth): abort = truth.Is; break;
                case ("abort_on_fail" or "abortOnFail", _): well = Wrong($"{at}.{key}", "It is neither true nor false.", "Write true to end the run when it fails."); break;
                case ("delay" or "delayAbortEval", Value.Nothing): break;
                case ("delay" or "delayAbortEval", Value.Text duration) when Delay(duration.Is) is { } read: delay = read; break;
                case ("delayAbortEval", Value.Number { Is: >= 0 and <= 31_536_000_000 } milliseconds): delay = TimeSpan.FromMilliseconds(milliseconds.Is); break;
                case ("delay" or "delayAbortEval", _): well = Wrong($"{at}.{key}", "It is not a duration.", "Write 10s."); break;
                default: well = Wrong($"{at}.{Bounded.Start(key, 60)}", $"A threshold has no \"{Bounded.Start(key, 60)}\".", DidYouMean.Among(Keys, key, "keys")); break;
            }
        }

        return fields["threshold"] is not null ? well : Wrong(at, "It has no threshold.", "Write { threshold: \"p(95)<200\" }.");
    }

    /// <summary>One or several quantities after each other: 10s, 1m30s.</summary>
    static TimeSpan? Delay(string text)
    {
        var sum = 0.0;
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
            while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
            if (end == at || !Quantity.TryRead(text[at..end], Shape.Duration, out var seconds, out _)) return null;
            sum += seconds;
            at = end;
        }

        return text.Length > 0 && sum <= 31_536_000 ? TimeSpan.FromSeconds(sum) : null;
    }

    /// <summary>As k6: spaces around, then quotes around.</summary>
    static string Bare(string text) => text.Trim().Trim('"', '\'');

    bool Wrong(string path, string says, string fix)
    {
        if (_problems.Count <= Most) _problems.Add(new(path, says, fix));
        return false;
    }
}
