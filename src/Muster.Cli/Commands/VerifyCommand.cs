using System.Collections.Immutable;
using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Verifies a launch certificate offline: no ledger, no document, no network.</summary>
static class VerifyCommand
{
    const int LargestCertificate = 64 * 1024 * 1024; // the verifier says more exactly what is too large

    public static Command Build(Host host)
    {
        var file = new Argument<string>("FILE") { Description = "The certificate." };
        var keys = new Option<string[]>("--key", "-k") { Description = "A public key that is trusted: the runner's, and people's if theirs shall be checked too.", HelpName = "FILE", Required = true, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
        var gate = new Option<string?>("--gate", "-g") { Description = "It must be for this gate.", HelpName = "NAME" };
        var environment = new Option<string?>("--environment", "--env", "-e") { Description = "It must be for this environment.", HelpName = "NAME" };
        var release = new Option<string?>("--release", "-r") { Description = "It must be for this release.", HelpName = "DIGEST" };
        var at = new Option<string?>("--at") { Description = "Say what had lapsed at this instant (RFC 3339).", HelpName = "TIME" };
        var since = new Option<string?>("--since") { Description = "A checkpoint kept earlier, which the log must continue.", HelpName = "FILE" };
        var strict = CommonOptions.Strict();
        var format = CommonOptions.TextOrJson();
        var command = new Command("verify", "Verifies a launch certificate offline, and says what it checked and what it could not. Exits by the verdict within, or 4.") { file, keys, gate, environment, release, at, since, strict, format };
        command.SetAction(parsed =>
        {
            var expectations = new CertificateExpectations
            {
                Gate = parsed.GetValue(gate),
                Environment = parsed.GetValue(environment),
                Release = parsed.GetValue(release) is { } digest ? Digest.TryParse(digest, out var read) ? read : throw Refusal.Usage($"--release {digest}: not a sha256:… digest", "sha256: and 64 hexadecimal digits") : null,
                At = parsed.GetValue(at) is { } time ? Instant.TryRead(time, out var instant) ? instant : throw Refusal.Usage($"--at {time}: not an RFC 3339 instant", "as 2026-05-01T09:00:00Z") : null,
                Since = parsed.GetValue(since) is { } note ? Kept(host, note) : null,
            };
            var bytes = Bytes(host, parsed.GetValue(file)!, LargestCertificate);
            var check = CertificateFile.Verify(bytes, [.. (parsed.GetValue(keys) ?? []).Select(key => Key(host, key))], expectations);
            return Print(check, new Output(parsed.GetValue(format), host.Data), parsed.GetValue(strict));
        });
        return command;
    }

    static int Print(CertificateCheck check, Output output, bool strict)
    {
        var verified = check as CertificateCheck.Verified;
        if (output.IsJson)
        {
            output.Json("verify",
                ("verified", verified is not null), ("because", (check as CertificateCheck.Refused)?.Because), ("verdict", verified?.Verdict.Verdict.ToString()),
                ("gate", verified?.Verdict.Gate), ("environment", verified?.Verdict.Environment), ("release", verified?.Verdict.Release is { } digest ? digest : null), ("at", verified?.Verdict.At is { } at ? at : null),
                ("checked", Value.Texts(check.Checked)), ("not_checked", Value.Texts(verified?.NotChecked ?? [])), ("lapsed", Value.Texts(verified?.Lapsed ?? [])));
        }
        else
        {
            var to = output.Data;
            if (check is CertificateCheck.Refused { Because: var because }) to.WriteLine($"REFUSED. {because}");
            else to.WriteLine($"VERIFIED: {VerdictWords.Of(verified!.Verdict.Verdict)} for {verified.Verdict.Gate} in {verified.Verdict.Environment}, release {verified.Verdict.Release.Short}, at {Instant.Write(verified.Verdict.At)}.");
            List("Checked", check.Checked);
            List("Could not be checked", verified?.NotChecked ?? []);
            List("Lapsed since", verified?.Lapsed ?? []);

            void List(string title, ImmutableArray<string> lines)
            {
                if (lines.IsEmpty) return;
                to.WriteLine($"  {title}");
                foreach (var line in lines) to.WriteLine($"    - {line}");
            }
        }

        return verified is null ? ExitCode.NotVerified : ExitCode.Of(verified.Verdict, strict);
    }

    public static Checkpoint Kept(Host host, string file) =>
        Checkpoint.Read(Bytes(host, file, 65_536)) ?? throw Refusal.Usage($"{file} is not a checkpoint", "as .muster/ledger/checkpoint was when it was kept");

    public static PublicKey Key(Host host, string file) =>
        PublicKey.FromText(System.Text.Encoding.UTF8.GetString(Bytes(host, file, 16_384))) ?? throw Refusal.Usage($"{file} holds no P-256 public key", "a PEM file that begins with BEGIN PUBLIC KEY, or an SSH key of the type ecdsa-sha2-nistp256");

    public static byte[] Bytes(Host host, string file, int largest)
    {
        var path = Path.GetFullPath(file, host.Folder);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: var length } && length > largest) throw Refusal.Usage($"{file} is larger ({length:N0} bytes) than such a file can be", "name the right file");
            return File.ReadAllBytes(path);
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"cannot read {file}: {cannot.Message}", "name a file that is there and that this user may read");
        }
    }
}
