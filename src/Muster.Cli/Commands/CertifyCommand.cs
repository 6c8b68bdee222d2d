using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The gate's verdict as one file that proves it offline.</summary>
static class CertifyCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var document = CommonOptions.Document();
        var release = CommonOptions.Release();
        var file = new Option<string>("--output", "-o") { Description = "The certificate to write.", DefaultValueFactory = _ => "launch.json", HelpName = "FILE" };
        var since = new Option<string?>("--since") { Description = "A checkpoint kept earlier: the certificate then proves that this log continues it.", HelpName = "FILE" };
        var vsa = new Option<string?>("--vsa") { Description = "Also write a SLSA verification summary, for a release with image digests.", HelpName = "FILE" };
        var strict = CommonOptions.Strict();
        var format = CommonOptions.TextOrJson();
        var command = new Command("certify", "Decides the gate and writes a launch certificate: one file that proves the verdict offline. Probes nothing.") { name, document, release, file, since, vsa, strict, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: true);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            var target = session.Release(parsed.GetValue(release));
            var kept = parsed.GetValue(since) is { } note ? VerifyCommand.Kept(host, note) : null;
            var decision = session.DecideAndRecord(gate, target);
            var bytes = Certifying.Write(session, decision, kept);
            OutputFile.Write(host, parsed.GetValue(file)!, bytes);
            if (parsed.GetValue(vsa) is { } summary)
            {
                OutputFile.Write(host, summary, VerificationSummary.Write(decision, target.Artifacts, $"muster {Host.Version}", session.Ledger.Runner!)
                    ?? throw Refusal.Usage("this release names no artifacts, so there is nothing for a verification summary to speak of", "give a manifest: --release FILE"));
            }

            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("certify", ("file", parsed.GetValue(file)!), ("verdict", decision.Verdict.ToString()), ("gate", gate.Name), ("bytes", bytes.Length), ("digest", Digest.Of(bytes)), ("key_id", session.Ledger.RunnerKey.KeyId));
            else
            {
                output.Data.WriteLine($"Wrote {parsed.GetValue(file)}: {VerdictWords.Of(decision.Verdict)} for {gate.Name}, {bytes.Length:N0} bytes.");
                output.Data.WriteLine($"  Anyone can check it: muster verify {parsed.GetValue(file)} --key runner.pub --gate {gate.Name} --env {gate.Environment}");
                output.Data.WriteLine($"  The key is {Path.Combine(".muster", "keys", "runner.pub")} ({session.Ledger.RunnerKey.Fingerprint}); hand it over by another way than the file.");
            }

            return ExitCode.Of(decision, parsed.GetValue(strict));
        });
        return command;
    }
}
