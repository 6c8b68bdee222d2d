using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>Keys that people have already: as ssh-keygen makes them, and as openssl does.</summary>
public sealed class SshKeyTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("muster-ssh-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task<string> Made(string type = "ecdsa", string bits = "256", string passphrase = "", params string[] more)
    {
        await Run("ssh-keygen", ["-q", "-t", type, "-b", bits, "-N", passphrase, "-C", "mia@shop", "-f", "key", .. more]);
        return Path.Combine(_folder, "key");
    }

    async Task<string> Run(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program}: {await said}{await wrong}");
        return (await said).Trim();
    }

    static KeyOutcome Open(string path, string passphrase = "") => PrivateKeyFile.Open(path, "key", () => passphrase);

    static LedgerProblem Refused(string path, string passphrase = "") => Assert.IsType<KeyOutcome.Refused>(Open(path, passphrase)).Problem;

    static void SignsAs(string path, PublicKey key, string passphrase = "")
    {
        using var signer = Assert.IsType<KeyOutcome.Ready>(Open(path, passphrase)).Signer;
        Assert.Equal(key.KeyId, signer.KeyId);
        Assert.True(key.Verifies("a launch"u8, signer.Sign("a launch"u8)));
    }

    PublicKey Public() => PublicKey.FromText(File.ReadAllText(Path.Combine(_folder, "key.pub")))!;

    [Fact]
    public async Task A_key_of_ssh_keygen_signs_and_its_pub_file_verifies() => SignsAs(await Made(), Public());

    [Fact]
    public async Task The_pub_file_is_the_same_key_as_its_PEM_form()
    {
        await Made();
        Assert.Equal(PublicKey.FromPem(await Run("ssh-keygen", "-e", "-m", "PKCS8", "-f", "key.pub"))!.KeyId, Public().KeyId);
    }

    [Theory]
    [InlineData("PEM")]
    [InlineData("PKCS8")]
    public async Task Its_other_forms_sign_too(string form) => SignsAs(await Made("ecdsa", "256", "", "-m", form), Public());

    [Fact]
    public async Task PKCS8_under_a_passphrase_signs_with_it_and_with_no_other()
    {
        var path = await Made("ecdsa", "256", "correct horse", "-m", "PKCS8");

        SignsAs(path, Public(), "correct horse");
        Assert.Equal(LedgerFault.WrongPassphrase, Refused(path, "wrong").Fault);
    }

    [Fact]
    public async Task The_form_that_only_ssh_opens_is_refused_with_the_two_ways_out_and_the_second_one_works()
    {
        var path = await Made("ecdsa", "256", "correct horse");
        Assert.Contains("--agent", Refused(path, "correct horse").Fix, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -p -m PKCS8", Refused(path, "correct horse").Fix, StringComparison.Ordinal);

        await Run("ssh-keygen", "-q", "-p", "-m", "PKCS8", "-f", "key", "-P", "correct horse", "-N", "another one");
        SignsAs(path, Public(), "another one");
    }

    [Fact]
    public async Task PEM_encrypted_the_old_way_is_refused_and_its_way_out_works()
    {
        var path = await Made("ecdsa", "256", "correct horse", "-m", "PEM");
        Assert.Contains("openssl pkcs8 -topk8", Refused(path, "correct horse").Fix, StringComparison.Ordinal);

        await Run("openssl", "pkcs8", "-topk8", "-in", "key", "-passin", "pass:correct horse", "-passout", "pass:another", "-out", "copy");
        await Run("chmod", "400", "copy");
        SignsAs(Path.Combine(_folder, "copy"), Public(), "another");
    }

    [Theory]
    [InlineData("ed25519", "256", "ssh-ed25519")]
    [InlineData("rsa", "2048", "ssh-rsa")]
    [InlineData("ecdsa", "384", "ecdsa-sha2-nistp384")]
    public async Task Keys_of_other_kinds_are_refused_by_name_with_the_way_to_make_one(string type, string bits, string named)
    {
        var problem = Refused(await Made(type, bits));
        Assert.Contains(named, problem.Says, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -t ecdsa -b 256", problem.Fix, StringComparison.Ordinal);

        var pub = File.ReadAllText(Path.Combine(_folder, "key.pub"));
        Assert.Null(PublicKey.FromText(pub));
        Assert.Contains(named, KeyText.WhyNot(pub).Says, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -t ecdsa -b 256", KeyText.WhyNot(pub).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_a_security_token_is_refused_plainly()
    {
        var (says, fix) = KeyText.WhyNot("sk-ecdsa-sha2-nistp256@openssh.com AAAA mia@shop");

        Assert.Contains("security token", says, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -t ecdsa -b 256", fix, StringComparison.Ordinal);
        Assert.Null(PublicKey.FromText("sk-ecdsa-sha2-nistp256@openssh.com AAAA mia@shop"));
    }

    [Fact]
    public async Task A_private_key_in_the_place_of_a_public_one_is_said_to_be_one()
    {
        await Made();
        Assert.Contains("private key", KeyText.WhyNot(File.ReadAllText(Path.Combine(_folder, "key"))).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_several_keys_or_with_another_word_before_is_none()
    {
        await Made();
        var line = File.ReadAllText(Path.Combine(_folder, "key.pub"));

        Assert.NotNull(PublicKey.FromText(line));
        Assert.NotNull(PublicKey.FromText(string.Join(' ', line.Split(' ')[..2])));
        Assert.Null(PublicKey.FromText(line + line));
        Assert.Null(PublicKey.FromText("no-pty " + line));
        Assert.Null(PublicKey.FromText(line.Replace("AAAAE2VjZHNh", "AAAAE2VjZHNi", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_refused()
    {
        var path = await Made();
        await Run("chmod", "640", "key");

        Assert.Equal((LedgerFault.UnsafeKey, LedgerFault.Missing), (Refused(path).Fault, Refused(path + ".none").Fault));
    }

    [Fact]
    public void A_file_whose_public_half_is_not_its_own_is_damaged()
    {
        var bytes = Plain(out var point);
        Assert.NotNull(OpenSshKey.Read(bytes).Key);

        var at = bytes.AsSpan().LastIndexOf(point);
        bytes[at + 40] ^= 1;
        Assert.Contains("damaged", OpenSshKey.Read(bytes).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_in_the_place_of_a_private_one_is_refused() =>
        Assert.Contains("no private key", Assert.IsType<KeyOutcome.Refused>(PrivateKeyFile.Read(Signer.Create().Public.Pem, "key", null)).Problem.Says, StringComparison.Ordinal);

    [Fact]
    public void A_key_elsewhere_signs_by_our_one_spelling_and_a_wrong_signature_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var known = PublicKey.FromSpki(key.ExportSubjectPublicKeyInfo())!;
        using var honest = Signer.Elsewhere(known, message => key.SignData(message.Span, HashAlgorithmName.SHA256));
        using var wrong = Signer.Elsewhere(known, message => key.SignData([1], HashAlgorithmName.SHA256));
        using var nothing = Signer.Elsewhere(known, _ => []);

        for (var i = 0; i < 20; i++) Assert.True(known.Verifies("a launch"u8, honest.Sign("a launch"u8))); // half of them have the higher s before
        Assert.Equal(LedgerFault.BadKey, Assert.Throws<LedgerException>(() => wrong.Sign("a launch"u8)).Problem.Fault);
        Assert.Equal(LedgerFault.BadKey, Assert.Throws<LedgerException>(() => nothing.Sign("a launch"u8)).Problem.Fault);
    }

    /// <summary>A private key file's bytes without its PEM, and the point in it.</summary>
    internal static byte[] Plain(out byte[] point)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportParameters(true);
        point = [4, .. parameters.Q.X!, .. parameters.Q.Y!];
        byte[] inner = [1, 2, 3, 4, 1, 2, 3, 4, .. Field("ecdsa-sha2-nistp256"u8), .. Field("nistp256"u8), .. Field(point), .. Field([0, .. parameters.D!]), .. Field("mia@shop"u8), 1, 2, 3];
        return [.. "openssh-key-v1\0"u8, .. Field("none"u8), .. Field("none"u8), .. Field([]), 0, 0, 0, 1, .. Field(KeyText.SshBlob(key.ExportSubjectPublicKeyInfo())), .. Field(inner)];
    }

    static byte[] Field(ReadOnlySpan<byte> bytes)
    {
        var field = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, bytes.Length);
        bytes.CopyTo(field.AsSpan(4));
        return field;
    }
}
