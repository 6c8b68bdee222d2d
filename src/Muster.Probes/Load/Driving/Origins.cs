using System.Net;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Every host that the plan may send to, resolved through the guard before anything is sent. Load is only put on loopback, or where somebody consented by name.</summary>
static class Origins
{
    /// <exception cref="Unseen">A host does not resolve, may not be touched, or has nobody's consent.</exception>
    public static async Task<Dictionary<string, Origin>> Of(LoadPlan plan, ProbeContext context, Func<string, bool> consents, CancellationToken cancel)
    {
        var origins = new Dictionary<string, Origin>(StringComparer.OrdinalIgnoreCase);
        foreach (var url in plan.Others.Prepend(plan.Target))
        {
            if (origins.ContainsKey(RequestWriter.Key(url))) continue;
            var addresses = await context.Addresses(url.IdnHost, cancel);
            if (!addresses.All(IPAddress.IsLoopback) && !consents(url.IdnHost))
                throw new Unseen(Blind.NoConsent, $"{url.IdnHost} is not this machine, and nobody has consented to load on it");
            origins[RequestWriter.Key(url)] = new(url.Scheme is "https" or "wss" ? "https" : "http", url.IdnHost, url.Port, addresses);
        }

        return origins;
    }
}
