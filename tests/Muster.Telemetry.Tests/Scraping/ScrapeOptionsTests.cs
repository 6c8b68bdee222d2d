using System.Text;
using Muster.Telemetry.Scraping;

namespace Muster.Telemetry.Tests.Scraping;

public sealed class ScrapeOptionsTests
{
    const string Whole = """
        {
          "global": {"scrape_interval": "30s", "scrape_timeout": "5s"},
          "scrape_configs": [
            {
              "job_name": "node", "scrape_interval": "1m30s", "scheme": "https", "metrics_path": "/m", "params": {"a": ["1", "2"]},
              "static_configs": [{"targets": ["h:1", "[::1]:2", "bare"], "labels": {"zone": "x"}}],
              "file_sd_configs": [{"files": ["t/*.json"]}],
              "basic_auth": {"username": "u", "password_secret": "p"},
              "tls_config": {"ca_file": "ca.pem", "server_name": "n", "insecure_skip_verify": true},
              "honor_labels": true, "honor_timestamps": false, "follow_redirects": false,
              "body_size_limit": "1MiB", "sample_limit": 10, "label_limit": 11, "label_name_length_limit": 12, "label_value_length_limit": 13
            },
            {"job_name": "fast", "scrape_interval": "2s", "static_configs": [{"targets": ["h:1"]}], "authorization": {"credentials_secret": "t"}}
          ]
        }
        """;

    static ScrapeProblem Problem(string json)
    {
        Assert.Null(ScrapeOptions.Read(Encoding.UTF8.GetBytes(json), out var problem));
        return problem!;
    }

    [Fact]
    public void All_of_it_is_read()
    {
        var options = ScrapeOptions.Read(Encoding.UTF8.GetBytes(Whole), out var problem);
        Assert.Null(problem);
        var node = options!.Jobs[0];
        Assert.Equal((90, 5, "https", "/m"), (node.Interval.TotalSeconds, node.Timeout.TotalSeconds, node.Scheme, node.MetricsPath));
        Assert.Equal([KeyValuePair.Create("a", "1"), KeyValuePair.Create("a", "2")], node.Params);
        Assert.Equal(["h:1", "[::1]:2", "bare"], node.Targets[0].Addresses);
        Assert.Equal("x", node.Targets[0].Labels["zone"]);
        Assert.Equal(["t/*.json"], node.TargetFiles);
        Assert.Equal(new ScrapeSecret.Basic("u", "p"), node.Secret);
        Assert.Equal(new ScrapeTls("ca.pem", "n", true), node.Tls);
        Assert.Equal((true, false, false), (node.HonorLabels, node.HonorTimestamps, node.FollowRedirects));
        Assert.Equal((1 << 20, 10, 11, 12, 13), (node.BodySizeLimit, node.SampleLimit, node.LabelLimit, node.LabelNameLengthLimit, node.LabelValueLengthLimit));
        var fast = options.Jobs[1];
        Assert.Equal((2, 2), (fast.Interval.TotalSeconds, fast.Timeout.TotalSeconds));
        Assert.Equal(new ScrapeSecret.Bearer("t"), fast.Secret);
        Assert.Equal((false, true, true, 16 << 20), (fast.HonorLabels, fast.HonorTimestamps, fast.FollowRedirects, fast.BodySizeLimit));
    }

