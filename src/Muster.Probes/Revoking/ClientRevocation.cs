using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Two certificates of a client, both let in; the old one is revoked, and is refused at the next handshake while the new one is let in.</summary>
static class ClientRevocation
{
    const int InARow = 3;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    public static async Task<Sight> Look(Given given, TimeSpan wait, ProbeContext context, CancellationToken cancel)
    {
        var lever = Lever.Read(given, "revoke") ?? throw Given.Wrong("revoke", "is missing: say what revokes the old certificate");
        using var old = MutualCaller.Certificate(given.Text("was") ?? throw Given.Wrong("was", "is missing: name it under the target"), "was", context);
        using var renewed = MutualCaller.Certificate(given.Text("certificate") ?? throw Given.Wrong("certificate", "is missing: name it under the target"), "certificate", context);
        if (old.RawDataMemory.Span.SequenceEqual(renewed.RawDataMemory.Span)) throw Given.Wrong("certificate", "is the one that is revoked");
        var left = old.NotAfter.ToUniversalTime() - context.Clock.GetUtcNow().UtcDateTime;
        if (left < wait * 10) throw new Unseen(Blind.NotCapable, $"the old certificate ends by itself at {Instant.Write(old.NotAfter.ToUniversalTime())}, too near to be told from a revocation within {wait.TotalSeconds:0.#} s: it must be good for ten times as long");
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var callers = ((string[])[given.Target, .. given.Texts("replicas")]).Select(text => HostAndPort.Read(text, 443))
            .Select(place => (Name: $"{place.Host}:{place.Port}", Caller: new MutualCaller(place.Host, place.Port, given.Text("sni") ?? place.Host, given.Text("path") ?? "/", trust, context))).ToList();
        var first = new List<Called>();
        foreach (var (name, caller) in callers)
            foreach (var (which, certificate) in ((string, X509Certificate2)[])[("old", old), ("new", renewed)])
                if (await caller.Call(certificate, cancel) is var called && called.Came == Came.Admitted) first.Add(called);
                else throw new Unseen(called.Leaf is null ? Blind.Unreachable : Blind.NotAdmitted, $"{name} does not let in the {which} certificate before anything is revoked ({called.Says}), so that a refusal afterwards would show nothing");

        var began = context.Clock.GetTimestamp();
        context.Tell("revoking a client's certificate");
        await lever.Pull(context, cancel);
        List<(string Name, Called Old, Called New, Called Again)> now;
        TimeSpan? since = null;
        var (refused, admitted) = (0, 0);
        for (; ; await Task.Delay(Pause, context.Clock, cancel))
        {
            now = [];
            foreach (var (name, caller) in callers) now.Add((name, await caller.Call(old, cancel), await caller.Call(renewed, cancel), await caller.Call(old, cancel)));
            var elapsed = context.Clock.GetElapsedTime(began);
            refused = now.TrueForAll(one => one.Old.Came == Came.Refused && one.Again.Came == Came.Refused) ? refused + 1 : 0;
            admitted = now.TrueForAll(one => one.New.Came == Came.Admitted) ? admitted + 1 : 0;
            since = refused > 0 ? since ?? elapsed : null;
            if (refused >= InARow && admitted >= InARow || elapsed >= wait) break;
        }

        var takes = now.Where(one => one.Old.Came == Came.Admitted || one.Again.Came == Came.Admitted).Select(one => one.Name).ToList();
        // Whoever answers neither yes nor no has refused nobody.
        if (takes.Count == 0 && now.SelectMany(one => (Called[])[one.Old, one.New, one.Again], (one, called) => (one.Name, Called: called)).FirstOrDefault(one => one.Called.Came == Came.Unclear) is { Called: { } unclear } found)
            throw new Unseen(Blind.Unreadable, $"{found.Name} neither lets in nor refuses after the revocation ({unclear.Says})");
        var seen = Value.Of(("old_refused", refused >= InARow), ("new_accepted", admitted >= InARow), ("still_takes_old", Value.Texts(takes)), ("complete", refused >= InARow && admitted >= InARow), ("places", Value.Texts(callers.Select(one => one.Name))),
            ("answers", new Value.Fields(now.DistinctBy(one => one.Name).Select(one => KeyValuePair.Create<string, Value>(one.Name, (one.Old.Came == Came.Refused ? one.Again : one.Old).Says)))));
        if (refused >= InARow && since is { } took) seen = seen.With("time_to_refuse", HttpProbe.Seconds(took));
        static Value Who(IEnumerable<Called> calls) => Value.Texts(calls.Select(call => call.Address));
        return new() { Observation = seen, Population = callers.Count, Before = Who(first.Where((_, i) => i % 2 == 1)), After = Who(now.Select(one => one.New)) };
    }
}
