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
        var onlyFailed = new Option<bool>("--only-failed") { Description = "Only what failed; without it, everything that is not met or no longer fresh." };
        var again = new Option<bool>("--again") { Description = "Ask everything anew, fresh or not." };
        var jobs = CommonOptions.Number("--jobs", "-j", "How many probes at once.", otherwise: 16, most: 1024);
        var commands = new Option<bool>("--allow-commands") { Description = "Let checks of kind command run programs on this machine." };
        var outside = new Option<bool>("--allow-outside") { Description = "Let checks read files outside of the document's folder, as mounted secrets." };
        var strict = CommonOptions.Strict();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every check, met or not." };
        var format = CommonOptions.Format(Board.Formats);
        var reports = new ReportFiles(host);
        var command = new Command("check", "Looks at the running system, records what it saw, and decides.")
        {
            ids, document, gate, environment, release, onlyFailed, again, jobs, commands, outside, strict, verbose, format,
        };
        var rounds = new RoundsWords();
        rounds.AddTo(command);
        reports.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var named = parsed.GetValue(ids) ?? [];
            var output = new Output(parsed.GetValue(format), host.Data);
            var files = reports.Of(parsed);
            var url = Url(host, named, parsed.GetValue(document));
            if (rounds.Read(host, parsed) is { } often)
            {
                if (url is not null) throw Refusal.Usage("rounds need a document: its folder keeps what was told", "muster init URL, then muster check --every 1h");
                if (output.Format is not (Format.Text or Format.Json)) throw Refusal.Usage("rounds print lines, as text or json", "--format json prints one object for each change");
                var state = Path.Combine(Path.GetDirectoryName(Workspace.Locate(host, parsed.GetValue(document)))!, ".muster");
                using var alone = await Alone(host, Path.Combine(state, "outbox", "rounds.lock"), cancel);
                return await new Rounds(host, new(state), often, output, Round).Run(decision => ExitCode.Of(decision, parsed.GetValue(strict)), cancel);
            }

            using var session = url is null ? Session.Open(host, parsed.GetValue(document), write: true) : Session.InMemory(host, WebEdge.Document(url));
            var decision = await Look(session, url is null ? named : [], watching: false, host, cancel);
            Board.Print(decision, session.Workspace, output, host, parsed.GetValue(verbose));
            files.Write(decision, session.Workspace);
            return ExitCode.Of(decision, parsed.GetValue(strict));

            async Task<(Session, Decision)> Round(Host at, CancellationToken stop)
            {
                var opened = Session.Open(at, parsed.GetValue(document), write: true);
                try
                {
                    var found = await Look(opened, named, watching: true, at with { Talk = TextWriter.Null, Interactive = false }, stop);
                    files.Write(found, opened.Workspace);
                    return (opened, found);
                }
                catch
                {
                    opened.Dispose();
                    throw;
                }
            }

            async Task<Decision> Look(Session session, string[] named, bool watching, Host at, CancellationToken stop)
            {
                var chosen = Chosen(session.Workspace, parsed.GetValue(gate), parsed.GetValue(environment));
                var target = session.Release(parsed.GetValue(release));
                foreach (var unknown in named.Where(id => !chosen.Controls.Any(control => Selected(control, id))))
                    throw session.Document.Controls.Any(control => Selected(control.Id, unknown))
                        ? Refusal.Usage($"the gate {chosen.Name} does not require {unknown}", "name a gate that does: --gate NAME")
                        : NoControl(session.Workspace, unknown);

                var options = new DueOptions
                {
                    Again = parsed.GetValue(again), OnlyFailed = parsed.GetValue(onlyFailed),
                    Ids = [.. session.Document.Controls.Select(control => control.Id).Where(id => named.Any(pattern => Selected(id, pattern)))],
                };
                return await Looking.Run(session, chosen, target, options, new() { Jobs = parsed.GetValue(jobs), MayRunCommands = parsed.GetValue(commands), MayLeaveFolder = parsed.GetValue(outside), Watching = watching }, at, stop);
            }
        });
        return command;
    }

    /// <summary>Two that take turns on one folder would tell everything twice.</summary>
    static async Task<HeldFile> Alone(Host host, string path, CancellationToken cancel)
    {
        var began = host.Clock.GetTimestamp();
        while (true)
        {
            if (HeldFile.Take(path) is { } held) return held;
            if (host.Clock.GetElapsedTime(began) >= host.Patience)
                throw Refusal.Usage($"other rounds go on in this folder: {HeldFile.Holder(path)}", "stop them first; or leave it to them. One check without --every runs beside them");
            await Task.Delay(TimeSpan.FromMilliseconds(50), host.Clock, cancel);
        }
    }

    public static bool IsUrl(string word) => word.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || word.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The URL, when the words are one: then no document is read and nothing is written.</summary>
    static string? Url(Host host, string[] named, string? document)
    {
        if (named is [var word])
        {
            if (!IsUrl(word)) return document is null && LooksLikeHost(word) && Workspace.Nearest(host) is null ? throw NotUrl(word) : null;
            return document is null ? word : throw Refusal.Usage("a URL is checked against the built-in pack, without a document", "leave out --document, or name controls in place of the URL");
        }

        return named.FirstOrDefault(IsUrl) is { } mixed ? throw Refusal.Usage($"{mixed} stands beside other words", "check one URL alone, or name controls of the document") : null;
    }

    static bool LooksLikeHost(string word) => word.Contains('.', StringComparison.Ordinal) || word.Contains(':', StringComparison.Ordinal) || word == "localhost";

    static Refusal NotUrl(string word) => Refusal.Usage($"{word}: no URL, and there is no document here that could have such a control", $"muster check https://{word}");

    static Refusal NoControl(Workspace workspace, string id) => id.Contains(':', StringComparison.Ordinal)
        ? Refusal.Usage($"{id} is neither a control nor a URL", $"muster check https://{id}")
        : workspace.NoControl(id);

    static Gate Chosen(Workspace workspace, string? gate, string? environment)
    {
        if (environment is null) return workspace.Gate(gate);
        _ = workspace.Environment(environment);
        var chosen = gate is null ? workspace.Document.Gates.Where(known => known.Environment == environment).ToList() : [workspace.Gate(gate)];
        return chosen switch
        {
            [var one] when one.Environment == environment => one,
            [var one] => throw Refusal.Usage($"the gate {one.Name} guards {one.Environment}, not {environment}", $"--env {one.Environment}, or another gate"),
            [] => throw Refusal.Usage($"no gate guards {environment}", "add one under `gates:`"),
            _ => throw Refusal.Usage($"several gates guard {environment}", $"say which: --gate {string.Join(" | ", chosen.Select(known => known.Name))}"),
        };
    }

    static bool Selected(string id, string pattern) =>
        id == pattern || (pattern.EndsWith(".*", StringComparison.Ordinal) && id.StartsWith(pattern[..^1], StringComparison.Ordinal));
}
