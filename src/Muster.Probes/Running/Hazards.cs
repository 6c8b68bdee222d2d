using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A question can be more of a hazard than its kind: an HTTP request that writes is active though one that reads is not.</summary>
static class Hazards
{
    public static Hazard Of(Asked asked, Kind kind) =>
        kind.Hazard == Hazard.Passive && kind.Name == "http" && HttpRequestLine.Writes(asked) ? Hazard.Active : kind.Hazard;
}
