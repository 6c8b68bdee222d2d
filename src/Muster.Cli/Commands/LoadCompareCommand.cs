using System.CommandLine;
using Muster.Cli.Load;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Two results beside one another: is the later one worse?</summary>
static class LoadCompareCommand
{
    static readonly LoadBounds Usual = new();

    public static Command Build(Host host)
    {
        var before = new Argument<string>("BEFORE") { Description = "The result to compare with, as muster load --out wrote it." };
        var after = new Argument<string>("AFTER") { Description = "The result that is judged." };
        var throughput = Ratio("--throughput", "The least requests a second beside before.", Usual.Throughput);
        var latency95 = Ratio("--p95", "The most p95 beside before.", Usual.P95);
        var latency99 = Ratio("--p99", "The most p99 beside before.", Usual.P99);
        var format = CommonOptions.TextOrJson();
        var command = new Command("compare", "Compares two results: throughput, p95, p99 and errors within bounds, and whether the difference is more than chance.") { before, after, throughput, latency95, latency99, format };
        command.SetAction(parsed =>
        {
            var bounds = new LoadBounds { Throughput = parsed.GetValue(throughput), P95 = parsed.GetValue(latency95), P99 = parsed.GetValue(latency99) };
            var comparison = LoadComparison.Of(Read(host, parsed.GetValue(before)!), Read(host, parsed.GetValue(after)!), bounds);
            if (parsed.GetValue(format) == Format.Json) host.Data.Write(JsonReport.Indent(LoadComparisonReport.Of(comparison)));
            else host.Data.Write(LoadComparisonReport.Text(comparison, Board.Style(host)));
            return LoadCommand.Exit(comparison.State);
        });
        return command;
    }

    static Option<double> Ratio(string name, string says, double otherwise) => new(name)
    {
        Description = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{says} {otherwise:0.00} unless said."), HelpName = "RATIO", DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var word = result.Tokens is [var token] ? token.Value : "";
            if (double.TryParse(word, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var ratio) && ratio is > 0 and <= 1000) return ratio;
            result.AddError($"{name} {word}: not a ratio, as 0.95 or 1.10");
            return otherwise;
        },
    };

    static LoadResult Read(Host host, string path)
    {
        try { return LoadResultJson.Read(InputFile.Read(host, path)); }
        catch (LoadResultException wrong) { throw Refusal.Usage($"{path} is no result of muster load: {wrong.Message}", "make one with muster load … --out FILE"); }
    }
}
