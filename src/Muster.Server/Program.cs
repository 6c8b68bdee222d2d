using System.CommandLine;
using System.Net;
using Muster.Server;
using Muster.Server.Keys;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Scraping;

var listen = new Option<string>("--listen") { Description = "where the query API, the page and remote write are served: address and port", DefaultValueFactory = _ => "127.0.0.1:7280" };
var otlpHttp = new Option<string>("--otlp-http") { Description = "where OTLP over HTTP is taken besides: address and port, or none", DefaultValueFactory = _ => "127.0.0.1:4318" };
var otlpGrpc = new Option<string>("--otlp-grpc") { Description = "where OTLP over gRPC is taken: address and port, or none", DefaultValueFactory = _ => "127.0.0.1:4317" };
var projects = new Option<FileInfo?>("--projects") { Description = "JSON file of projects with their keys and bounds; without it there is one project, on loopback, without a key" };
var data = new Option<DirectoryInfo>("--data") { Description = "folder that holds the samples; made when it is not there", DefaultValueFactory = _ => new(".muster/telemetry") };
var retention = new Option<string>("--retention") { Description = "how long samples are kept: 30d, 24h", DefaultValueFactory = _ => "30d" };
var maxBytes = new Option<long>("--max-bytes") { Description = "most bytes on disk, the oldest go first; 0: no bound", DefaultValueFactory = _ => 0 };
var scrape = new Option<FileInfo?>("--scrape") { Description = "JSON file of what to scrape, with Prometheus's keys; read again when it changes" };
var noOwnMetrics = new Option<bool>("--no-own-metrics") { Description = "does not keep what /metrics says in a project named muster" };
var admin = new Option<bool>("--admin") { Description = "lets clients delete series and take snapshots over the API" };
var telemetry = new Command("telemetry", "Takes metrics in, keeps them, answers PromQL: one process.") { listen, otlpHttp, otlpGrpc, projects, data, retention, maxBytes, scrape, noOwnMetrics, admin };
telemetry.SetAction(async (parsed, cancel) =>
{
    if (parsed.GetValue(maxBytes) < 0) return Refused($"--max-bytes: {parsed.GetValue(maxBytes)} is no size; 10737418240 is one, and 0 is no bound");
    if (!Durations.TryRead(parsed.GetValue(retention)!, out var kept) || kept < 3_600_000) return Refused($"--retention: {parsed.GetValue(retention)} is no duration of an hour or more; 30d is one");
    var known = new ProjectsFile.Outcome([], null);
    if (parsed.GetValue(projects) is { } file)
    {
        try { known = ProjectsFile.Read(await File.ReadAllBytesAsync(file.FullName, cancel), Environment.GetEnvironmentVariable, File.ReadAllText); }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException) { return Refused($"--projects: {unread.Message}"); }
        if (known.Problem is { } problem) return Refused($"--projects: {file.Name}: {problem}");
    }

    if (parsed.GetValue(scrape) is { } jobs)
    {
        if (!jobs.Exists) return Refused($"--scrape: there is no file {jobs.FullName}");
        try
        {
            if (ScrapeOptions.Read(await File.ReadAllBytesAsync(jobs.FullName, cancel), out var wrong) is null) return Refused($"{jobs.FullName}: {wrong}");
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException) { return Refused($"--scrape: {unread.Message}"); }
    }

    var endpoints = new List<IPEndPoint?>();
    foreach (var option in new[] { listen, otlpHttp, otlpGrpc })
    {
        if (ListenAddress.Read(parsed.GetValue(option)!, isOptional: option != listen, hasKeys: known.Projects.Count > 0, out var endpoint) is { } problem) return Refused($"{option.Name}: {problem}");
        if (endpoint is { Port: > 0 } && endpoints.Contains(endpoint)) return Refused($"{option.Name}: {endpoint} is given twice; give another port{(option == otlpHttp ? ", or none: OTLP over HTTP is taken at --listen too" : ", or none")}");
        endpoints.Add(endpoint);
    }

    return await TelemetryHost.Run(new()
    {
        Listen = endpoints[0]!,
        OtlpHttp = endpoints[1],
        OtlpGrpc = endpoints[2],
        Projects = known.Projects,
        KeepsOwnMetrics = !parsed.GetValue(noOwnMetrics),
        Data = parsed.GetValue(data)!.FullName,
        Scrape = parsed.GetValue(scrape)?.FullName,
        Admin = parsed.GetValue(admin),
        Store = new() { Retention = TimeSpan.FromMilliseconds(kept), MaxBytes = parsed.GetValue(maxBytes) },
    }, TimeProvider.System, cancel);
});
var asked = new RootCommand("The house of Muster: what listens.") { telemetry }.Parse(args);
if (asked.Errors is [var mistake, ..]) return Refused($"{mistake.Message} muster-server telemetry --help lists the options.");
// The usual two seconds would end it while requests are waited for, with the stores open.
return await asked.InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });

static int Refused(string why)
{
    Console.Error.WriteLine(why);
    return 3;
}
