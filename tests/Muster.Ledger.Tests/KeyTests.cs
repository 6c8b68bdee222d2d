namespace Muster.Ledger.Tests;

public class KeyTests
{
    [Fact]
    public void The_runners_key_is_made_once_for_its_owner_alone()
    {
        using var scratch = new Scratch();
        var keys = new KeyFolder(scratch.Muster);

        var first = Assert.IsType<KeyOutcome.Ready>(keys.OpenRunner());
        var again = Assert.IsType<KeyOutcome.Ready>(keys.OpenRunner());

        Assert.Equal((true, false), (first.Made, again.Made));
        Assert.Equal(first.Signer.KeyId, again.Signer.KeyId);
        Assert.Equal(first.Signer.KeyId, Assert.Single(keys.List().Keys).Key.KeyId);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(scratch.Muster, "keys", "runner.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(scratch.Muster, "keys")));
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused_until_its_mode_is_mended()
    {
        if (OperatingSystem.IsWindows()) return;
        using var scratch = new Scratch();
        var keys = new KeyFolder(scratch.Muster);
        keys.OpenRunner();
        var path = Path.Combine(scratch.Muster, "keys", "runner.key");

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Equal(LedgerFault.UnsafeKey, scratch.Refused().Fault);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Assert.IsType<KeyOutcome.Ready>(keys.OpenRunner());
    }

    [Fact]
    public void A_persons_key_is_encrypted_and_opens_with_its_passphrase_only()
    {
        using var scratch = new Scratch();
        var keys = new KeyFolder(scratch.Muster);

        var made = Assert.IsType<KeyOutcome.Ready>(keys.New("mia", "correct horse"));
        var pem = File.ReadAllText(Path.Combine(scratch.Muster, "keys", "mia.key"));

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
        Assert.Equal(made.Signer.KeyId, Assert.IsType<KeyOutcome.Ready>(keys.Open("mia", "correct horse")).Signer.KeyId);
        Assert.Equal(LedgerFault.WrongPassphrase, Refused(keys.Open("mia", "battery")));
        Assert.Equal(LedgerFault.WrongPassphrase, Refused(keys.Open("mia", null)));
        Assert.Equal(LedgerFault.KeyExists, Refused(keys.New("mia", "again")));
    }

    [Theory]
    [InlineData("../mia")]
    [InlineData("Mia")]
    [InlineData("")]
    [InlineData("runner")]
    public void A_name_that_is_no_file_name_of_ours_is_refused(string name)
    {
        using var scratch = new Scratch();

        Assert.Equal(LedgerFault.BadKey, Refused(new KeyFolder(scratch.Muster).New(name, "secret")));
        Assert.False(Directory.Exists(scratch.Muster));
    }

    [Fact]
    public void A_lost_runner_key_is_not_replaced_in_silence()
    {
        using var scratch = new Scratch().Filled(1);
        File.Delete(Path.Combine(scratch.Muster, "keys", "runner.key"));

        Assert.Equal(LedgerFault.BadKey, scratch.Refused().Fault);
        scratch.Open(LedgerMode.Read).Dispose();
    }

    [Fact]
    public void The_other_signature_with_n_minus_s_and_other_spellings_do_not_verify()
    {
        using var key = Signer.Create();
        var good = key.Sign("message"u8);
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        var reader = new System.Formats.Asn1.AsnReader(good, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (reader.ReadInteger(), reader.ReadInteger());
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(order - s);
        }

        Assert.True(key.Public.Verifies("message"u8, good));
        Assert.True(key.Public.VerifiesLeniently("message"u8, writer.Encode())); // it is a signature, but not in our spelling
        Assert.False(key.Public.Verifies("message"u8, writer.Encode()));
        Assert.False(key.Public.Verifies("message"u8, [.. good, 0]));
        Assert.False(key.Public.Verifies("message"u8, []));
        Assert.False(key.Public.Verifies("massage"u8, good));
    }

    static LedgerFault Refused(KeyOutcome outcome) => Assert.IsType<KeyOutcome.Refused>(outcome).Problem.Fault;
}
