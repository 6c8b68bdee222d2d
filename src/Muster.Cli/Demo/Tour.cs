using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Demo;

/// <summary>The demo's story: NO-GO with reasons, each fault mended while the board moves, HELD, signed, GO, certified, verified, one bit flipped.</summary>
sealed class Tour(Host host, string folder, Shop shop)
{
    readonly StoryText _tell = new(host);

    public async Task<int> Run(CancellationToken cancel)
    {
        MakeKeys();
        using var session = Session.Open(host, Path.Combine(folder, "muster.yaml"), write: true);
        var gate = session.Workspace.Gate(null);

        _tell.Heading(1, $"A small shop runs on loopback, with {Fault.All.Count} faults planted. Is it ready to launch?", "muster check");
        var decision = await Look(session, gate, new() { Again = true }, cancel);
        _tell.Found(decision);
        await _tell.Pause(cancel);

        _tell.Heading(2, "Each fault is mended, and only what failed is asked again.", "muster check --only-failed");
        foreach (var fault in Fault.All)
        {
            await _tell.Pause(cancel);
            await shop.Set(fault, planted: false);
            decision = await Look(session, gate, new() { OnlyFailed = true }, cancel);
            _tell.Moved($"{fault.Mended}: {fault.Control} is {decision.Controls.First(control => control.Id == fault.Control).State.ToString().ToLowerInvariant()}", decision);
        }

        _tell.Heading(3, "People: one attests what only a person knows, two sign what they were shown.", "muster attest people.on-call --as kai; muster sign --as mia; muster sign --as jon");
        decision = Attest(session, gate, "kai");
        await _tell.Pause(cancel);
        decision = Sign(session, gate, "mia", "architect");
        await _tell.Pause(cancel);
        decision = Sign(session, gate, "jon", "devops-lead");
        await _tell.Pause(cancel);

        _tell.Heading(4, "One file proves it offline.", "muster certify go-live -o launch.json; muster verify launch.json --key .muster/keys/runner.pub");
        return Certify(session, decision);
    }

    async Task<Decision> Look(Session session, Gate gate, DueOptions options, CancellationToken cancel) =>
        await Looking.Run(session, gate, session.Release(null), options, new(), host with { Talk = TextWriter.Null }, cancel);

    void MakeKeys()
    {
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        foreach (var name in (string[])["mia", "jon", "kai"])
        {
            var made = (KeyOutcome.Ready)new KeyFolder(Path.Combine(folder, ".muster")).New(name, Commands.DemoCommand.Passphrase);
            File.WriteAllText(Path.Combine(folder, "keys", name + ".pub"), made.Signer.Public.Pem);
            made.Signer.Dispose();
        }
    }

    Signer KeyOf(string name) => ((KeyOutcome.Ready)new KeyFolder(Path.Combine(folder, ".muster")).Open(name, Commands.DemoCommand.Passphrase)).Signer;

    Decision Attest(Session session, Gate gate, string name)
    {
        using var signer = KeyOf(name);
        var control = session.Document.Control("people.on-call")!;
        var part = Asks.Of(session.Document, control, gate.Environment)[0];
        session.Append([new Fact.Attested(part.Question.Digest, control.Id, part.Environment, session.Release(null).Digest, "The on-call rota covers the launch", "on-call", host.Now)], signer);
        var decision = session.Decide(gate, session.Release(null));
        _tell.Moved($"{name} attests: the on-call rota covers the launch", decision);
        return decision;
    }

    Decision Sign(Session session, Gate gate, string name, string role)
    {
        using var signer = KeyOf(name);
        session.Append([new Fact.SignedOff(gate.Name, role, SignOffs.Over(session.Decide(gate, session.Release(null))), host.Now)], signer);
        var decision = session.DecideAndRecord(gate, session.Release(null));
        _tell.Moved($"{name} signs as {role}", decision);
        return decision;
    }

    int Certify(Session session, Decision decision)
    {
        var file = Path.Combine(folder, "launch.json");
        var bytes = Certifying.Write(session, decision);
        File.WriteAllBytes(file, bytes);
        var key = session.Ledger.RunnerKey;
        var good = Certifying.Verify(bytes, [key], decision.Gate, decision.Environment);
        _tell.Line(good.Verified, $"launch.json, {bytes.Length:N0} bytes, {good.Says}");
        var flipped = (byte[])bytes.Clone();
        flipped[flipped.Length / 2] ^= 1;
        var bad = Certifying.Verify(flipped, [key], decision.Gate, decision.Environment);
        _tell.Line(bad.Verified, $"the same file with one bit flipped at byte {flipped.Length / 2:N0}: {bad.Says}");
        _tell.End(folder);
        return good.Verified && !bad.Verified ? ExitCode.Of(decision, strict: true) : ExitCode.NotVerified;
    }
}
