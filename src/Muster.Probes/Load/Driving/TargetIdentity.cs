using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// Who the target is: the address, the certificate, what it says of itself, and, where it listens on this machine, its process and when that began. Asked before and after, so that a run over two
/// different programs proves nothing.
/// </summary>
static class TargetIdentity
{
    const int MostSaid = 64 * 1024;
    const int MostKept = 2048;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The identity, or why it could not be seen.</summary>
    public static async Task<(Value.Fields? Seen, string? Because)> Of(LoadPlan plan, Origin origin, ProbeContext context, TrustAnchors trust, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            var seen = await Connected(origin, context, trust, patience.Token);
            if (plan.Identity is { } source) seen = seen.With("says", await Said(plan, source, context, trust, patience.Token));
            return (seen, null);
        }
        catch (Unseen unseen) { return (null, unseen.Message); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return (null, $"{origin.Authority} did not answer within {Patience.TotalSeconds:0} s"); }
        catch (Exception broken) when (broken is SocketException or IOException or HttpRequestException) { return (null, $"{origin.Authority}: {broken.Message}"); }
    }

    static async Task<Value.Fields> Connected(Origin origin, ProbeContext context, TrustAnchors trust, CancellationToken cancel)
    {
        await using var peer = await PeerStream.Open(origin.Host, origin.Port, context, cancel);
        if (origin.IsSecure) await peer.Secure(origin.Host, trust, cancel);
        var (end, seen) = (peer.Address, peer.Identity);
        if (!context.IsElsewhere && IPAddress.IsLoopback(end.Address) && ListeningProcess.On(end) is { } process)
            seen = seen.With("process", process.Name).With("process_id", process.Id).With("process_started", process.StartedTicks);
        return seen;
    }

    static async Task<Value> Said(LoadPlan plan, IdentitySource source, ProbeContext context, TrustAnchors trust, CancellationToken cancel)
    {
        var target = plan.Target.Scheme is "ws" or "wss" ? new UriBuilder(plan.Target) { Scheme = plan.Target.Scheme == "ws" ? "http" : "https", Port = plan.Target.Port }.Uri : plan.Target;
        var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(target.AbsoluteUri, source.Path), [.. plan.Headers], null, null, HttpVersion.Version11);
        var answer = await HttpExchange.Send(line, trust, context, MostSaid, cancel);
        if (answer.Status is < 200 or > 299) throw new Unseen(Blind.Unreadable, $"{source.Path} was answered {answer.Status}, so the target does not say who it is");
        if (source.Read is null) return answer.Body.Bytes.Length <= MostKept ? System.Text.Encoding.UTF8.GetString(answer.Body.Bytes).Trim() : answer.Body.Sha256;
        try
        {
            if (answer.Body.Whole && JsonPointer.Find(Value.Parse(answer.Body.Bytes), source.Read) is { } said && said.ToString().Length <= MostKept) return said;
        }
        catch (System.Text.Json.JsonException damaged) { throw new Unseen(Blind.Unreadable, $"{source.Path} is no JSON: {damaged.Message}", damaged); }

        throw new Unseen(Blind.Unreadable, $"{source.Path} has nothing at {source.Read}, or more than {MostKept} characters");
    }
}
