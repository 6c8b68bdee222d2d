using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Nothing was seen, and why: thrown within a look because it must pass through code that is not ours (a connection callback),
/// and turned into a value by <see cref="Faults"/> alone.
/// </summary>
sealed class Unseen(Blind blind, string message, Exception? inner = null) : Exception(message, inner)
{
    public Blind Blind { get; } = blind;
}