    [Theory]
    [InlineData("\"job_name\": \"n\", \"intervall\": 1", "scrape_configs[0]", "the key intervall is not known", "known here: job_name")]
    [InlineData("\"job_name\": \"n\", \"scrape_intervall\": \"1s\"", "scrape_configs[0]", "the key scrape_intervall is not known", "did you mean scrape_interval?")]
    [InlineData("\"job_name\": \"n\", \"scrape_interval\": \"1 s\"", "scrape_configs[0].scrape_interval", "no duration", "15s")]
    [InlineData("\"job_name\": \"n\", \"scrape_interval\": \"50d\"", "scrape_configs[0].scrape_interval", "no duration", "30d at most")]
    [InlineData("\"job_name\": \"n\", \"scrape_interval\": 15", "scrape_configs[0].scrape_interval", "no text", "quotes")]
    [InlineData("\"job_name\": \"n\", \"scrape_interval\": \"5s\", \"scrape_timeout\": \"6s\"", "scrape_configs[0]", "longer than the interval", "no longer")]
    [InlineData("\"job_name\": \"n\", \"scheme\": \"ftp\"", "scrape_configs[0].scheme", "ftp is no scheme", "http or https")]
    [InlineData("\"job_name\": \"n\", \"metrics_path\": \"m\"", "scrape_configs[0].metrics_path", "no path", "/")]
    [InlineData("\"job_name\": \"n\", \"static_configs\": [{\"targets\": [\"http://h\"]}]", "scrape_configs[0].static_configs[0].targets[0]", "is a URL", "host:port")]
    [InlineData("\"job_name\": \"n\", \"static_configs\": [{\"targets\": [\"h\"], \"labels\": {\"a-b\": \"\"}}]", "scrape_configs[0].static_configs[0].labels", "no name of a label", "letters")]
    [InlineData("\"job_name\": \"n\", \"file_sd_configs\": [{\"files\": [\"a.yaml\"]}]", "scrape_configs[0].file_sd_configs[0].files[0]", "no JSON file", "only *.json")]
    [InlineData("\"job_name\": \"n\", \"file_sd_configs\": [{\"files\": [\"*/a.json\"]}]", "scrape_configs[0].file_sd_configs[0].files[0]", "in the folder", "file's name only")]
    [InlineData("\"job_name\": \"n\", \"file_sd_configs\": [{\"files\": [\"a\\u0000.json\"]}]", "scrape_configs[0].file_sd_configs[0].files[0]", "no path", "character 0")]
    [InlineData("\"job_name\": \"n\", \"tls_config\": {\"ca_file\": \"a\\u0000\"}", "scrape_configs[0].tls_config.ca_file", "no path", "character 0")]
    [InlineData("\"job_name\": \"n\"", "scrape_configs[0]", "no targets", "static_configs")]
    [InlineData("\"static_configs\": []", "scrape_configs[0]", "no name", "job_name")]
    [InlineData("\"job_name\": \"n\", \"job_name\": \"m\"", "scrape_configs[0]", "stands twice", "take one away")]
    [InlineData("\"job_name\": \"n\", \"basic_auth\": {\"username\": \"u\", \"password\": \"x\"}", "scrape_configs[0].basic_auth.password", "does not stand in this file", "password_secret")]
    [InlineData("\"job_name\": \"n\", \"authorization\": {\"credentials\": \"x\"}", "scrape_configs[0].authorization.credentials", "do not stand in this file", "credentials_secret")]
    [InlineData("\"job_name\": \"n\", \"relabel_configs\": []", "scrape_configs[0]", "relabelling is not done here", "take it out")]
    [InlineData("\"job_name\": \"n\", \"body_size_limit\": \"4GiB\"", "scrape_configs[0].body_size_limit", "no size", "16MiB")]
    [InlineData("\"job_name\": \"n\", \"sample_limit\": -1", "scrape_configs[0].sample_limit", "-1 is no limit", "whole number")]
    [InlineData("\"job_name\": \"n\", \"honor_labels\": \"true\"", "scrape_configs[0].honor_labels", "neither true nor false", "without quotes")]
    public void What_is_wrong_is_told_with_its_place_and_what_to_write(string job, string key, string says, string fix)
    {
        var problem = Problem($"{{\n  \"scrape_configs\": [{{{job}}}]\n}}");
        Assert.Equal((2, key), (problem.Line, problem.Key));
        Assert.Contains(says, problem.Says, StringComparison.Ordinal);
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_is_that_of_the_key() => Assert.Equal((3, 3), (Problem("{\n  \"scrape_configs\": [],\n  \"globl\": {}\n}").Line, Problem("{\n  \"scrape_configs\": [],\n  \"globl\": {}\n}").Column));

    [Theory]
    [InlineData("")]
    [InlineData("scrape_configs:\n- job_name: x\n")]
    [InlineData("{\"scrape_configs\": [}")]
    [InlineData("{\"scrape_configs\": \"\\ud800\"}")]
    public void What_is_no_JSON_is_told_so(string text) => Assert.Contains("not YAML", Problem(text).Fix, StringComparison.Ordinal);

    [Fact]
    public void Two_jobs_of_one_name_are_refused() =>
        Assert.Contains("the job n stands twice", Problem("""{"scrape_configs": [{"job_name": "n", "static_configs": [{"targets": ["h"]}]}, {"job_name": "n", "static_configs": [{"targets": ["h"]}]}]}""").Says, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_changed_in_it_gives_options_or_a_problem()
    {
        var random = new Random(7);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var options = ScrapeOptions.Read(Changed(Whole, random), out var problem);
            Assert.True(options is null == (problem is not null));
            if (options is null) refused++;
            else read++;
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Whatever_is_changed_in_a_file_of_targets_gives_targets_or_a_problem()
    {
        const string file = """[{"targets": ["h:1", "[::1]:2"], "labels": {"zone": "x", "__scheme__": "https"}}, {"targets": []}]""";
        var random = new Random(8);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var targets = ScrapeOptionsReader.ReadTargets(Changed(file, random), out var problem);
            Assert.True(targets is null == (problem is not null));
            if (targets is null) refused++;
            else read++;
            foreach (var group in targets ?? [])
            {
                foreach (var address in group.Addresses) Assert.True(Target.Of(new() { Name = "j" }, address, group.Labels, out var why) is null == (why is not null));
            }
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    static byte[] Changed(string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(30, bytes.Count - at))); break;
                default: bytes[at] = "{}[]\":,0\\"u8[random.Next(9)]; break;
            }
        }

        return [.. bytes];
    }
}
