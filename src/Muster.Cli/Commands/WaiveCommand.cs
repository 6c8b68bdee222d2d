using System.Collections.Immutable;
using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Accepts the risk of exactly what fails now, for a time. The approver signs; the requester is somebody else.</summary>
static class WaiveCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("CONTROL") { Description = "The control's id." };
        var because = CommonOptions.Because();
        var requester = new Option<string>("--requested-by") { Description = "The person who asks for it, who is not the one who signs.", Required = true, HelpName = "NAME" };
        var compensating = new Option<string?>("--compensating-control") { Description = "What holds the risk down meanwhile.", HelpName = "TEXT" };
        var lasts = new Option<string>("--for") { Description = "How long it lasts, as 7d.", Required = true, HelpName = "DURATION" };
        var unproven = new Option<bool>("--covers-unproven") { Description = "It also covers the control being unproven." };
        var gate = CommonOptions.Gate();
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("waive", "Accepts the risk of exactly what fails now, for a time. The control stays failed; the verdict is at best CONDITIONAL GO.") { id, because, requester, compensating, lasts, unproven, gate, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var control = session.Workspace.Control(parsed.GetValue(id)!);
            var named = control.Id;
            var asking = session.Workspace.Person(parsed.GetValue(requester)!);
            using var signer = options.Signer(host, session, parsed, out var approver);
            if (asking.Name == approver.Name) throw Refusal.Usage($"{approver.Name} cannot both ask for a waiver and approve it", "another person approves");

            var at = session.Workspace.Gate(parsed.GetValue(gate));
            var target = session.Release(parsed.GetValue(release));
            var before = session.Decide(at, target);
            var shown = before.Controls.FirstOrDefault(one => one.Id == named) ?? throw Refusal.Usage($"the gate {at.Name} does not require {named}", "name a gate that does: --gate NAME");
            if (shown.State == State.Met) throw Refusal.Usage($"{named} is met; there is nothing to waive", "`muster gate` shows what is not met");
            var matchers = shown.Parts.SelectMany(part => part.Compared).Where(one => one.Holds == false).Select(one => one.Name).Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
            if (shown.State != State.Failed && !parsed.GetValue(unproven)) throw Refusal.Usage($"{named} is {shown.State.ToString().ToLowerInvariant()}, not failed", "find out first: `muster check`; or say --covers-unproven");

            var waiver = new Waiver
            {
                Control = named, ControlText = control.Digest, Environment = before.Environment, Releases = [target.Digest], Matchers = matchers,
                CoversUnproven = parsed.GetValue(unproven), Requester = asking.Name, Because = parsed.GetValue(because)!, CompensatingControl = parsed.GetValue(compensating),
                From = host.Now, Expires = host.Now + Durations.Read(parsed.GetValue(lasts)!, "--for"),
            };
            var entry = session.Append([new Fact.Waived(waiver)], signer)[0];
            var after = session.DecideAndRecord(at, target);
            var result = after.Waivers.FirstOrDefault(one => one.Entry == entry.Id);
            var output = options.Output(host, parsed);
            if (output.IsJson)
            {
                output.Json("waive", ("entry", entry.Id), ("control", named), ("requester", asking.Name), ("approver", approver.Name), ("expires", waiver.Expires), ("covers", Value.Texts(matchers)),
                    ("covers_unproven", waiver.CoversUnproven), ("counts", result is { Counts: true }), ("why_not", result?.WhyNot), ("gate", at.Name), ("verdict", after.Verdict.ToString()));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"{approver.Name} waived {named} until {Instant.Write(waiver.Expires)}, at {asking.Name}'s request. It covers: {(matchers.IsEmpty ? "being unproven" : string.Join("; ", matchers))}.");
            if (result is { Counts: false, WhyNot: { } whyNot }) output.Data.WriteLine($"It does not count: {whyNot}");
            output.Data.WriteLine($"The gate is now {VerdictWords.Of(after.Verdict)}.");
            return ExitCode.Done;
        });
        return command;
    }
}
