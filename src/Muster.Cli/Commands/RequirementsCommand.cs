using System.Collections.Immutable;
using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The catalogue's requirements beside the controls that say they prove them. Probes and records nothing.</summary>
static class RequirementsCommand
{
    public static Command Build(Host host)
    {
        var document = CommonOptions.Document();
        var gate = new Option<string?>("--gate", "-g") { Description = "Only as this gate sees the controls (default: every gate of the document).", HelpName = "NAME" };
        var release = CommonOptions.Release();
        var system = new Option<string?>("--system", "-s") { Description = "Only one model system, by its name or the letters that its ids begin with.", HelpName = "NAME" };
        var state = new Option<string?>("--state") { Description = "Only requirements in this state: proven, failed, unproven, unmeasured, unclaimed.", HelpName = "STATE" };
        var format = CommonOptions.Format(Format.Text, Format.Json, Format.Html);
        var command = new Command("requirements", "Lists the catalogue's requirements, and how far a document proves them by what is in its ledger. Without a document, the lines alone. Probes and records nothing.")
        {
            document, gate, release, system, state, format,
        };
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(document);
            var lines = Lines(parsed.GetValue(system));
            var only = State(parsed.GetValue(state));
            var output = new Output(parsed.GetValue(format), host.Data);
            if (named is null && Workspace.Nearest(host) is null)
            {
                if (only is not null) throw Refusal.Usage("without a document no requirement has a state", "leave out --state, or name a document: --document FILE");
                if (parsed.GetValue(gate) is not null) throw Refusal.Usage("without a document there is no gate", "leave out --gate, or name a document: --document FILE");
                Print(output, host, Requirements.Of(lines), null, []);
                return ExitCode.Done;
            }

            using var session = Session.Open(host, named, write: false);
            var target = session.Release(parsed.GetValue(release));
            ImmutableArray<Gate> gates = parsed.GetValue(gate) is { } one ? [session.Workspace.Gate(one)] : session.Document.Gates;
            var decisions = gates.Select(found => session.Decide(found, target)).ToList();
            var shown = Requirements.Of(lines, session.Document, decisions);
            Print(output, host, [.. shown.Where(found => only is null || found.State == only)], session.Document, decisions);
            return ExitCode.Done;
        });
        return command;
    }

    static IEnumerable<Requirement> Lines(string? system)
    {
        if (system is null) return Catalogue.Requirements;
        var found = Catalogue.Systems.FirstOrDefault(known => known.Name == system || known.Requirements[0].Id.Split('-')[0].Equals(system, StringComparison.OrdinalIgnoreCase));
        return found?.Requirements ?? throw Refusal.Usage($"the catalogue has no system \"{system}\"", Suggestion.Among(Catalogue.Systems.Select(known => known.Name), system, ""));
    }

    static RequirementState? State(string? word)
    {
        if (word is null) return null;
        foreach (var state in RequirementWords.BestFirst)
            if (RequirementWords.Of(state) == word) return state;
        throw Refusal.Usage($"there is no state \"{word}\"", Suggestion.Among(RequirementWords.BestFirst.Select(RequirementWords.Of), word, ""));
    }

    static void Print(Output output, Host host, ImmutableArray<RequirementShown> shown, Document? document, IReadOnlyList<Decision> decisions)
    {
        if (output.IsJson) Json(output, shown, document, decisions);
        else if (output.Format == Format.Html) output.Data.Write(HtmlRequirements.Render(Catalogue.Systems, shown, document is null ? null : document.Title.Length > 0 ? document.Title : document.System));
        else output.Data.Write(TextRequirements.Render(Catalogue.Systems, shown, Board.Style(host)));
    }

    static void Json(Output output, ImmutableArray<RequirementShown> shown, Document? document, IReadOnlyList<Decision> decisions) => output.Json("requirements",
        ("document", document is null ? null : document.Digest),
        ("gates", document is null ? null : Output.List(decisions, decision => decision.Gate)),
        ("requirements", Output.List(shown, Describe)),
        ("counts", document is null ? null : new Value.Fields(RequirementWords.BestFirst.Select(state => new KeyValuePair<string, Value>(RequirementWords.Of(state), shown.Count(one => one.State == state))))));

    static Value.Fields Describe(RequirementShown shown)
    {
        var line = shown.Requirement;
        return Output.Fields(
            ("id", line.Id), ("system", line.System), ("section", line.Section), ("text", line.Text), ("class", line.Class.ToString()), ("rest", line.Rest),
            ("kinds", Value.Texts(line.Kinds)),
            ("planned", Value.Texts([.. line.Kinds.Where(kind => ProbeKinds.Catalogue.Find(kind) is null)])),
            ("state", shown.State is { } state ? RequirementWords.Of(state) : null),
            ("controls", Output.List(shown.Controls, Describe)));
    }

    static Value.Fields Describe(ControlBehind control) => Output.Fields(
        ("id", control.Id), ("gate", control.Gate), ("state", Word(control.State)), ("because", control.Because),
        ("out", control.Out), ("waived", control.Waived),
        ("checks", Output.List(control.Parts, part => Output.Fields(
            ("name", part.Name), ("kind", part.Kind), ("state", Word(part.State)), ("because", part.Because), ("environment", part.Environment),
            ("seen_at", part.SeenAt is { } at ? Instant.Write(at) : null), ("evidence", part.Evidence is { } entry ? entry : null)))));

    static string Word(State state) => state.ToString().ToLowerInvariant();
}
