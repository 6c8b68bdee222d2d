using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadResultJsonTests
{
    [Fact]
    public void Whatever_a_result_is_it_reads_back_as_the_same_bytes()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var result = LoadResults.Any(new Random(seed));
            var bytes = LoadResultJson.Bytes(result);
            var read = LoadResultJson.Read(bytes);
            Assert.True(bytes.AsSpan().SequenceEqual(LoadResultJson.Bytes(read)), $"seed {seed}");
            Assert.Equal((result.Started, result.Finished, result.Took, result.Planned, result.Over, result.State), (read.Started, read.Finished, read.Took, read.Planned, read.Over, read.State));
            Assert.Equal((result.Target, result.Engine, result.Balance, result.Capacity, result.Drift), (read.Target, read.Engine, read.Balance, read.Capacity, read.Drift));
            Assert.Equal(result.Plan, read.Plan);
            Assert.Equal(result.Doubts, read.Doubts);
            Assert.Equal(result.Windows.Select(window => (window.From, window.Length, window.WarmUp, window.Requests, window.Failed, window.Users, window.Waiting, window.Rate, window.Memory)), read.Windows.Select(window => (window.From, window.Length, window.WarmUp, window.Requests, window.Failed, window.Users, window.Waiting, window.Rate, window.Memory)));
            foreach (var (one, other) in result.Tallies.Zip(read.Tallies)) Assert.True(Same(one.Tally, other.Tally), $"seed {seed}, {one.Request}");
        }
    }

    [Fact]
    public void The_top_of_a_result_has_what_tools_read()
    {
        var result = LoadResults.Shop(seconds: 20);
        var json = Value.Parse(LoadResultJson.Bytes(result));
        Assert.Equal(LoadResultJson.Schema, json.Text("schema"));
        Assert.Equal(200.0, json.Number("requests_per_second"));
        Assert.Equal(2_000, json.Number("population"));
        Assert.Equal(result.All.Failed, json.Number("errors"));
        Assert.Equal("https://shop.example/api", json.Text("target", "url"));
        Assert.Equal("ns", json.Text("histogram", "unit"));
        Assert.Equal(["max", "mean", "min", "p50", "p90", "p95", "p99", "p99_9"], json.Fields("latency_ms").Select(field => field.Key));
        Assert.Equal(result.All.Latency.Quantile(0.99) / 1e6, json.Number("latency_ms", "p99"));
        Assert.True(json.Number("latency_ms", "p99") > json.Number("service_ms", "p99"), "the corrected p99 shows the freeze");
        Assert.Equal(3, json.Items("scenarios").Sum(scenario => scenario.Items("requests").Length));
    }

    [Fact]
    public void What_was_not_measured_is_absent_and_never_null()
    {
        for (var seed = 0; seed < 50; seed++) Assert.DoesNotContain("null", Encoding.UTF8.GetString(LoadResultJson.Bytes(LoadResults.Any(new Random(seed)))), StringComparison.Ordinal);
        var nothing = LoadResults.Any(new Random(0)) with { All = new(), Tallies = [], Iterations = [] };
        var json = Value.Parse(LoadResultJson.Bytes(nothing));
        Assert.Null(json.At("latency_ms"));
        Assert.Null(json.At("error_rate"));
        Assert.Equal(0, json.Number("population"));
    }

    [Theory]
    [InlineData("", "The result is not JSON")]
    [InlineData("[]", "The result is not a map.")]
    [InlineData("{}", "schema is missing.")]
    [InlineData("""{"schema":"muster/load/2"}""", "schema is not muster/load/1.")]
    [InlineData("""{"schema":1}""", "schema is not a text.")]
    public void What_is_no_result_is_refused(string text, string says) =>
        Assert.StartsWith(says, Assert.Throws<LoadResultException>(() => LoadResultJson.Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Something_too_deep_is_refused() =>
        Assert.Throws<LoadResultException>(() => LoadResultJson.Read(Encoding.UTF8.GetBytes(new string('[', 100_000))));

    [Theory]
    [InlineData("took", -1, "took is no number of seconds.")]
    [InlineData("took", "NaN", "took is not a number.")]
    [InlineData("took", 1e300, "took is no number of seconds.")]
    [InlineData("errors", -1, "errors is not a whole number from 0.")]
    [InlineData("errors", 0.5, "errors is not a whole number from 0.")]
    [InlineData("errors", 77, "errors is not the sum of its scenarios")]
    [InlineData("started", "yesterday", "started is no instant in RFC 3339.")]
    [InlineData("state", "met", "state is not what its thresholds and doubts come to, failed.")]
    [InlineData("state", "fine", "state is none of met, failed, unproven.")]
    [InlineData("balance.sent", "99999999999999999999", "balance.sent is too large.")]
    [InlineData("balance.sent", "-1", "balance.sent is not a whole number from 0.")]
    [InlineData("histogram.count", 3, "histogram.count is not the sum of its buckets, 2000.")]
    [InlineData("histogram.unit", "ms", "histogram.unit is not ns.")]
    [InlineData("histogram.least", 0, "histogram.least is not in the first bucket.")]
    [InlineData("histogram.greatest", 1, "histogram.greatest is not in the last bucket.")]
    [InlineData("histogram.sum", 1, "histogram.sum is not between")]
    [InlineData("generator.histogram.buckets", "x", "generator.histogram.buckets is not a list.")]
    [InlineData("machine", "x", "machine is not a map.")]
    public void A_result_that_does_not_fit_together_is_refused_by_its_place(string path, object value, string says)
    {
        var whole = (Value.Fields)Value.Parse(LoadResultJson.Bytes(LoadResults.Shop(seconds: 20) with { Thresholds = [new(new("http_reqs", Loads.Tagged("x", "y", new()).Tags.Clear(), "count>1"), ThresholdState.Failed, 0, null, 0, "It is 0.")] }));
        Value changed = value switch { int whole32 => whole32, double number => number, var text => (string)text };
        var bytes = CanonicalJson.Bytes(Set(whole, path.Split('.'), changed));
        Assert.StartsWith(says, Assert.Throws<LoadResultException>(() => LoadResultJson.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[10,11,1],[10,11,1]]", "is not after the one before it")]
    [InlineData("[[2048,2049,1]]", "is no bucket of this histogram")]
    [InlineData("[[10,12,1]]", "is no bucket of this histogram")]
    [InlineData("[[10,11,0]]", "is no bucket of this histogram")]
    [InlineData("[[10,11]]", "is not [from, to, count]")]
    [InlineData("[[10,11,1,1]]", "has more than 3 items")]
    [InlineData("[[10,11,-1]]", "is not a whole number from 0")]
    [InlineData("[[4398046511104,4400193994752,1]]", "is no bucket of this histogram")]
    public void A_bucket_that_is_none_is_refused(string buckets, string says)
    {
        var json = Value.Parse(Encoding.UTF8.GetBytes($$"""{"unit":"ns","count":1,"sum":10,"least":10,"greatest":10,"buckets":{{buckets}}}"""));
        Assert.Contains(says, Assert.Throws<LoadResultException>(() => HistogramJson.Read(new(json, "histogram"), new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_results_end_with_a_result_or_with_a_message()
    {
        byte[][] whole = [.. Enumerable.Range(0, 12).Select(seed => LoadResultJson.Bytes(LoadResults.Any(new Random(seed))))];
        var (results, messages) = (0, 0);
        Fuzz.Damage(whole, bytes =>
        {
            try
            {
                _ = LoadResultJson.Bytes(LoadResultJson.Read(bytes));
                results++;
            }
            catch (LoadResultException) { messages++; }
        }, share: 4);
        Assert.True(results > 0 && messages > 0, $"{results} results, {messages} messages");
    }

    static Value.Fields Set(Value.Fields fields, ReadOnlySpan<string> path, Value value) => fields.With(path[0], path.Length == 1 ? value : Set((Value.Fields)fields[path[0]]!, path[1..], value));

    static bool Same(Tally one, Tally other) =>
        (one.Requests, one.Failed, one.BytesIn, one.BytesOut, one.ChecksPassed, one.ChecksFailed) == (other.Requests, other.Failed, other.BytesIn, other.BytesOut, other.ChecksPassed, other.ChecksFailed)
        && one.Failures.SequenceEqual(other.Failures) && one.Statuses.SequenceEqual(other.Statuses)
        && ((Func<Tally, Latencies>[])[tally => tally.Latency, tally => tally.Good, tally => tally.Service, tally => tally.Sending, tally => tally.Waiting, tally => tally.Receiving, tally => tally.Connecting, tally => tally.Handshaking, tally => tally.Blocked])
            .All(of => of(one).Buckets().SequenceEqual(of(other).Buckets()) && (of(one).Least, of(one).Greatest, of(one).ExactSum) == (of(other).Least, of(other).Greatest, of(other).ExactSum));
}
