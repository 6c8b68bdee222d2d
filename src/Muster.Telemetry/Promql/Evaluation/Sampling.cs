using System.Text;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>A share of series by a hash of their labels: a ratio of 0.3 and one of -0.7 are each other's complement.</summary>
static class Sampling
{
    public static bool Keeps(Labels labels, double ratio)
    {
        var offset = Hash(labels) / (double)ulong.MaxValue;
        return ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
    }

    /// <summary>FNV-1a with a finaliser: the same on every machine and in every process, unlike a hash code.</summary>
    static ulong Hash(Labels labels)
    {
        var hash = 14695981039346656037UL;
        foreach (var label in labels.Span)
        {
            foreach (var part in Encoding.UTF8.GetBytes($"{label.Name}\0{label.Value}\0")) hash = (hash ^ part) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        hash *= 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
