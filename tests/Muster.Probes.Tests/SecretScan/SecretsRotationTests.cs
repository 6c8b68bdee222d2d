using Muster.Readiness;

namespace Muster.Probes.Tests.SecretScan;

public sealed class SecretsRotationTests : IDisposable
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);
    readonly SearchedFolder _folder = new();
    readonly FakeClock _clock = new();
    Value.Fields? _earlier;

    public void Dispose() => _folder.Dispose();

    async Task<Value.Fields> Look(string key = "a key of many characters", params (string, Value)[] parameters)
    {
        var options = Probing.Options with { Folder = _folder.Path, Clock = _clock, Earlier = (_, _) => _earlier };
        var sight = await Probing.Look(options, "secrets.rotation", [("target", Value.Of(("path", ".env"), ("fingerprint_key", key))), .. parameters]);
        Assert.True(sight.Observation is not null, sight.Detail);
        return _earlier = sight.Observation;
    }

    void Holds(string password) => _folder.Write(".env", $"DB_PASSWORD={password}\n");

    static Value.Items Names(params string[] names) => (Value.Items)Value.Texts(names);

    [Fact]
    public async Task A_value_that_looks_saw_change_is_no_older_than_the_look_before()
    {
        Holds("first-of-them");
        var first = await Look();
        _clock.Move(10 * Day);
        Holds("second-of-them");
        var second = await Look();
        _clock.Move(89 * Day);
        var third = await Look();

        Assert.Equal((Names("DB_PASSWORD"), Names()), (first["undated"], first["overdue"]));
        Assert.Equal((Names("DB_PASSWORD"), Names(), (Value)(10 * 86400)), (second["changed"], second["undated"], second["oldest"]));
        Assert.Equal((Names(), Names("DB_PASSWORD"), Names()), (third["changed"], third["overdue"], third["undated"]));
    }

    [Fact]
    public async Task A_value_of_unknown_age_is_overdue_once_it_was_seen_for_too_long()
    {
        Holds("the-same-for-ever");
        await Look();
        _clock.Move(60 * Day);
        var young = await Look();
        _clock.Move(31 * Day);
        var old = await Look();

        Assert.Equal((Names("DB_PASSWORD"), Names()), (young["undated"], young["overdue"]));
        Assert.Equal((Names(), Names("DB_PASSWORD")), (old["undated"], old["overdue"]));
    }

    [Fact]
    public async Task A_calendar_dates_what_no_look_has_seen_change_and_is_held_against_what_was_seen()
    {
        // The clock begins on 2026-03-01.
        Holds("the-same-for-ever");
        _folder.Write("rotation.yaml", "credentials: { DB_PASSWORD: { rotated: 2026-02-01, max_age: 30d } }\n");
        var told = await Look(parameters: ("calendar", "rotation.yaml"));
        _clock.Move(5 * Day);
        var due = await Look(parameters: ("calendar", "rotation.yaml"));
        _folder.Write("rotation.yaml", "credentials: { DB_PASSWORD: { rotated: 2026-03-05, max_age: 30d }, GONE_TOKEN: { rotated: 2026-03-05 } }\n");
        var lied = await Look(parameters: ("calendar", "rotation.yaml"));

        Assert.Equal((Names(), Names(), Names("DB_PASSWORD")), (told["undated"], told["overdue"], told["due_soon"]));
        Assert.Equal("2026-03-03T00:00:00.000Z", told.Text("next_due"));
        Assert.Equal(Names("DB_PASSWORD"), due["overdue"]);
        Assert.Equal((Names("DB_PASSWORD"), Names("DB_PASSWORD"), Names("GONE_TOKEN")), (lied["contradicted"], lied["undated"], lied["missing_keys"]));
    }

    [Fact]
    public async Task Under_another_key_the_looks_begin_anew_and_nothing_counts_as_changed()
    {
        Holds("the-same-for-ever");
        await Look();
        _clock.Move(100 * Day);

        var seen = await Look("another key, just as long");

        Assert.Equal((Names(), Names("DB_PASSWORD")), (seen["changed"], seen["undated"]));
    }

    [Fact]
    public async Task Neither_values_nor_the_key_are_seen_and_equal_values_do_not_look_equal()
    {
        _folder.Write(".env", "DB_PASSWORD=one-value-of-both\nAPI_TOKEN=one-value-of-both\n");

        var seen = await Look();

        Assert.DoesNotContain("one-value", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("a key of", seen.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(seen["secrets"].Text("DB_PASSWORD", "fingerprint"), seen["secrets"].Text("API_TOKEN", "fingerprint"));
    }

    [Theory]
    [InlineData("credentials: { DB_PASSWORD: { rotated: yesterday } }", "no day")]
    [InlineData("credentials: { DB_PASSWORD: { rotated: 2026-02-01, max_age: long } }", "no duration")]
    [InlineData("credentials: {}", "no map")]
    [InlineData("[", "rotation.yaml")]
    public async Task A_calendar_that_cannot_be_read_is_unproven(string calendar, string says)
    {
        Holds("first-of-them");
        _folder.Write("rotation.yaml", calendar);

        Probing.Blind(await Probing.Look(Probing.Options with { Folder = _folder.Path }, "secrets.rotation", ("target", Value.Of(("path", ".env"), ("fingerprint_key", "a key of many characters"))), ("calendar", "rotation.yaml")), Blind.Unreadable, says);
        Probing.Blind(await Probing.Look(Probing.Options with { Folder = _folder.Path }, "secrets.rotation", ("target", Value.Of(("path", ".env"), ("fingerprint_key", "short")))), Blind.BadQuestion, "fewer than 16");
    }
}
