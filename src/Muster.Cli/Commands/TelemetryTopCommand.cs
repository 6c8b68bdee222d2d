using System.CommandLine;
using Muster.Cli.Telemetry;

namespace Muster.Cli.Commands;

/// <summary>What a store holds and what comes in: how many series, how fast, and who makes them many.</summary>
static class TelemetryTopCommand
{
    static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    public static Command Build(Host host)
    {
        var url = TelemetryQueryCommand.UrlOption();
        var key = TelemetryKey.Option();
        var once = new Option<bool>("--once") { Description = "Print it once. It is read twice, a second apart, for the rate." };
        var every = new Option<string>("--every") { Description = "How often it is read anew (default: 2s).", HelpName = "DURATION", DefaultValueFactory = _ => "2s" };
        var command = new Command("top", "Shows series, ingest rate, and cardinality by metric and by label, until it is interrupted.") { url, key, once, every };
        command.SetAction(async (parsed, cancel) =>
        {
            var place = PromApi.Url(parsed.GetValue(url)!);
            var pace = Durations.Read(parsed.GetValue(every)!, "--every");
            using var api = new PromApi(host, place, TelemetryKey.Of(host, parsed.GetValue(key)));
            var before = await Look(host, api, cancel);
            try
            {
                for (var wait = Between; ; wait = pace)
                {
                    await Task.Delay(wait, host.Clock, cancel);
                    var now = await Look(host, api, cancel);
                    var redrawn = host.Interactive && !parsed.GetValue(once);
                    host.Data.Write((redrawn ? "\u001b[H\u001b[2J" : "") + now.Text(place.GetLeftPart(UriPartial.Authority), before, Board.Style(host).Width, redrawn ? host.Terminal?.Invoke().Rows : null));
                    host.Data.Flush();
                    if (parsed.GetValue(once)) return ExitCode.Done;
                    before = now;
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested && !parsed.GetValue(once))
            {
                return ExitCode.Done; // To interrupt it is the way to end it.
            }
        });
        return command;
    }

    static async Task<StoreView> Look(Host host, PromApi api, CancellationToken cancel)
    {
        var status = await api.Get("/api/v1/status/tsdb", cancel);
        byte[]? metrics = null;
        try { metrics = await api.Get("/metrics", cancel); }
        catch (Refusal)
        {
            // Some servers keep their own metrics elsewhere: then the rate is not known, and that is said.
        }

        return StoreView.Read(status, metrics, host.Clock.GetUtcNow());
    }
}
