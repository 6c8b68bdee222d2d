using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Two people open a gate without proof. The verdict stays, and what follows from it is a condition.</summary>
static class BreakGlassCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var because = CommonOptions.Because("Why, in a sentence; both people say the same.");
        var expires = new Option<string>("--for") { Description = "How long it stays open, as 4h.", Required = true, HelpName = "DURATION" };
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("break-glass", "Opens a gate without proof. It needs a second person in a named role, who runs it too; the verdict stays as it is.") { name, because, expires, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            if (gate.NeverOverride) throw Refusal.Usage($"the gate {gate.Name} says override: never", "mend what fails; no glass can be broken here");
            if (gate.BreakGlass.IsEmpty) throw Refusal.Usage($"the gate {gate.Name} names no role that may break glass", "break_glass: [ role ] in the gate, before it is needed");
            using var signer = options.Signer(host, session, parsed, out var person);
            if (!person.Roles.Any(gate.BreakGlass.Contains)) throw Refusal.Usage($"{person.Name} has none of the roles {string.Join(", ", gate.BreakGlass)}", "ask somebody who has");

            var target = session.Release(parsed.GetValue(release));
            var reason = parsed.GetValue(because)!;
            // The second person joins what the first one said: the two must agree on everything.
            var first = session.Kept.Where(entry => entry.Signer != signer.KeyId).Select(entry => entry.Fact).OfType<Fact.GlassBroken>()
                .LastOrDefault(open => open.Gate == gate.Name && open.Release == target.Digest && open.Expires > host.Now);
            if (first is not null && first.Because != reason) throw Refusal.Usage("the first person gave another reason", $"say the same: --because \"{first.Because}\"");
            var until = first?.Expires ?? host.Now + Durations.Read(parsed.GetValue(expires)!, "--for");
            var entry = session.Append([new Fact.GlassBroken(gate.Name, target.Digest, reason, until, host.Now)], signer)[0];
            var decision = session.DecideAndRecord(gate, target);
            var output = options.Output(host, parsed);
            if (output.IsJson)
                output.Json("break-glass", ("entry", entry.Id), ("person", person.Name), ("gate", gate.Name), ("expires", until), ("opened", decision.OpenedByBreakGlass is not null),
                    ("people", Value.Texts(decision.OpenedByBreakGlass?.People ?? [person.Name])), ("verdict", decision.Verdict.ToString()));
            else
                output.Data.WriteLine(decision.OpenedByBreakGlass is { } opened
                    ? $"{gate.Name} is opened by break-glass until {Instant.Write(opened.Expires)} by {string.Join(" and ", opened.People)}. The verdict stays {VerdictWords.Of(decision.Verdict)}."
                    : $"{person.Name} asks to break the glass of {gate.Name} until {Instant.Write(until)}. A second person in the role {string.Join(" or ", gate.BreakGlass)} runs the same command.");
            return ExitCode.Of(decision, strict: false);
        });
        return command;
    }
}
