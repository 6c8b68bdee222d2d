using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Looks at what is due, records it, decides, and exits by the verdict.</summary>
static class CheckCommand
{
    public static Command Build(Host host)
    {
        var ids = new Argument<string[]>("ID…") { Arity = ArgumentArity.ZeroOrMore, Description = "Only these controls (an id, or a prefix as edge.*); or one URL, to be checked against the built-in web-edge pack without any document." };
        var document = CommonOptions.Document();
        var gate = CommonOptions.Gate();
        var environment = CommonOptions.Environment();
        var release = CommonOptions.Release();
        var onlyFailed = new Option<bool>("--only-failed") { Description = "Only what is not met." };
        var again = new Option<bool>("--again") { Description = "Ask everything anew, fresh or not." };
        var jobs = CommonOptions.Number("--jobs", "-j", "How many probes at once.", otherwise: 16, most: 1024);
        var commands = new Option<bool>("--allow-commands") { Description = "Let checks of kind command run programs on this machine." };
        var strict = CommonOptions.Strict();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every check, met or not." };
        var format = CommonOptions.Format(Format.Text, Format.Json, Format.Md, Format.Html);
        var command = new Command("check", "Looks at the running system, records what it saw, and decides.")
        {
            ids, document, gate, environment, release, onlyFailed, again, jobs, commands, strict, verbose, format,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var named = parsed.GetValue(ids) ?? [];
            var output = new Output(parsed.GetValue(format), host.Data, host.Talk);
            using var session = named is [var url] && IsUrl(url)
                ? Session.InMemory(host, WebEdge.Document(url))
                : Session.Open(host, parsed.GetValue(document), write: true);
            if (session.IsInMemory) named = [];
            var chosen = Chosen(session, parsed.GetValue(gate), parsed.GetValue(environment));
            var target = session.Release(parsed.GetValue(release));
            foreach (var unknown in named.Where(id => !session.Document.Controls.Any(control => Selected(control.Id, id))))
                throw Refusal.Usage($"there is no control \"{unknown}\"", "`muster gate` lists them");

            var options = new DueOptions
            {
                Again = parsed.GetValue(again), OnlyFailed = parsed.GetValue(onlyFailed),
                Ids = [.. session.Document.Controls.Select(control => control.Id).Where(id => named.Any(pattern => Selected(id, pattern)))],
            };
            var decision = await Looking.Run(session, chosen, target, options, new() { Jobs = parsed.GetValue(jobs), MayRunCommands = parsed.GetValue(commands) }, host, cancel);
            Board.Print(decision, output, host, parsed.GetValue(verbose));
            return ExitCode.Of(decision, parsed.GetValue(strict));
        });
        return command;
    }

    public static bool IsUrl(string word) => word.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || word.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    static Gate Chosen(Session session, string? gate, string? environment)
    {
        if (environment is null) return session.Workspace.Gate(gate);
        if (session.Document.Environment(environment) is null)
            throw Refusal.Usage($"there is no environment \"{environment}\"", $"one of: {string.Join(", ", session.Document.Environments.Select(known => known.Name))}");
        var chosen = gate is null ? session.Document.Gates.Where(known => known.Environment == environment).ToList() : [session.Workspace.Gate(gate)];
        return chosen switch
        {
            [var one] when one.Environment == environment => one,
            [var one] => throw Refusal.Usage($"the gate {one.Name} guards {one.Environment}, not {environment}"),
            [] => throw Refusal.Usage($"no gate guards {environment}", "add one under `gates:`"),
            _ => throw Refusal.Usage($"several gates guard {environment}", $"say which: --gate {string.Join(" | ", chosen.Select(known => known.Name))}"),
        };
    }

    static bool Selected(string id, string pattern) =>
        id == pattern || (pattern.EndsWith(".*", StringComparison.Ordinal) && id.StartsWith(pattern[..^1], StringComparison.Ordinal));
}
