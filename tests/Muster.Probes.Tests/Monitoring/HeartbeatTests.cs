using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Monitoring;

public sealed class HeartbeatTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-heartbeat-");

    public void Dispose() => _folder.Delete(recursive: true);

    void Write(string text) => File.WriteAllText(Path.Combine(_folder.FullName, "job"), text);

    Task<Sight> Look(params (string Name, Value Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "heartbeat", [("every", 3600), .. more, .. more.Any(one => one.Name == "file") ? [] : (ReadOnlySpan<(string, Value)>)[("file", "job")]]);

    static string Ago(double seconds) => Instant.Write(DateTimeOffset.UtcNow.AddSeconds(-seconds));

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException(sight.Detail);

    [Fact]
    public async Task A_job_that_ended_in_time_and_did_something_is_seen_so()
    {
        Write($$"""{ "finished": "{{Ago(600)}}", "complete": true, "count": 12 }""");

        var seen = Seen(await Look());

        Assert.Equal((Value.False, Value.True, (Value)12), (seen["overdue"], seen["done"], seen["did"]));
        Assert.InRange(seen.Number("age")!.Value, 600, 660);
    }

    /// <summary>The trap: the job that looks for certificates about to end said that all was well when it ran last, and has not run since; the certificate that it watched ends meanwhile.</summary>
    [Fact]
    public async Task A_job_that_watches_certificates_and_has_fallen_silent_is_overdue_though_its_last_word_was_good()
    {
        Write($$"""{ "finished": "{{Ago(40 * 86400)}}", "complete": true, "count": 12, "near_expiry": [], "exit_code": 0 }""");
        File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, "job"), DateTime.UtcNow); // Copied somewhere else just now.
        var naive = await Probing.Look(Probing.Options with { Folder = _folder.FullName }, "file", ("target", "job"), ("as", "json"), ("read", "/exit_code"));
        Assert.Equal((Value)0, naive.Observation!["value"]);

        var seen = Seen(await Look());

        Assert.Equal(Value.True, seen["overdue"]);
        Assert.InRange(seen.Number("age")!.Value, 40 * 86400, 40 * 86400 + 60);
    }

    [Fact]
    public async Task A_job_that_broke_off_or_did_nothing_is_seen_so()
    {
        Write($$"""{ "finished": "{{Ago(60)}}", "complete": false, "count": 0 }""");

        var seen = Seen(await Look());

        Assert.Equal((Value.False, Value.False, (Value)0), (seen["overdue"], seen["done"], seen["did"]));
    }

    [Theory]
    [InlineData("""{ "complete": true, "count": 12 }""", "no time")]
    [InlineData("""{ "finished": "yesterday", "complete": true }""", "no time")]
    [InlineData("""{ "finished": "2026-03-01T09:00:00", "complete": true }""", "no time")]
    [InlineData("""{ "finished": "2999-03-01T09:00:00Z", "complete": true }""", "yet to come")]
    [InlineData("""{ "finished": """, "not whole")]
    [InlineData("", "neither JSON nor metrics")]
    [InlineData("all is well\n", "neither JSON nor metrics")]
    public async Task What_has_no_time_of_its_own_is_no_observation(string text, string says)
    {
        Write(text);

        Probing.Blind(await Look(), Blind.Unreadable, says);
    }

    [Fact]
    public async Task What_it_does_not_say_is_not_observed()
    {
        Write($$"""{ "finished": "{{Ago(60)}}" }""");

        var seen = Seen(await Look());

        Assert.Null(seen["done"]);
        Assert.Null(seen["did"]);
    }

    [Fact]
    public async Task Metrics_tell_it_too_and_of_several_series_the_oldest_counts()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Write(string.Create(CultureInfo.InvariantCulture, $"# TYPE job_end gauge\njob_end{{of=\"a\"}} {now - 60}\njob_end{{of=\"b\"}} {now - 9000}\njob_ok 1\njob_seen 3\n"));

        var seen = Seen(await Look(("finished", "job_end"), ("done", "job_ok"), ("did", "job_seen")));

        Assert.Equal((Value.True, Value.True, (Value)3), (seen["overdue"], seen["done"], seen["did"]));
    }

    [Fact]
    public async Task A_page_tells_it_as_a_file_does()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/jobs/one", _ => SiteResponse.Json(200, $$"""{ "finished": "{{Ago(60)}}", "complete": true, "count": 1 }"""));
        Task<Sight> At(string page) => Probing.Look("heartbeat", ("at", Value.Of(("address", site.Address.AbsoluteUri))), ("page", page), ("every", 3600));

        Assert.Equal(Value.False, Seen(await At("/jobs/one"))["overdue"]);
        Probing.Blind(await At("/jobs/two"), Blind.Unreadable, "404");
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_elsewhere_is_no_observation()
    {
        Probing.Blind(await Look(), Blind.Unreadable, "has left no job");
        Probing.Blind(await Look(("file", "../job")), Blind.Refused, "leads out");
        Probing.Blind(await Probing.Look("heartbeat", ("every", 60)), Blind.BadQuestion, "file");
    }

    [Fact]
    public void Whatever_a_job_leaves_is_read_or_told_to_be_unreadable() => Fuzz.Damage([.. ((string[])[$$"""{ "finished": "{{Ago(60)}}", "complete": true, "count": 12 }""", "# TYPE job_end gauge\njob_end{of=\"a\"} 1767225600\njob_ok 1\n"]).Select(Encoding.UTF8.GetBytes)], bytes =>
    {
        Write("");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "job"), bytes);
        var sight = Look().GetAwaiter().GetResult();
        Assert.NotEqual(Blind.Crashed, sight.Blind);
    }, share: 20);
}
