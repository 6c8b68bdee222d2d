using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What a check would run, against which addresses, with which consent. Contacts nothing.</summary>
static class PlanCommand
{
    public static Command Build(Host host)
    {
        var document = CommonOptions.Document();
        var gate = CommonOptions.Gate();
        var release = CommonOptions.Release();
        var again = new Option<bool>("--again") { Description = "Everything, fresh or not." };
        var format = CommonOptions.TextOrJson();
        var command = new Command("plan", "Shows what a check would run, against which addresses and with which consent. Contacts nothing.") { document, gate, release, again, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var chosen = session.Workspace.Gate(parsed.GetValue(gate));
            var asks = Due.Of(session.Document, session.Release(parsed.GetValue(release)).Digest, session.Folded, chosen.Name, host.Now, new(Again: parsed.GetValue(again)), ProbeKinds.Catalogue);
            var steps = Plan.Of(session.Document, asks, ProbeKinds.Catalogue);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
            {
                output.Json("plan", ("gate", chosen.Name), ("questions", asks.Length), ("steps", Value.List(steps.Select(step => (Value)Value.Of(
                    ("cells", Value.Texts(step.Cells)), ("step", step.Step), ("kind", step.Kind), ("address", step.Address), ("environment", step.Environment), ("vantage", step.Vantage),
                    ("hazard", step.Hazard.ToString().ToLowerInvariant()), ("consented", step.Consented))))));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"{chosen.Name} in {chosen.Environment}: {asks.Length} questions are due; nothing was contacted.");
            var width = steps.Select(step => Name(step).Length).DefaultIfEmpty(0).Max();
            var kinds = steps.Select(step => step.Kind.Length).DefaultIfEmpty(0).Max();
            foreach (var step in steps)
                output.Data.WriteLine($"  {Name(step).PadRight(width)}  {step.Kind.PadRight(kinds)}  {step.Address}{(step.Environment == chosen.Environment ? "" : $"  in {step.Environment}")}"
                    + $"{(step.Vantage == "here" ? "" : $"  from {step.Vantage}")}{(step.Hazard == Hazard.Passive ? "" : $"  {step.Hazard.ToString().ToLowerInvariant()}{(step.Consented ? ", consented" : ", NO CONSENT: will not run")}")}");
            return ExitCode.Done;
        });
        return command;
    }

    static string Name(PlannedStep step) => (step.Cells is [var first, ..] ? first : "") + (step.Step.Length == 0 ? "" : "." + step.Step);
}
