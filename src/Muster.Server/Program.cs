using System.CommandLine;
using System.Net;
using Muster.Server;

var listen = new Option<string>("--listen") { Description = "where the query API, the page and remote write are served: address and port", DefaultValueFactory = _ => "127.0.0.1:7280" };
var data = new Option<DirectoryInfo>("--data") { Description = "folder that holds the samples; made when it is not there", DefaultValueFactory = _ => new(".muster/telemetry") };
var retention = new Option<string>("--retention") { Description = "how long samples are kept: 30d, 24h", DefaultValueFactory = _ => "30d" };
var maxBytes = new Option<long>("--max-bytes") { Description = "most bytes on disk, the oldest go first; 0: no bound", DefaultValueFactory = _ => 0 };
var scrape = new Option<FileInfo?>("--scrape") { Description = "JSON file of what to scrape, with Prometheus's keys; read again when it changes" };
var admin = new Option<bool>("--admin") { Description = "lets clients delete series and take snapshots over the API" };
var telemetry = new Command("telemetry", "Takes metrics in, keeps them, answers PromQL: one process.") { listen, data, retention, maxBytes, scrape, admin };
telemetry.SetAction(async (parsed, cancel) =>
{
    if (!IPEndPoint.TryParse(parsed.GetValue(listen)!, out var endpoint) || !parsed.GetValue(listen)!.Contains(':', StringComparison.Ordinal)) return Refused($"--listen: {parsed.GetValue(listen)} is no address and port; 127.0.0.1:7280 is one");
    if (!IPAddress.IsLoopback(endpoint.Address)) return Refused($"--listen: {endpoint.Address} can be reached from elsewhere, and no keys are configured; 127.0.0.1 cannot");
    if (!Muster.Telemetry.Promql.Parsing.Durations.TryRead(parsed.GetValue(retention)!, out var kept) || kept < 3_600_000) return Refused($"--retention: {parsed.GetValue(retention)} is no duration of an hour or more; 30d is one");
    if (parsed.GetValue(scrape) is { } file)
    {
        if (!file.Exists) return Refused($"--scrape: there is no file {file.FullName}");
        if (Muster.Telemetry.Scraping.ScrapeOptions.Read(await File.ReadAllBytesAsync(file.FullName, cancel), out var wrong) is null) return Refused($"{file.FullName}: {wrong}");
    }

    return await TelemetryHost.Run(new() { Listen = endpoint, Data = parsed.GetValue(data)!.FullName, Admin = parsed.GetValue(admin), Scrape = parsed.GetValue(scrape)?.FullName, Store = new() { Retention = TimeSpan.FromMilliseconds(kept), MaxBytes = parsed.GetValue(maxBytes) } }, TimeProvider.System, cancel);
});
return await new RootCommand("The house of Muster: what listens.") { telemetry }.Parse(args).InvokeAsync();

static int Refused(string why)
{
    Console.Error.WriteLine(why);
    return 3;
}
