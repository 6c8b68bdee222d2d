using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Runs a kind's failing fixture on loopback: a check that was never seen failing proves nothing.</summary>
static class ProveCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string?>("KIND") { Arity = ArgumentArity.ZeroOrOne, Description = "The kind (default: all that look at something)." };
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var command = new Command("prove", "Runs the failing fixture of a kind on loopback and records that it failed, and that its healthy twin passed.") { name, document, format };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(name) is { } one && KindsCommand.Find(one).JudgeOnly) throw Refusal.Usage($"{one} looks at nothing, so it has no fixture", "`muster kinds` lists those that look");
            var kinds = ProbeKinds.All.Where(kind => parsed.GetValue(name) is not { } wanted || kind.Kind.Name == wanted);
            var facts = new List<Fact.Proved>();
            foreach (var kind in kinds) facts.Add(await Prove(kind, host, cancel));

            var recorded = Record(host, parsed.GetValue(document), facts);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
            {
                output.Json("prove", ("recorded", recorded), ("kinds", Value.List(facts.Select(fact => (Value)Value.Of(
                    ("kind", fact.Kind), ("fixture", fact.Fixture), ("seen_failing", fact.SeenFailing), ("detail", fact.Detail))))));
            }
            else
            {
                foreach (var fact in facts) output.Data.WriteLine($"{(fact.SeenFailing ? "seen failing" : "NOT SEEN FAILING"),-16}  {fact.Kind,-14}  {fact.Fixture}. {fact.Detail}");
                output.Data.WriteLine(recorded ? "Recorded in the ledger." : "No document here, so nothing was recorded.");
            }

            return facts.TrueForAll(fact => fact.SeenFailing) ? ExitCode.Done : ExitCode.NoGo;
        });
        return command;
    }

    static async Task<Fact.Proved> Prove(ProbeKind kind, Host host, CancellationToken cancel)
    {
        var proof = await kind.Fixture(cancel);
        var failing = Weigh.Of(proof.MustFail.Step, proof.MustFail.Sight, kind.Kind, WeighingContext.Empty);
        var holding = Weigh.Of(proof.MustHold.Step, proof.MustHold.Sight, kind.Kind, WeighingContext.Empty);
        var detail = (failing, holding) switch
        {
            (Outcome.Fail fail, Outcome.Pass) => fail.Says,
            (Outcome.Fail, _) => "It failed, but so did its healthy twin, so it tells nothing apart.",
            (Outcome.Unproven blind, _) => $"It was unproven where it must fail: {blind.Says}",
            _ => "It held where it must fail.",
        };
        return new(kind.Kind.Name, proof.Fixture, failing is Outcome.Fail && holding is Outcome.Pass, detail, $"muster {Host.Version}", host.Now);
    }

    static bool Record(Host host, string? document, List<Fact.Proved> facts)
    {
        try
        {
            using var session = Session.Open(host, document, write: true);
            session.Append([.. facts]);
            return true;
        }
        catch (Refusal none) when (document is null && none.ExitCode == ExitCode.BadInput)
        {
            return false; // proving needs no document; with one, it is written down
        }
    }
}
