using System.CommandLine;
using System.Text.Json;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What moved between two verdicts, of this ledger or of certificates. Decides and records nothing.</summary>
static class DiffCommand
{
    const int LargestFile = 64 * 1024 * 1024;

    public static Command Build(Host host)
    {
        var before = new Argument<string?>("BEFORE") { Arity = ArgumentArity.ZeroOrOne, Description = "The earlier verdict: last, last~1, opening, a time at which it stood, the first digits of its entry, or the file of a certificate or a JSON report. last~1 unless said." };
        var after = new Argument<string?>("AFTER") { Arity = ArgumentArity.ZeroOrOne, Description = "The later verdict, in the same words. last unless said." };
        var gate = CommonOptions.Gate();
        var document = CommonOptions.Document();
        var keys = new Option<string[]>("--key", "-k") { Description = "A public key that is trusted: certificates must then verify with it.", HelpName = "FILE", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Titles, and every control that was only seen anew." };
        var format = CommonOptions.Format(Format.Text, Format.Json, Format.Md);
        var command = new Command("diff", "What moved between two verdicts: states with their causes, evidence, waivers, conditions, sign-offs, the document, the release.") { before, after, gate, document, keys, verbose, format };
        command.SetAction(parsed =>
        {
            using var sides = new Sides(host, parsed.GetValue(document), parsed.GetValue(gate), [.. (parsed.GetValue(keys) ?? []).Select(file => VerifyCommand.Key(host, file))]);
            var was = sides.Read(parsed.GetValue(before) ?? "last~1");
            var now = sides.Read(parsed.GetValue(after) ?? "last");
            var difference = Difference.Between(was, now, sides.InputsOf(was), sides.InputsOf(now));
            var output = new Output(parsed.GetValue(format), host.Data);
            switch (output.Format)
            {
                case Format.Json: output.Json("diff", JsonDifference.Fields(difference)); break;
                case Format.Md: output.Data.Write(MarkdownDifference.Render(difference)); break;
                default: output.Data.Write(TextDifference.Render(difference, Board.Style(host, parsed.GetValue(verbose)))); break;
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Where the two verdicts come from. The ledger is opened only when a word needs it, so that two files can be compared anywhere.</summary>
    sealed class Sides(Host host, string? document, string? gate, PublicKey[] keys) : IDisposable
    {
        PastVerdicts? _past;

        PastVerdicts Past => _past ??= PastVerdicts.Open(host, Workspace.Open(host, document));

        public Decision Read(string word)
        {
            if (File.Exists(Path.GetFullPath(word, host.Folder))) return OfFile(word);
            var mark = Past.Find(word, gate);
            return Past.Statement(mark.Fact) ?? throw new Refusal(ExitCode.NotVerified, $"the statement of {mark.Entry.Short} is missing or damaged", "restore .muster/blobs from a copy");
        }

        /// <summary>What the blobs still hold; nothing where two files are compared outside of any document's folder.</summary>
        public Inputs InputsOf(Decision decision)
        {
            if (_past is null && document is null && Workspace.Nearest(host) is null) return new();
            return Past.InputsOf(decision.Document, decision.Release);
        }

        Decision OfFile(string file)
        {
            var bytes = VerifyCommand.Bytes(host, file, LargestFile);
            if (CertificateFile.Claimed(bytes) is { } claimed) return OfCertificate(file, bytes, claimed);
            if (keys.Length > 0) throw new Refusal(ExitCode.NotVerified, $"{file} is no certificate, so nothing in it can be verified", "leave out --key, or give a certificate");
            try
            {
                if (Value.Parse(bytes, 128) is Value.Fields fields)
                    return Statements.Read<Decision>(CanonicalJson.Bytes(new Value.Fields(fields.Where(field => field.Key != "schema"))));
            }
            catch (Exception foreign) when (foreign is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException or NotSupportedException)
            {
                throw Refusal.Usage($"{file} is neither a certificate nor a JSON report: {foreign.Message.Split('\n')[0]}", "as written by muster certify, or by muster report --format json");
            }

            throw Refusal.Usage($"{file} is neither a certificate nor a JSON report", "as written by muster certify, or by muster report --format json");
        }

        Decision OfCertificate(string file, byte[] bytes, Decision claimed)
        {
            if (keys.Length == 0)
            {
                host.Talk.WriteLine($"muster: {file} was not verified; --key FILE does so");
                return claimed;
            }

            return CertificateFile.Verify(bytes, keys, new()) switch
            {
                CertificateCheck.Verified { Verdict: var verdict } => verdict,
                CertificateCheck.Refused { Because: var because } => throw new Refusal(ExitCode.NotVerified, $"{file} is refused: {because}", "give the key of the ledger that it is from"),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

        public void Dispose() => _past?.Dispose();
    }
}
