using System.CommandLine;
using Muster.Cli.Reviewing;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A person's signature over exactly what is shown; anything worse later voids it.</summary>
static class SignCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var options = new PersonOptions();
        var role = new Option<string?>("--role") { Description = "The role to sign in (default: the one that the gate asks for and the person has).", HelpName = "ROLE" };
        var release = CommonOptions.Release();
        var command = new Command("sign", "Signs off a gate, over exactly what is shown now. A worse state, another release or another document voids it.") { name, role, release };
        options.AddTo(command);
        var reviews = new ReviewOptions();
        reviews.AddTo(command);
        command.SetAction(parsed =>
        {
            if (reviews.Page(parsed) is { } page) return ReviewSigning.Run(host, parsed, options, reviews, page, parsed.GetValue(role), parsed.GetValue(name));
            using var session = options.Session(host, parsed);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            using var signer = options.Signer(host, session, parsed, out var person);
            var before = session.Decide(gate, session.Release(parsed.GetValue(release)));
            var signed = Role(gate, person, before, parsed.GetValue(role));

            var entry = session.Append([new Fact.SignedOff(gate.Name, signed, SignOffs.Over(before), host.Now)], signer)[0];
            var after = session.DecideAndRecord(gate, session.Release(parsed.GetValue(release)));
            var shown = after.SignOffs.FirstOrDefault(one => one.Entry == entry.Id);
            var output = options.Output(host, parsed);
            if (output.IsJson)
                output.Json("sign", ("entry", entry.Id), ("gate", gate.Name), ("person", person.Name), ("role", signed), ("counts", shown?.Counts ?? false), ("why_not", shown?.WhyNot), ("verdict", after.Verdict.ToString()));
            else
            {
                output.Data.WriteLine($"{person.Name} signed {gate.Name} as {signed}: {before.Controls.Length} controls, verdict {VerdictWords.Of(before.Verdict)}. Entry {entry.Id.Short}.");
                if (shown is { Counts: false, WhyNot: { } whyNot }) output.Data.WriteLine($"It does not count: {whyNot}");
                output.Data.WriteLine($"The gate is now {VerdictWords.Of(after.Verdict)}{(after.ToSign.IsEmpty ? "" : $"; still to sign: {string.Join(", ", after.ToSign.Select(left => $"{left.Count} × {left.Role}"))}")}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The role in which a person signs: as asked for, else the one that fits.</summary>
    public static string Role(Gate gate, Person person, Decision decision, string? asked)
    {
        var signed = asked ?? RoleOf(gate, person, decision);
        if (!person.Roles.Contains(signed)) throw Refusal.Usage($"{person.Name} does not have the role {signed}", $"{person.Name} has: {string.Join(", ", person.Roles)}");
        if (gate.Sign.All(needed => needed.Role != signed)) throw Refusal.Usage($"the gate {gate.Name} asks for no signature of a {signed}", $"it asks for: {string.Join(", ", gate.Sign.Select(needed => needed.Role))}");
        return signed;
    }

    static string RoleOf(Gate gate, Person person, Decision decision)
    {
        var open = decision.ToSign.Select(left => left.Role).Where(person.Roles.Contains).ToList();
        var any = gate.Sign.Select(asked => asked.Role).Where(person.Roles.Contains).ToList();
        return (open, any) switch
        {
            ([var only], _) => only,
            ([], [var only]) => only,
            ([], []) => throw Refusal.Usage($"{person.Name} has no role that signs {gate.Name}", $"it asks for: {string.Join(", ", gate.Sign.Select(asked => asked.Role))}"),
            _ => throw Refusal.Usage($"{person.Name} could sign in several roles", $"say which: --role {string.Join(" | ", open.Count > 0 ? open : any)}"),
        };
    }
}
