using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake;

public sealed class NamesAsSentTests
{
    static string? Family(string name) => name == "http.server.duration" ? "http_server_duration_seconds" : null;

    /// <summary>One as OTLP leaves it, for each of two routes, and one that truly has dots.</summary>
    static readonly HeldSource Held = new(
    [
        Series("http_server_duration_seconds_count", ("http_route", "/a"), ("key_1_x", "1")),
        Series("http_server_duration_seconds_count", ("http_route", "/b")),
        Series("http_server_duration_seconds_count"),
        Series("really.dotted", ("http.route", "/a")),
        Series("plain", ("http.route", "/a")),
        Series("plain", ("http.route", "/a"), ("http_route", "/a")),
    ]);

    static HeldSeries Series(string name, params (string, string)[] labels)
    {
        var series = new HeldSeries(Labels.Of([(Labels.MetricName, name), .. labels]));
        series.Samples.Add((0, 1));
        return series;
    }

    [Theory]
    [InlineData("{\"http.server.duration_count\"}", 3)]
    [InlineData("{\"http.server.duration_count\", \"http.route\"=\"/a\"}", 1)]
    [InlineData("{\"http.server.duration_count\", \"1.x\"=\"1\"}", 1)]
    [InlineData("http_server_duration_seconds_count{\"http.route\"=\"/a\"}", 1)]
    [InlineData("http_server_duration_seconds_count{\"http.route\"!=\"/a\"}", 2)]
    [InlineData("http_server_duration_seconds_count{\"http.route\"=\"\"}", 1)]
    [InlineData("http_server_duration_seconds_count{\"http.route\"=~\"/.\"}", 2)]
    [InlineData("http_server_duration_seconds_count{\"http.route\"!~\"/a|/b\"}", 1)]
    [InlineData("http_server_duration_seconds_count{\"http.route\"=~\"/a|\"}", 2)]
    [InlineData("{\"http.route\"=\"/a\"}", 4)]
    [InlineData("plain{\"http.route\"=\"/a\"}", 2)]
    [InlineData("plain{\"http.route\"!=\"/a\"}", 0)]
    [InlineData("{\"really.dotted\", \"http.route\"=\"/a\"}", 1)]
    [InlineData("{\"not.known\"}", 0)]
    public void Names_find_what_they_became_and_what_truly_has_them(string query, int series)
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal(series, ((VectorValue)QueryEngine.Instant(new NamesAsSent(Held, Family), query, 0, QueryOptions.Default, cancel).Value).Samples.Length);
        Assert.Equal(series, NamesAsSent.Sets(PromqlParser.ParseSelector(query), Family).SelectMany(matchers => Held.Select(matchers, 0, 0, cancel)).Distinct().Count());
    }

    [Fact]
    public void A_label_is_kept_under_another_name() => Assert.Equal("http_route", NamesAsSent.Label("http.route"));
}
