using System.Diagnostics;
using System.Text;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>What an auditor does by hand, as docs/formats say it: the `openssl` command over the bytes that are signed.</summary>
public class OpenSslTests
{
    [Fact]
    public async Task An_envelope_of_ours_is_verified_by_openssl_and_a_changed_one_is_not()
    {
        using var launch = new Launch();
        var envelope = Envelope.Read(launch.Ledger.EntryBytesAt(launch.Decided.Index))!;
        var signed = Encoding.UTF8.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {envelope.Payload.Length} ").Concat(envelope.Payload).ToArray();

        Assert.Equal("Verified OK", await Verify(launch.Muster, launch.Ledger.RunnerKey.Pem, signed, envelope.Signature));
        signed[^1] ^= 1;
        Assert.Contains("failure", await Verify(launch.Muster, launch.Ledger.RunnerKey.Pem, signed, envelope.Signature), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_checkpoint_is_verified_by_openssl()
    {
        using var launch = new Launch();
        var note = Encoding.UTF8.GetString(launch.Ledger.Head!.Note);
        var text = note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
        var line = Convert.FromBase64String(note.Split(' ')[^1]);

        Assert.Equal("Verified OK", await Verify(launch.Muster, launch.Ledger.RunnerKey.Pem, Encoding.UTF8.GetBytes(text), line[4..]));
        Assert.Equal(launch.Ledger.RunnerKey.KeyId[..8], Convert.ToHexStringLower(line[..4]));
    }

    [Fact]
    public async Task The_key_files_are_read_by_openssl()
    {
        using var scratch = new Scratch();
        var keys = new KeyFolder(scratch.Muster);
        var mia = Assert.IsType<KeyOutcome.Ready>(keys.New("mia", "secret"));

        var pem = await Run(scratch.Muster, "openssl", "pkey", "-in", "keys/mia.key", "-passin", "pass:secret", "-pubout");

        Assert.Equal(mia.Signer.Public.Pem.Trim(), pem);
    }

    /// <summary>The commands of docs/formats/certificate.md and ledger.md, as they stand there.</summary>
    [Fact]
    public async Task The_commands_of_the_docs_verify_a_certificate_by_hand()
    {
        using var launch = new Launch();
        await File.WriteAllBytesAsync(Path.Combine(launch.Muster, "launch.json"), launch.Bytes, TestContext.Current.CancellationToken);
        const string script = """
            command -v jq > /dev/null && command -v openssl > /dev/null || { echo none; exit 0; }
            jq -c .verdict launch.json > entry.json
            jq -r .payload entry.json | base64 -d > payload
            printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < payload)" | cat - payload > signed
            jq -r '.signatures[0].sig' entry.json | base64 -d > signature
            openssl dgst -sha256 -verify keys/runner.pub -signature signature signed
            openssl pkey -pubin -in keys/runner.pub -outform DER | sha256sum
            jq -rj .checkpoint launch.json > checkpoint
            sed '/^$/,$d' checkpoint > text
            tail -n 1 checkpoint | cut -d' ' -f3 | base64 -d | tail -c +5 > signature
            openssl dgst -sha256 -verify keys/runner.pub -signature signature text
            jq -c '.sign_offs[0].entry' launch.json | tr -d '\n' | sha256sum
            """;

        var lines = (await Run(launch.Muster, "sh", "-c", script)).Split('\n');

        if (lines is ["none"]) Assert.Skip("there is no jq or no openssl here");
        Assert.Equal(["Verified OK", $"{launch.Ledger.RunnerKey.KeyId}  -", "Verified OK", $"{launch.SignOffs[0].Id.Hex}  -"], lines);
    }

    static async Task<string> Verify(string folder, string pem, byte[] signed, byte[] signature)
    {
        var cancel = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), pem, cancel);
        await File.WriteAllBytesAsync(Path.Combine(folder, "signed"), signed, cancel);
        await File.WriteAllBytesAsync(Path.Combine(folder, "signature"), signature, cancel);
        return await Run(folder, "openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "signed");
    }

    static async Task<string> Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process running;
        try { running = Process.Start(start)!; }
        catch (System.ComponentModel.Win32Exception) { Assert.Skip($"there is no {program} command here"); throw; }

        using (running)
        {
            var output = await running.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await running.WaitForExitAsync(TestContext.Current.CancellationToken);
            return output.Trim();
        }
    }
}
