using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>One threshold in k6's grammar: <c>http_req_duration{scenario:browse}</c> with <c>p(95)&lt;200</c>. Times in milliseconds, as there.</summary>
public sealed record Threshold(string Metric, ImmutableSortedDictionary<string, string> Tags, string Expression)
{
    /// <summary>The metric with its selector, as it is written.</summary>
    public string Name => Tags.IsEmpty ? Metric : $"{Metric}{{{string.Join(',', Tags.Select(tag => $"{tag.Key}:{tag.Value}"))}}}";

    /// <summary>Nobody wrote it: it stands where nothing was asked about failures, since a target that fails everything is quick. Its estimate decides.</summary>
    public bool Implied { get; init; }

    public bool AbortOnFail { get; init; }

    /// <summary>How long after the start it may abort at the earliest.</summary>
    public TimeSpan Delay { get; init; }
}

public enum ThresholdState { Met, Failed, Unproven }

/// <summary>What became of a threshold.</summary>
/// <param name="Observed">The estimate, in the metric's unit; null without samples.</param>
/// <param name="Bound">The one-sided 95 % upper bound of a rate, where one was asked for.</param>
/// <param name="Samples">How many samples stand behind it.</param>
/// <param name="Because">A sentence with the figures.</param>
public sealed record ThresholdResult(Threshold Threshold, ThresholdState State, double? Observed, double? Bound, long Samples, string Because);
