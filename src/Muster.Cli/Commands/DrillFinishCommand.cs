using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Ends a drill, and its runner signs what was written down.</summary>
static class DrillFinishCommand
{
    public static Command Build(Host host)
    {
        var outcome = new Option<string>("--outcome") { Description = "passed or failed.", Required = true, HelpName = "passed|failed" };
        outcome.AcceptOnlyFromAmong("passed", "failed");
        var rto = new Option<string?>("--rto") { Description = "How long recovery took, as 12m.", HelpName = "DURATION" };
        var rpo = new Option<string?>("--rpo") { Description = "How much was lost, as 30s.", HelpName = "DURATION" };
        var of = DrillCommand.Of();
        var options = new PersonOptions();
        var command = new Command("finish", "Ends a drill and signs it. Whoever signs it may not sign off the gate that counts it.") { outcome, rto, rpo, of };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var drill = OpenDrill.Find(session.Workspace, parsed.GetValue(of));
            using var signer = options.Signer(host, session, parsed, out var person);
            if (person.Name != drill.Person) throw Refusal.Usage($"the drill of {drill.Named} is run by {drill.Person}, and not by {person.Name}", $"--as {drill.Person}; or `muster drill abort`, and begin anew");
            var control = session.Workspace.Control(drill.Control);
            var part = Asks.Of(session.Document, control, drill.Environment).FirstOrDefault(one => one.Question.Steps is [{ Kind: "drill" }] && one.Part.Name == drill.Part) ?? throw Refusal.Usage($"{drill.Named} is no drill any more", "`muster drill abort` breaks it off");
            var seen = drill.Seen(drill.Elapsed(host), parsed.GetValue(outcome)!, Duration(parsed.GetValue(rto), "--rto"), Duration(parsed.GetValue(rpo), "--rpo"));
            if (Drilling.WhyNot(part.Question.Steps[0].Parameters, seen) is { } simulated) throw Refusal.Usage($"this is no evidence of a drill: {simulated}", "a rehearsal is done and stamped while it is done; `muster drill abort` breaks it off");
            var entry = session.Append([new Fact.Drilled(drill.Question, drill.Control, drill.Environment, drill.Release, drill.Role, seen, drill.Started, host.Now)], signer)[0];
            drill.Delete(session.Workspace);
            var after = session.DecideAndRecord(session.Workspace.Gate(drill.Gate), session.Release(null));
            var output = options.Output(host, parsed);
            if (output.IsJson) output.Json("drill-finish", ("entry", entry.Id), ("control", drill.Control), ("part", drill.Part), ("person", person.Name), ("seen", seen), ("gate", drill.Gate), ("verdict", after.Verdict.ToString()));
            else
            {
                output.Data.WriteLine($"{person.Name} signed: the drill of {drill.Named} {parsed.GetValue(outcome)} after {DrillCommand.Span(((Value.Number)seen["duration"]!).Is)}, {drill.Lines.Count(line => line.Kind != "note")} steps, {drill.Lines.Count(line => line.Kind == "deviation")} deviations.");
                if (drill.Question != part.Question.Digest) output.Data.WriteLine("The runbook, or what is asked of the drill, has changed since it began; this drill was not of that, and does not count.");
                output.Data.WriteLine($"Now somebody else who was there: muster drill witness {drill.Named} --as {drill.Witness ?? "NAME"}");
                output.Data.WriteLine($"The gate {drill.Gate} is now {VerdictWords.Of(after.Verdict)}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static TimeSpan? Duration(string? text, string option) => text is null ? null : text is "0" or "0s" ? TimeSpan.Zero : Durations.Read(text, option);
}
