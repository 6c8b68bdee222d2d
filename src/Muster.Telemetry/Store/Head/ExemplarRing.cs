using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Head;

/// <summary>The exemplars that came in last, so many and no more. Safe from several threads.</summary>
sealed class ExemplarRing(int most)
{
    readonly Lock _gate = new();
    readonly Queue<(Labels Series, Exemplar Exemplar)> _all = new();
    readonly HashSet<(Labels, long, double, Labels)> _known = [];

    /// <summary>False: it is here already.</summary>
    public bool Add(Labels series, Exemplar exemplar)
    {
        lock (_gate)
        {
            if (!_known.Add((series, exemplar.Time, exemplar.Value, exemplar.Labels))) return false;
            if (_all.Count == most && _all.TryDequeue(out var old)) _known.Remove((old.Series, old.Exemplar.Time, old.Exemplar.Value, old.Exemplar.Labels));
            _all.Enqueue((series, exemplar));
            return true;
        }
    }

    public (Labels Series, Exemplar Exemplar)[] All()
    {
        lock (_gate) return [.. _all];
    }
}
