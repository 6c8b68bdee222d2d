using System.CommandLine;
using System.Globalization;
using System.Text;
using Muster.Cli.Telemetry;

namespace Muster.Cli.Commands;

/// <summary>One PromQL query: at a moment, or over a range, as a table, as data, or drawn.</summary>
static class TelemetryQueryCommand
{
    const string Usual = "http://127.0.0.1:7280";
    const int Points = 240;
    const int Rows = 16;
    static readonly TimeSpan LastHour = TimeSpan.FromHours(1);

    public static Option<string> UrlOption() => new("--url") { Description = $"The server, or any Prometheus (default: {Usual}).", HelpName = "URL", DefaultValueFactory = _ => Usual };

    public static Command Build(Host host)
    {
        var expression = new Argument<string>("EXPR") { Description = "A PromQL expression, as 'rate(http_requests_total[5m])'." };
        var url = UrlOption();
        var key = TelemetryKey.Option();
        var time = Moment("--time", "The moment of an instant query (default: now).");
        var start = Moment("--start", "The begin of a range.");
        var end = Moment("--end", "The end of a range (default: now).");
        var step = new Option<string?>("--step") { Description = $"The distance of a range's points (default: {Points} of them).", HelpName = "DURATION" };
        var format = new Option<string>("--format", "-f") { Description = "How to print: table, json (the server's answer as it is), csv.", HelpName = "table|json|csv", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json", "csv");
        var graph = new Option<bool>("--graph") { Description = "Draw it; the last hour unless --start says otherwise." };
        var unit = new Option<string?>("--unit") { Description = "What a graph's axis counts in (default: what the metric's name ends with).", HelpName = "bytes|seconds|ratio|none" };
        unit.AcceptOnlyFromAmong("bytes", "seconds", "ratio", "none");
        var command = new Command("query", "Asks a question in PromQL.") { expression, url, key, time, start, end, step, format, graph, unit };
        command.SetAction(async (parsed, cancel) =>
        {
            var range = Range.Read(parsed.GetValue(start), parsed.GetValue(end), parsed.GetValue(step), parsed.GetValue(time), parsed.GetValue(graph), host.Now);
            if (parsed.GetValue(graph) && parsed.GetValue(format) != "table") throw Refusal.Usage("a graph has no format", "leave out --graph or --format");
            using var api = new PromApi(host, PromApi.Url(parsed.GetValue(url)!), TelemetryKey.Of(host, parsed.GetValue(key)));
            var asked = new List<KeyValuePair<string, string>> { new("query", parsed.GetValue(expression)!) };
            asked.AddRange(range is null ? parsed.GetValue(time) is { } at ? [new("time", Exact(Moments.Read(at, "--time", host.Now)))] : [] : [new("start", Exact(range.From)), new("end", Exact(range.To)), new("step", Exact(range.Step))]);
            var body = await api.Post(range is null ? "/api/v1/query" : "/api/v1/query_range", asked, cancel);
            if (parsed.GetValue(format) == "json")
            {
                host.Data.WriteLine(Encoding.UTF8.GetString(body).TrimEnd());
                return ExitCode.Done;
            }

            var answer = PromApi.Read(body);
            foreach (var note in answer.Notes) host.Talk.WriteLine(note);
            host.Data.Write(parsed.GetValue(graph) ? Drawn(host, answer, range!, parsed.GetValue(unit)) : parsed.GetValue(format) == "csv" ? QueryTable.Csv(answer) : QueryTable.Text(answer));
            return ExitCode.Done;
        });
        return command;
    }

    static Option<string?> Moment(string name, string says) => new(name) { Description = says + " RFC 3339, seconds since 1970, or so long ago: -1h.", HelpName = "TIME" };

    static string Exact(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    static string Drawn(Host host, PromAnswer answer, Range range, string? unit)
    {
        if (answer.Series.IsEmpty) return "Nothing matches.\n";
        var style = Board.Style(host);
        var said = unit is not null ? Enum.Parse<Unit>(unit, ignoreCase: true)
            : answer.Series.Select(series => Figures.UnitOf(series.Labels.FirstOrDefault(label => label.Key == "__name__").Value ?? "")).Distinct().ToList() is [var only] ? only : Unit.None;
        return Graph.Render(answer.Series, range.From, range.To, new(style.Width, Rows, style.Colour, style.Unicode, said));
    }

    sealed record Range(double From, double To, double Step)
    {
        const int MostPoints = 11_000; // As many as Prometheus gives.

        /// <summary>Null for an instant.</summary>
        public static Range? Read(string? start, string? end, string? step, string? time, bool drawn, DateTimeOffset now)
        {
            if (start is null && !drawn)
                return end is null && step is null ? null : throw Refusal.Usage("a range has a begin", "add --start, as --start -1h; an instant is asked for with --time");
            if (time is not null) throw Refusal.Usage("--time is for an instant, and this is a range", "leave out --time, or name a range with --start and --end");
            var to = Moments.Read(end ?? "now", "--end", now);
            var from = start is null ? to - LastHour.TotalSeconds : Moments.Read(start, "--start", now);
            if (from >= to) throw Refusal.Usage("the range ends before it begins", "--start is the earlier time");
            var every = step is null ? Math.Max(1, Math.Round((to - from) / Points)) : Durations.Read(step, "--step").TotalSeconds;
            return (to - from) / every > MostPoints ? throw Refusal.Usage($"a range has at most {MostPoints} points", "choose a longer --step") : new(from, to, every);
        }
    }
}
