using Muster.Readiness;

namespace Muster.Probes;

static class AlertingDeliveryProbe
{
    /// <summary>How long the alert would last if nobody ended it: a probe that is killed leaves nothing that pages for ever.</summary>
    static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);
    static readonly TimeSpan LastWord = TimeSpan.FromSeconds(5);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var router = new Router(await HttpApi.Of(given, context, cancel));
        var sink = await Arrivals.Of(given.Other("sink") ?? throw Given.Wrong("sink", "is missing"), context, cancel);
        var wait = TimeSpan.FromSeconds(given.Seconds("wait", 60));
        var nonce = Router.Nonce();
        var (before, configuration) = await router.Status(cancel);
        await sink.With([nonce], cancel); // A place that cannot be read must be told before anybody is paged.
        var labels = new Value.Fields(given.Pairs("labels").Select(label => KeyValuePair.Create<string, Value>(label.Name, label.Text))).With("alertname", given.Text("name") ?? "MusterDelivery").With("muster_nonce", nonce);
        var starts = context.Clock.GetUtcNow();
        var annotations = Value.Of(("summary", "A test of delivery by muster; nothing is wrong."));
        await router.Post(labels, annotations, starts, starts + Lasts, cancel);
        Value.Fields seen;
        try { seen = await Delivered(); }
        finally
        {
            // Whatever happened, the alert ends now.
            using var last = new CancellationTokenSource(LastWord, context.Clock);
            await router.Post(labels, annotations, starts, context.Clock.GetUtcNow(), last.Token);
        }

        var ends = given.Truth("resolve", true);
        if (ends && seen["delivered"]!.Equals(Value.True)) seen = await Resolved(seen);
        else if (ends) seen = seen.With("resolved", false);
        seen = seen.With("complete", seen["delivered"]!.Equals(Value.True) && (!ends || seen["resolved"]!.Equals(Value.True)));
        var (after, _) = await router.Status(cancel);
        return new() { Observation = seen.With("messages", (await sink.With([nonce], cancel)).Count), Population = 1, Before = before, After = after };

        async Task<Value.Fields> Delivered()
        {
            var delay = await Waiting.Until(async () => (await sink.With([nonce], cancel)).Any(message => !Arrivals.IsResolved(message)), wait, context, cancel);
            var alerts = await router.Alerts("muster_nonce", nonce, cancel);
            var receivers = alerts.SelectMany(alert => alert.Items("receivers")).Select(receiver => receiver.Text("name")).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
            var holes = Router.Blackholes(configuration).ToHashSet(StringComparer.Ordinal);
            var told = Value.Of(("delivered", delay is not null), ("receivers", Value.Texts(receivers)), ("suppressed", alerts.Any(alert => alert.Text("status", "state") == "suppressed")));
            if (receivers.Count > 0) told = told.With("blackhole", receivers.All(holes.Contains));
            return delay is { } took ? told.With("delay", HttpProbe.Seconds(took)) : told;
        }

        async Task<Value.Fields> Resolved(Value.Fields told)
        {
            var delay = await Waiting.Until(async () => (await sink.With([nonce], cancel)).Any(Arrivals.IsResolved), wait, context, cancel);
            return delay is { } took ? told.With("resolved", true).With("resolved_delay", HttpProbe.Seconds(took)) : told.With("resolved", false);
        }
    }
}
