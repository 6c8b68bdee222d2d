using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Accepts the risk of exactly what fails now, for a time. One signs for two, or one asks with their own signature and another approves.</summary>
static class WaiveCommand
{
    public static Command Build(Host host)
    {
        var waivable = new Waivable();
        var requester = new Option<string>("--requested-by") { Description = "The person who asks for it, who is not the one who signs.", Required = true, HelpName = "NAME" };
        var options = new PersonOptions();
        var command = new Command("waive", "Accepts the risk of exactly what fails now, for a time. The control stays failed; the verdict is at best CONDITIONAL GO.") { Request(host), Approve(host) };
        waivable.AddTo(command);
        command.Add(requester);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var asking = session.Workspace.Person(parsed.GetValue(requester)!);
            using var signer = options.Signer(host, session, parsed, out var approver);
            if (asking.Name == approver.Name) throw Refusal.Usage($"{approver.Name} cannot both ask for a waiver and approve it", "another person approves");
            return Approved(session, waivable.Read(host, session, parsed, asking), approver, signer, waivable.Gate(session, parsed), waivable.Release(session, parsed), options.Output(host, parsed));
        });
        return command;
    }

    static Command Request(Host host)
    {
        var waivable = new Waivable();
        var options = new PersonOptions();
        var command = new Command("request", "Asks for a waiver, signed by whoever asks. It covers nothing until somebody else approves it.");
        waivable.AddTo(command);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            using var signer = options.Signer(host, session, parsed, out var asking);
            var gate = waivable.Gate(session, parsed);
            var waiver = waivable.Read(host, session, parsed, asking);
            var entry = session.Append([new Fact.WaiverRequested(waiver, host.Now)], signer)[0];
            var approvers = session.Document.People.Where(person => person.Name != asking.Name && person.Roles.Any(gate.Waivers.Approve.Contains)).Select(person => person.Name).ToList();
            var output = options.Output(host, parsed);
            if (output.IsJson)
            {
                output.Json("waive-request", ("entry", entry.Id), ("control", waiver.Control), ("requester", asking.Name), ("expires", waiver.Expires), ("covers", Value.Texts(waiver.Matchers)),
                    ("covers_unproven", waiver.CoversUnproven), ("gate", gate.Name), ("may_approve", Value.Texts([.. approvers])));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"{asking.Name} asks to waive {waiver.Control} until {Instant.Write(waiver.Expires)}. It would cover: {Covers(waiver)}. Entry {entry.Id.Short}.");
            output.Data.WriteLine(approvers.Count > 0
                ? $"To approve it: muster waive approve {entry.Id.Short} --as {string.Join(" | ", approvers)}"
                : $"Nobody else has a role that approves waivers of {gate.Name} ({string.Join(", ", gate.Waivers.Approve)}), so it can cover nothing.");
            return ExitCode.Done;
        });
        return command;
    }

    static Command Approve(Host host)
    {
        var id = new Argument<string>("REQUEST") { Description = "The request's entry: its digest or first digits." };
        var lasts = new Option<string?>("--for") { Description = "Let it end sooner than was asked for, as 3d.", HelpName = "DURATION" };
        var gate = CommonOptions.Gate();
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("approve", "Approves a waiver word for word as it was asked for. Whoever asked cannot.") { id, lasts, gate, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var entry = session.Find(parsed.GetValue(id)!);
            if (entry.Fact is not Fact.WaiverRequested { Waiver: var asked }) throw Refusal.Usage($"entry {entry.Id.Short} asks for no waiver", "`muster ledger show` lists them");
            if (session.Kept.Any(one => one.Fact is Fact.Withdrawn taken && taken.Entry == entry.Id && one.Signer == entry.Signer)) throw Refusal.Usage($"{asked.Requester} took the request back", "ask for it anew: muster waive request");
            using var signer = options.Signer(host, session, parsed, out var approver);
            if (string.Equals(asked.Requester, approver.Name, StringComparison.OrdinalIgnoreCase)) throw Refusal.Usage($"{approver.Name} cannot both ask for a waiver and approve it", "another person approves");
            var expires = parsed.GetValue(lasts) is { } sooner ? host.Now + Durations.Read(sooner, "--for") : asked.Expires;
            if (expires > asked.Expires) throw Refusal.Usage($"it was asked for until {Instant.Write(asked.Expires)}", "approve it for a shorter time, or let it be asked for anew");
            if (expires <= host.Now) throw Refusal.Usage($"it was asked for until {Instant.Write(asked.Expires)}, which is over", "let it be asked for anew: muster waive request");
            return Approved(session, asked with { Request = entry.Id, From = host.Now, Expires = expires }, approver, signer, session.Workspace.Gate(parsed.GetValue(gate)), session.Release(parsed.GetValue(release)), options.Output(host, parsed));
        });
        return command;
    }

    static int Approved(Session session, Waiver waiver, Person approver, Signer signer, Gate gate, Release target, Output output)
    {
        var entry = session.Append([new Fact.Waived(waiver)], signer)[0];
        var after = session.DecideAndRecord(gate, target);
        var result = after.Waivers.FirstOrDefault(one => one.Entry == entry.Id);
        if (output.IsJson)
        {
            output.Json("waive", ("entry", entry.Id), ("control", waiver.Control), ("requester", waiver.Requester), ("approver", approver.Name), ("expires", waiver.Expires), ("covers", Value.Texts(waiver.Matchers)),
                ("covers_unproven", waiver.CoversUnproven), ("counts", result is { Counts: true }), ("why_not", result?.WhyNot), ("gate", gate.Name), ("verdict", after.Verdict.ToString()), ("request", waiver.Request is { } request ? request.ToString() : null));
            return ExitCode.Done;
        }

        output.Data.WriteLine($"{approver.Name} waived {waiver.Control} until {Instant.Write(waiver.Expires)}, at {waiver.Requester}'s {(waiver.Request is null ? "request" : "signed request")}. It covers: {Covers(waiver)}.");
        if (waiver.Request is not null) output.Data.WriteLine($"  Because: {waiver.Because}{(waiver.CompensatingControl is { } meanwhile ? $"; meanwhile: {meanwhile}" : "")}");
        if (result is { Counts: false, WhyNot: { } whyNot }) output.Data.WriteLine($"It does not count: {whyNot}");
        output.Data.WriteLine($"The gate is now {VerdictWords.Of(after.Verdict)}.");
        return ExitCode.Done;
    }

    static string Covers(Waiver waiver) => waiver.Matchers.IsEmpty ? "being unproven" : string.Join("; ", waiver.Matchers);
}
