using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Scraping;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Scraping;

public sealed class SeriesMemoryTests
{
    static readonly Labels Target = Labels.Of(("job", "j"), ("instance", "h:1"));

    static SampleBatch Parsed(string text)
    {
        var batch = new SampleBatch();
        Assert.Null(Around.Parse(Encoding.UTF8.GetBytes(text), ScrapeFormat.Text, SeriesMemory.NoTime, batch));
        return batch;
    }

    static List<string> Take(SeriesMemory memory, string text, long time, bool commit = true)
    {
        var into = new SampleBatch();
        Assert.Null(memory.Take(Parsed(text), time, into, out _));
        if (commit) memory.Committed();
        return [.. Around.Read(into).Select(one => $"{one.Labels} {(one.IsStale ? "stale" : one.Value)} @{one.Time}")];
    }

    static SeriesMemory Memory(Func<ScrapeJob, ScrapeJob>? change = null) => new(Target, (change ?? (job => job))(new() { Name = "j" }));

    static string Of(string name, string rest) => $"{name}{{instance=\"h:1\", job=\"j\"}} {rest}";

    [Fact]
    public void A_series_that_is_gone_is_marked_once()
    {
        var memory = Memory();
        Assert.Equal([Of("a", "1 @10"), Of("b", "2 @10")], Take(memory, "a 1\nb 2\n", 10));
        Assert.Equal([Of("a", "1 @20"), Of("b", "stale @20")], Take(memory, "a 1\n", 20));
        Assert.Equal([Of("a", "1 @30")], Take(memory, "a 1\n", 30));
        Assert.Equal([Of("a", "1 @40"), Of("b", "2 @40")], Take(memory, "a 1\nb 2\n", 40));
        Assert.Equal(2, memory.Count);
    }

    [Fact]
    public void A_marker_that_did_not_arrive_is_made_again()
    {
        var memory = Memory();
        Take(memory, "a 1\nb 2\n", 10);
        Assert.Contains(Of("b", "stale @20"), Take(memory, "a 1\n", 20, commit: false));
        Assert.Contains(Of("b", "stale @30"), Take(memory, "a 1\n", 30));
        Assert.DoesNotContain(Take(memory, "a 1\n", 40), line => line.Contains("stale", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failed_scrape_ends_every_series()
    {
        var memory = Memory();
        Take(memory, "a 1\nb 2\n", 10);
        var into = new SampleBatch();
        memory.End(20, into);
        memory.Committed();
        Assert.Equal(2, Around.Read(into).Count(one => one.IsStale && one.Time == 20));
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public void A_sample_with_a_time_of_its_own_is_not_marked()
    {
        var memory = Memory();
        Assert.Equal([Of("a", "1 @7"), Of("b", "2 @10")], Take(memory, "a 1 7\nb 2\n", 10));
        Assert.Equal([Of("b", "stale @20")], Take(memory, "", 20));
    }

    [Fact]
    public void A_series_that_turns_to_times_of_its_own_is_marked_where_the_scrapes_times_ended()
    {
        var memory = Memory();
        Take(memory, "a 1\n", 10);
        Assert.Equal([Of("a", "1 @17"), Of("a", "stale @20")], Take(memory, "a 1 17\n", 20));
        Assert.Equal([Of("a", "1 @27")], Take(memory, "a 1 27\n", 30));
    }

    [Fact]
    public void Times_that_are_not_honoured_are_the_scrapes()
    {
        var memory = Memory(job => job with { HonorTimestamps = false });
        Assert.Equal([Of("a", "1 @10")], Take(memory, "a 1 7\n", 10));
        Assert.Equal([Of("a", "stale @20")], Take(memory, "", 20));
    }

    [Fact]
    public void A_label_of_the_sample_gives_way_to_the_targets()
    {
        Assert.Equal(["""a{exported_exported_job="y", exported_job="x", instance="h:1", job="j"} 1 @10"""], Take(Memory(), "a{job=\"x\",exported_exported_job=\"y\"} 1\n", 10));
        Assert.Equal(["""a{exported_exported_job="x", exported_job="y", instance="h:1", job="j"} 1 @10"""], Take(Memory(), "a{job=\"x\",exported_job=\"y\"} 1\n", 10));
    }

    [Fact]
    public void A_label_that_gives_way_takes_no_name_of_the_targets()
    {
        var memory = new SeriesMemory(Target.With("exported_job", "t"), new() { Name = "j" });
        Assert.Equal(["""a{exported_exported_job="x", exported_job="t", instance="h:1", job="j"} 1 @10"""], Take(memory, "a{job=\"x\"} 1\n", 10));
    }

    [Fact]
    public void A_label_of_the_sample_stays_when_it_is_honoured() =>
        Assert.Equal(["""a{instance="h:1", job="x"} 1 @10"""], Take(Memory(job => job with { HonorLabels = true }), "a{job=\"x\"} 1\n", 10));

    [Fact]
    public void Series_that_the_last_scrape_did_not_have_are_counted()
    {
        var memory = Memory();
        foreach (var (text, expected) in new[] { ("a 1\nb 1\n", 2), ("a 1\nc 1\n", 1), ("a 1\nc 1\n", 0), ("b 1\n", 1) })
        {
            Assert.Null(memory.Take(Parsed(text), 1, new(), out var added));
            memory.Committed();
            Assert.Equal(expected, added);
        }
    }

    [Theory]
    [InlineData("a 1\nb 1\nc 1\n", "sample_limit, 2")]
    [InlineData("a{b=\"1\",c=\"2\"} 1\n", "label_limit, 4")]
    [InlineData("a{looooooooong=\"1\"} 1\n", "label_name_length_limit, 9")]
    [InlineData("a{b=\"0123456789\"} 1\n", "label_value_length_limit, 9")]
    public void What_is_over_a_limit_is_not_taken(string text, string says)
    {
        static ScrapeJob Bound(ScrapeJob job) => job with { SampleLimit = 2, LabelLimit = 4, LabelNameLengthLimit = 9, LabelValueLengthLimit = 9 };
        Assert.Null(Memory(Bound).Take(Parsed("a{b=\"1\"} 1\nb 2\n"), 1, new(), out _));
        Assert.Contains(says, Memory(Bound).Take(Parsed(text), 1, new(), out _), StringComparison.Ordinal);
        Assert.Null(Memory().Take(Parsed(text), 1, new(), out _));
    }

    [Fact]
    public void Histograms_and_exemplars_come_along()
    {
        var parsed = Parsed("a 1\nb 2\n");
        var histogram = new Muster.Telemetry.Histograms.NativeHistogram { Count = 1 };
        parsed.Add(parsed.Open(SeriesKey.Of(Labels.Of(("__name__", "h")))), SeriesMemory.NoTime, histogram);
        parsed.Exemplars.Add(new(2, SeriesMemory.NoTime, 3, Labels.Of(("trace_id", "x"))));
        var into = new SampleBatch();
        Assert.Null(Memory().Take(parsed, 10, into, out _));
        Assert.Equal([KeyValuePair.Create(2, histogram)], into.Histograms);
        Assert.Equal(10, into.Times[2]);
        Assert.Equal(10, Assert.Single(into.Exemplars).Time);
        Assert.Equal("h", SeriesKey.Read(into.KeyOf(into.Series[2])).Name);
    }
}
