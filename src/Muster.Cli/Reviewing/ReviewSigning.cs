using System.CommandLine;
using Muster.Cli.Commands;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Reviewing;

/// <summary>A person's answer to a page, on a machine of their own: what they are about to sign is told from the payload, and their word is sealed into a file.</summary>
static class ReviewSigning
{
    public static int Run(Host host, ParseResult parsed, PersonOptions options, ReviewOptions reviews, string page, string? askedRole, string? askedGate)
    {
        var workspace = options.Workspace(host, parsed);
        var review = reviews.Read(host, parsed, workspace, page);
        var decision = review.Decision;
        if (askedGate is not null && askedGate != decision.Gate) throw Refusal.Usage($"{page} is of the gate {decision.Gate}, not of {askedGate}", "leave the gate out, or name the page that you mean");
        var gate = workspace.Gate(decision.Gate);
        using var signer = options.Signer(host, workspace, parsed, out var person);
        var role = reviews.Rejects(parsed) ? null : SignCommand.Role(gate, person, decision, askedRole);
        var (fact, file) = reviews.Word(host, parsed, gate, person, role, decision);
        var output = options.Output(host, parsed);
        if (!output.IsJson)
        {
            Board.Print(decision, workspace.Document, output, host);
            output.Data.WriteLine();
        }

        SealedEntry word;
        try { word = SealedEntry.Seal(fact, host.Now, signer); }
        catch (ArgumentException tooLarge) { throw Refusal.Usage($"this gate shows more than one signature can be over: {tooLarge.Message}", "make gates of fewer controls"); }
        OutputFile.Write(host, file, WordFile.Bytes(word));
        if (output.IsJson)
            output.Json("sign-review", ("file", file), ("entry", word.Entry.Id), ("gate", gate.Name), ("person", person.Name), ("role", role), ("rejected", role is null), ("release", decision.Release), ("document", decision.Document), ("verdict", decision.Verdict.ToString()));
        else
        {
            output.Data.WriteLine(role is null
                ? $"{person.Name} rejects {gate.Name} for release {decision.Release.Short}."
                : $"{person.Name} signs {gate.Name} as {role}: {decision.Controls.Length} controls, {decision.Waivers.Length} waivers, {decision.Conditions.Length} conditions, as shown at {Instant.Write(decision.At)}; release {decision.Release.Short}, document {decision.Document.Short}.");
            output.Data.WriteLine($"Wrote {file}. It counts once whoever decides has it: muster import {Path.GetFileName(file)}");
        }

        return ExitCode.Done;
    }
}
