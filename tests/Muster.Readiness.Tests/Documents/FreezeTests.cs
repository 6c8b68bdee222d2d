namespace Muster.Readiness.Tests;

public class FreezeTests
{
    static Desk With(string freeze) => Desk.With($"muster: 1\nsystem: s\nenvironments: {{ live: }}\ncontrols: {{ c: }}\ngates: {{ go: {{ environment: live, freeze: {freeze} }} }}\n");

    static string[] Intervals(string freeze) => [.. With(freeze).Document().Gates[0].Freezes.Select(window => $"{window.From:yyyy-MM-dd'T'HH:mm}Z {window.To:yyyy-MM-dd'T'HH:mm}Z {window.Because}")];

    [Theory]
    [InlineData("{ from: 2026-12-20T18:00:00+01:00, to: 2027-01-02T00:00:00Z, because: x }", "2026-12-20T17:00Z 2027-01-02T00:00Z x")]
    [InlineData("{ from: 2026-12-20, to: 2027-01-02, zone: UTC, because: x }", "2026-12-20T00:00Z 2027-01-03T00:00Z x")]
    [InlineData("{ from: 2026-12-20, to: 2027-01-02, zone: Europe/Berlin, because: x }", "2026-12-19T23:00Z 2027-01-02T23:00Z x")]
    [InlineData("{ from: 2026-03-28, to: 2026-03-30, days: sun, zone: Europe/Berlin, because: short day }", "2026-03-28T23:00Z 2026-03-29T22:00Z short day")]
    [InlineData("{ from: 2026-10-24, to: 2026-10-26, days: sun, zone: Europe/Berlin, because: long day }", "2026-10-24T22:00Z 2026-10-25T23:00Z long day")]
    [InlineData("{ from: 2026-03-29, to: 2026-03-29, hours: \"02:30-04:00\", zone: Europe/Berlin, because: skipped }", "2026-03-29T00:59Z 2026-03-29T02:00Z skipped")]
    [InlineData("{ from: 2026-10-25, to: 2026-10-25, hours: \"02:30-02:45\", zone: Europe/Berlin, because: twice }", "2026-10-25T00:30Z 2026-10-25T01:45Z twice")]
    [InlineData("{ from: 2026-06-05, to: 2026-06-08, days: [ fri ], hours: \"16:00-08:00\", zone: UTC, because: x }", "2026-06-05T16:00Z 2026-06-06T08:00Z x")]
    public void A_window_becomes_a_half_open_interval_in_UTC(string freeze, string interval) => Assert.Equal([interval], Intervals(freeze));

    [Fact]
    public void Recurring_windows_follow_the_zone_through_the_year_and_do_not_touch()
    {
        var freezes = With("{ from: 2026-01-01, to: 2026-12-31, days: [ fri, sat ], hours: \"16:00-08:00\", zone: Europe/Berlin, because: weekend }").Document().Gates[0].Freezes;
        Assert.Equal(104, freezes.Length);
        Assert.Contains(freezes, window => window.From == new DateTimeOffset(2026, 1, 2, 15, 0, 0, TimeSpan.Zero));
        Assert.Contains(freezes, window => window.From == new DateTimeOffset(2026, 7, 3, 14, 0, 0, TimeSpan.Zero));
        Assert.All(freezes.Zip(freezes.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
    }

    [Fact]
    public void Windows_that_touch_or_overlap_are_one_with_both_reasons() => Assert.Equal(
        ["2026-01-01T00:00Z 2026-01-04T00:00Z a; b", "2026-02-01T00:00Z 2026-02-02T00:00Z c"],
        Intervals("[ { from: 2026-02-01, to: 2026-02-01, zone: UTC, because: c }, { from: 2026-01-01, to: 2026-01-02, zone: UTC, because: a }, { from: 2026-01-02, to: 2026-01-03, zone: UTC, because: b } ]"));

    [Theory]
    [InlineData("{ from: 2026-01-01, to: 2026-01-02, zone: Mars/Olympus, because: x }", "There is no time zone \"Mars/Olympus\"")]
    [InlineData("{ from: 2026-01-02T00:00:00Z, to: 2026-01-01T00:00:00Z, because: x }", "ends before it begins")]
    [InlineData("{ from: 2026-01-01T00:00:00Z, to: 2026-02-01T00:00:00Z, days: fri, because: x }", "Days and hours need a zone")]
    [InlineData("{ from: 2026-01-01, to: 2036-01-01, zone: UTC, days: fri, because: x }", "at most three years")]
    [InlineData("{ from: 2026-01-01, to: 2026-02-01, zone: UTC, days: friday, because: x }", "\"friday\" is not one of")]
    [InlineData("{ from: 2026-01-01, to: 2026-02-01, zone: UTC, hours: 16-8, because: x }", "are no hours of a day")]
    [InlineData("{ from: 2026-01-01, to: 2026-02-01, zone: UTC }", "\"because\" is missing")]
    [InlineData("{ from: 2026-01-01T00:00:00, to: 2026-02-01T00:00:00Z, because: x }", "neither a date nor an instant")]
    [InlineData("{ from: 0001-01-01T00:00:00Z, to: 0001-02-01T00:00:00Z, days: fri, zone: UTC, because: x }", "neither a date nor an instant")]
    [InlineData("{ to: 2026-02-01T00:00:00Z, because: x }", "\"from\" is missing")]
    public void A_window_that_cannot_be_meant_is_refused(string freeze, string says) => Assert.Contains(With(freeze).Read().Problems, problem => problem.Says.Contains(says, StringComparison.Ordinal));
}
