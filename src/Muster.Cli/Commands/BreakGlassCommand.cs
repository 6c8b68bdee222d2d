using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Two people open a gate without proof. The verdict stays, and what follows from it is a condition.</summary>
static class BreakGlassCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string?>("GATE") { Arity = ArgumentArity.ZeroOrOne, Description = "The gate (default: the only one)." };
        var because = new Option<string>("--because") { Description = "Why, in a sentence; both people say the same.", Required = true };
        var expires = new Option<string>("--for") { Description = "How long it stays open, as 4h.", Required = true, HelpName = "DURATION" };
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("break-glass", "Opens a gate without proof. It needs a second person in a named role, who runs it too; the verdict stays as it is.") { name, because, expires, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(options.Document), write: true);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            if (gate.NeverOverride) throw Refusal.Usage($"the gate {gate.Name} says override: never");
            if (gate.BreakGlass.IsEmpty) throw Refusal.Usage($"the gate {gate.Name} names no role that may break glass", "break_glass: [ role ] in the gate, before it is needed");
            using var signer = options.Open(host, session, parsed, out var person);
            if (!person.Roles.Any(gate.BreakGlass.Contains)) throw Refusal.Usage($"{person.Name} has none of the roles {string.Join(", ", gate.BreakGlass)}");

            var target = session.Release(parsed.GetValue(release));
            var reason = parsed.GetValue(because)!;
            // The second person joins what the first one said: the two must agree on everything.
            var first = session.Kept.Where(entry => entry.Signer != signer.KeyId).Select(entry => entry.Fact).OfType<Fact.GlassBroken>()
                .LastOrDefault(open => open.Gate == gate.Name && open.Release == target.Digest && open.Expires > host.Now);
            if (first is not null && first.Because != reason) throw Refusal.Usage("the first person gave another reason", $"say the same: --because \"{first.Because}\"");
            var until = first?.Expires ?? host.Now + Durations.Read(parsed.GetValue(expires)!, "--for");
            session.Append([new Fact.GlassBroken(gate.Name, target.Digest, reason, until, host.Now)], signer);
            var decision = session.DecideAndRecord(gate, target);
            host.Data.WriteLine(decision.OpenedByBreakGlass is { } opened
                ? $"{gate.Name} is opened by break-glass until {Instant.Write(opened.Expires)} by {string.Join(" and ", opened.People)}. The verdict stays {SignCommand.Words(decision.Verdict)}."
                : $"{person.Name} asks to break the glass of {gate.Name} until {Instant.Write(until)}. A second person in the role {string.Join(" or ", gate.BreakGlass)} runs the same command.");
            return decision.OpenedByBreakGlass is null ? ExitCode.Of(decision, strict: false) : ExitCode.BreakGlass;
        });
        return command;
    }
}
