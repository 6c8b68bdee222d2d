using Muster.Readiness;

namespace Muster.Probes.Tests.Identity;

/// <summary>Bad tokens at an application that verifies, and at one that does it wrong in each known way.</summary>
public sealed class TokenNegativeTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-token-");
    readonly VerifyingApp _app = new();
    string _good = "";

    public ValueTask InitializeAsync()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "key.pem"), _app.PublicKey);
        _good = _app.Token("mia", TimeSpan.FromHours(1));
        return ValueTask.CompletedTask;
    }

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "token.negative",
        [("target", Value.Of(("address", _app.Address), ("token", _good), ("bad", Value.Of(("expired", _app.Token("mia", TimeSpan.FromHours(-1))), ("foreign", VerifyingApp.Foreign("mia", TimeSpan.FromHours(1))))))), .. more.Any(one => one.Item1 == "endpoint") ? [] : (ReadOnlySpan<(string, Value)>)[("endpoint", "GET /me")], .. more.Any(one => one.Item1 == "public_key") ? [] : (ReadOnlySpan<(string, Value)>)[("public_key", "key.pem")], ("elsewhere", true), .. more]);

    [Fact]
    public async Task An_application_that_verifies_takes_the_good_token_alone()
    {
        var sight = await Look();

        var seen = sight.Observation!;
        Assert.Equal((Value.True, (Value)0, (Value)0), (seen["admitted"], seen["accepted_count"], seen["unclear_count"]));
        Assert.Equal(Value.Texts(["none", "empty", "random", "damaged", "unsigned", "algorithm none", "algorithm None", "altered", "another key", "public key as secret", "expired", "foreign", "in the address", "in another header", "in a cookie"]), seen["tried"]);
        Assert.Equal((15, sight.Before), (sight.Population, sight.After));
    }

    [Theory]
    [InlineData("lets in everybody", "none, empty, random, damaged, unsigned, algorithm none, algorithm None, altered, another key, public key as secret, expired, foreign, in the address, in another header, in a cookie")]
    [InlineData("takes any word", "random, damaged, unsigned, algorithm none, algorithm None, altered, another key, public key as secret, expired, foreign")]
    [InlineData("takes the algorithm none", "algorithm none")]
    [InlineData("takes the algorithm none by another spelling", "algorithm None")]
    [InlineData("takes the public key for a secret", "public key as secret")]
    [InlineData("takes what has expired", "expired")]
    [InlineData("reads the address", "in the address")]
    [InlineData("reads another header", "in another header")]
    [InlineData("reads a cookie", "in a cookie")]
    public async Task Each_way_of_verifying_wrongly_is_seen_by_the_token_that_it_lets_in(string flaw, string accepted)
    {
        _app.Flaw = flaw;

        var seen = (await Look()).Observation!;

        Assert.Equal((Value.Texts(accepted.Split(", ")), Value.True), (seen["accepted"], seen["admitted"]));
    }

    [Fact]
    public async Task An_application_that_does_not_verify_takes_whatever_is_a_token()
    {
        _app.Flaw = "does not verify";

        var accepted = (await Look()).Observation.Items("accepted").Select(one => one.Text()).ToHashSet();

        Assert.Superset(new HashSet<string?> { "unsigned", "damaged", "algorithm none", "another key", "foreign" }, accepted);
        Assert.DoesNotContain("random", accepted);
    }

    [Fact]
    public async Task An_application_that_breaks_has_refused_nobody()
    {
        _app.Flaw = "breaks at what it cannot read";

        var seen = (await Look()).Observation!;

        Assert.Contains("random: 500", seen.Items("unclear").Select(one => one.Text()));
        Assert.Equal(0, seen.Number("accepted_count"));
    }

    [Fact]
    public async Task Where_nobody_is_let_in_nothing_is_shown()
    {
        _app.Flaw = "refuses everybody";

        Assert.Equal(Value.False, (await Look()).Observation!["admitted"]);
    }

    [Fact]
    public async Task No_token_good_or_bad_is_ever_shown()
    {
        _app.Flaw = "lets in everybody";

        var sight = await Look();

        foreach (var part in _good.Split('.')) Assert.DoesNotContain(part, $"{sight.Observation} {sight.Detail}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_said_is_asked_for()
    {
        Probing.Blind(await Probing.Look("token.negative", ("target", _app.Address)), Blind.BadQuestion, "\"token\"");
        Probing.Blind(await Look(("endpoint", "DELETE /me")), Blind.BadQuestion, "\"json\"");
        Probing.Blind(await Look(("public_key", "absent.pem")), Blind.NotCapable, "absent.pem");
        Probing.Blind(await Look(("endpoint", "me")), Blind.BadQuestion, "\"endpoint\"");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
