using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class NetworkKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [ExposureReachabilityKind.Entry, HttpLimitsKind.Entry, RatelimitHttpKind.Entry, CorsKind.Entry, HttpHeadersKind.Entry, WebsocketKind.Entry, SsrfEgressKind.Entry, WafBlockKind.Entry];
}
