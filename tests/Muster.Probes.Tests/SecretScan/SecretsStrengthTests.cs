using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Muster.Readiness;

namespace Muster.Probes.Tests.SecretScan;

public sealed class SecretsStrengthTests : IDisposable
{
    readonly SearchedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Task<Sight> Look(string target, params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = _folder.Path }, "secrets.strength", [("target", target), .. parameters]);

    static string Random(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));

    [Fact]
    public async Task Strong_secrets_are_named_and_never_shown()
    {
        var (session, database) = (Random(32), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));
        _folder.Write("prod.env", $"SESSION_SECRET={session}\nexport DB_PASSWORD='{database}'\nSHOP_URL=https://shop.test\n");

        var sight = await Look("prod.env");

        Assert.Equal(2, sight.Population);
        Assert.Equal((Value.Items.Empty, Value.Items.Empty, Value.Items.Empty), (sight.Observation!["weak"], sight.Observation["known"], sight.Observation["repeated"]));
        Assert.True(sight.Observation.Number("least_bits") >= 112, sight.Observation.ToString());
        Assert.DoesNotContain(session, Statements.ToValue(await Probing.Run(Probing.Options with { Folder = _folder.Path }, Probing.Ask("secrets.strength", ("target", "prod.env")))).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("changeme", 0)]
    [InlineData("CHANGE_ME", 0)]
    [InlineData("<put one here>", 0)]
    [InlineData("${SESSION_SECRET}", 0)]
    [InlineData("Shop-Production-2026!", 50)]
    [InlineData("P@ssw0rd2026!Spring", 50)]
    [InlineData("supersecretsupersecretsupersecret", 30)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789", 40)]
    [InlineData("4711471147114711471147114711", 40)]
    [InlineData("k2v8s1q9", 42)]
    public async Task What_can_be_guessed_is_weak_however_long_it_is(string value, int atMost)
    {
        _folder.Write("session", value + "\n");

        var seen = (await Look("session", ("whole", true))).Observation!;

        Assert.Equal(Value.Texts(["session"]), seen["weak"]);
        Assert.InRange(seen.Number("least_bits")!.Value, 0, atMost);
        Assert.Equal(Value.Texts(atMost == 0 ? ["session"] : []), seen["known"]);
    }

    [Fact]
    public void A_random_secret_has_about_the_bits_that_it_was_made_of() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(8, 64).ToArbitrary(), bytes =>
    {
        var raw = RandomNumberGenerator.GetBytes(bytes);
        // A word or a row may stand in it by accident, and costs a few bits.
        foreach (var text in (string[])[Convert.ToHexStringLower(raw), Convert.ToHexString(raw), Convert.ToBase64String(raw)])
            Assert.True(SecretStrength.Bits(text) is var bits && bits > bytes * 8 * 0.8 - 4 && bits <= bytes * 8 + 8, $"{text}: {SecretStrength.Bits(text)} of {bytes * 8}");
    }));

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("\uD800\0\u00ff")]
    public void Odd_values_are_weak_and_break_nothing(string value) => Assert.InRange(SecretStrength.Bits(value), 0, 60);

    [Fact]
    public void Keys_count_by_kind_and_size()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal((112, 128), (SecretStrength.Bits(rsa.ExportPkcs8PrivateKeyPem()), SecretStrength.Bits(curve.ExportECPrivateKeyPem())));
    }

    [Fact]
    public async Task The_same_secret_twice_or_in_another_environment_is_told()
    {
        var (one, other) = (Random(32), Random(32));
        _folder.Write("prod.env", $"SESSION_SECRET={one}\nSIGNING_SECRET={one}\nDB_PASSWORD={other}\nEMPTY_TOKEN=\n");
        _folder.Write("staging.env", $"OLD_DB_PASSWORD={other}\n");

        var seen = (await Look("prod.env", ("other", "staging.env"))).Observation!;

        Assert.Equal((Value.Texts(["SESSION_SECRET", "SIGNING_SECRET"]), Value.Texts(["DB_PASSWORD"]), Value.Texts(["EMPTY_TOKEN"])), (seen["repeated"], seen["shared"], seen["unset"]));
    }

    [Fact]
    public async Task An_empty_secret_is_weak_and_a_comment_makes_none_strong()
    {
        _folder.Write("prod.env", "SESSION_SECRET=\nDB_PASSWORD=changeme # until somebody has the time to set a better one\nAPI_TOKEN=\"abc123\" # by hand\n");

        var sight = await Look("prod.env");

        Assert.Equal((2, Value.Texts(["API_TOKEN", "DB_PASSWORD", "SESSION_SECRET"]), Value.Texts(["API_TOKEN", "DB_PASSWORD"])), (sight.Population, sight.Observation!["weak"], sight.Observation["known"]));
    }

    [Fact]
    public async Task Two_services_with_a_setting_of_one_name_have_two_secrets()
    {
        _folder.Write("compose.yaml", $"services:\n  a:\n    environment:\n      DB_PASSWORD: changeme\n  b:\n    environment:\n      DB_PASSWORD: {Random(32)}\n");

        var seen = (await Look("compose.yaml", ("keys", Value.Texts(["DB_PASSWORD"])))).Observation!;

        Assert.Equal((Value.Texts(["DB_PASSWORD, line 4"]), Value.Items.Empty), (seen["known"], seen["missing_keys"]));
    }

    [Fact]
    public async Task An_address_in_a_list_is_no_name_to_be_shown()
    {
        _folder.Write("app.yaml", "args:\n- postgres://app:My-password9@db.shop.test/shop?sslmode=require\n- SESSION_SECRET=changeme\n");

        var seen = (await Look("app.yaml")).Observation!.ToString();

        Assert.Contains("SESSION_SECRET", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("password9", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_mounted_secrets_and_a_manifest_are_read_as_they_are()
    {
        var secret = Random(32);
        _folder.Write("mounted/session_key", secret);
        _folder.Write("mounted/username", "shop");
        _folder.Write("mounted/..data/hidden", "changeme");
        _folder.Write("secret.yaml", $"kind: Secret\nmetadata: {{ name: db }}\ndata: {{ password: {Convert.ToBase64String("changeme"u8)} }}\n");

        Assert.Equal(["session_key"], (await Look("mounted")).Observation!.Items("secrets").Select(one => one.Text("name")));
        Assert.Equal(Value.Texts(["Secret/db password"]), (await Look("secret.yaml")).Observation!["known"]);
    }

    [Fact]
    public async Task Nothing_there_is_unproven_and_a_missing_key_is_named()
    {
        _folder.Write("empty.env", "SHOP_URL=https://shop.test\n");

        Assert.Equal(0, (await Look("empty.env")).Population);
        Assert.Equal(Value.Texts(["SESSION_SECRET"]), (await Look("empty.env", ("keys", Value.Texts(["SESSION_SECRET"])))).Observation!["missing_keys"]);
        Probing.Blind(await Look("nowhere.env"), Blind.Unreadable, "is not there");
        _folder.Write("bare.env", "# nothing yet\n");
        Probing.Blind(await Look("empty.env", ("other", "bare.env")), Blind.Unreadable, "nothing to compare with");
    }
}
