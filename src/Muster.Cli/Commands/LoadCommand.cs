using System.CommandLine;
using System.Text;
using Muster.Cli.Load;
using Muster.Probes;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The load engine by itself: a target or a scenario file, a view while it runs, a result at the end.</summary>
static class LoadCommand
{
    public static Command Build(Host host)
    {
        var what = new Argument<string>("URL|FILE") { Description = "A URL to put load on, or a scenario file (YAML or JSON; docs/load.md)." };
        var options = new LoadShort();
        var consent = new Option<string[]>("--consent") { Description = "A host other than this machine that may be put under load; its name as the target has it. May be given several times.", HelpName = "HOST", AllowMultipleArgumentsPerToken = false };
        var file = new Option<string?>("--out", "-o") { Description = "Write the result as JSON, with its histogram, to this file.", HelpName = "FILE" };
        var report = new Option<string?>("--report") { Description = "Write the report as one HTML page to this file.", HelpName = "FILE" };
        var format = new Option<string>("--format", "-f") { Description = "How to print: text, json, openmetrics, k6.", HelpName = "text|json|openmetrics|k6", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "openmetrics", "k6");
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Show nothing while it runs." };
        var command = new Command("load", "Puts load on a target and measures latency from the intended start, errors and throughput.")
        {
            what, consent, file, report, format, quiet, LoadCompareCommand.Build(host), LoadImportCommand.Build(host),
        };
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            foreach (var path in (string?[])[parsed.GetValue(file), parsed.GetValue(report)])
                if (path is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path, host.Folder)))) throw Refusal.Usage($"cannot write {path}: there is no such folder", "make it first: mkdir -p");
            var secrets = new LoadSecrets(ProcessSecrets.In(host.Folder));
            var plan = Plan(host, parsed, what, options, secrets);
            var hosts = parsed.GetValue(consent) ?? [];
            var view = new LoadView(host, plan, LoadView.Fits(host));
            var around = new LoadSurroundings
            {
                Consents = name => hosts.Contains(name, StringComparer.OrdinalIgnoreCase), Progress = parsed.GetValue(quiet) ? null : view.Show, Version = Host.Version, Secrets = secrets.Used,
            };
            var outcome = await LoadRun.Run(plan, new RunnerOptions { Release = Digest.Of("load"u8), Clock = host.Clock, Folder = host.Folder, MayLeaveFolder = true }, around, host.Cancel);
            view.End();
            if (outcome is LoadOutcome.Never never) return Never(host, never, plan);
            var result = ((LoadOutcome.Ran)outcome).Result;
            if (parsed.GetValue(file) is { } json) OutputFile.Write(host, json, LoadResultJson.Bytes(result));
            if (parsed.GetValue(report) is { } page) OutputFile.Write(host, page, Encoding.UTF8.GetBytes(LoadHtml.Render(result)));
            host.Data.Write(parsed.GetValue(format) switch
            {
                "json" => JsonReport.Indent(LoadResultJson.Of(result)),
                "openmetrics" => OpenMetricsExport.Text(result),
                "k6" => JsonReport.Indent(K6SummaryExport.Of(result)),
                _ => LoadSummary.Render(result, Board.Style(host)),
            });
            return host.Cancel.IsCancellationRequested ? ExitCode.Interrupted : Exit(result.State);
        });
        return command;
    }

    public static int Exit(ThresholdState state) => state switch { ThresholdState.Met => ExitCode.Done, ThresholdState.Failed => ExitCode.NoGo, _ => ExitCode.Undecided };

    static LoadPlan Plan(Host host, ParseResult parsed, Argument<string> what, LoadShort options, LoadSecrets secrets)
    {
        var named = parsed.GetValue(what)!;
        var form = named.Contains("://", StringComparison.Ordinal)
            ? LoadForm.Of(options.Beside(parsed, options.Form(parsed, named)))
            : FromFile(host, parsed, named, options);
        form = form.WithTarget(secrets.Fill(form.Fields["target"] ?? Value.Null));
        var folder = named.Contains("://", StringComparison.Ordinal) ? host.Folder : Path.GetDirectoryName(Path.GetFullPath(named, host.Folder))!;
        var read = LoadPlanReader.Read(form, new LoadFolder(folder, mayLeave: true));
        if (!read.Problems.IsEmpty) host.Talk.Write(ProblemText.Render(read.Problems));
        return read.Plan ?? throw Refusal.Usage($"{named} is no load plan: {read.Problems.Length} {(read.Problems.Length == 1 ? "mistake" : "mistakes")}", "mend what stands above");
    }

    static LoadForm FromFile(Host host, ParseResult parsed, string named, LoadShort options)
    {
        options.Refuse(parsed, named);
        var (form, problems) = LoadForm.Parse(InputFile.Read(host, named, LoadForm.LargestFile), named);
        if (!problems.IsEmpty) host.Talk.Write(ProblemText.Render(problems));
        return form is null ? throw Refusal.Usage($"{named} cannot be read", "mend what stands above") : form.With(options.Beside(parsed, form.Fields));
    }

    static int Never(Host host, LoadOutcome.Never never, LoadPlan plan)
    {
        host.Talk.WriteLine($"muster: nothing was sent: {never.Because}");
        if (never.Why == Blind.NoConsent) throw Refusal.Usage("load is put on other machines only where somebody consents", $"if you may, add --consent {plan.Others.Prepend(plan.Target).First(url => never.Because.Contains(url.IdnHost, StringComparison.Ordinal)).IdnHost}");
        return ExitCode.Undecided;
    }
}
