using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Telemetry.Scraping;

/// <summary>
/// The configuration in JSON (YAML is not read here), with the keys of Prometheus:
/// <c>{"global": {"scrape_interval": "15s"}, "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": ["127.0.0.1:9100"]}]}]}</c>.
/// Secrets stand in it by name only: <c>"authorization": {"credentials_secret": "NAME"}</c>, <c>"basic_auth": {"username": "u", "password_secret": "NAME"}</c>.
/// Relabelling and discovery other than files are not known here, and are refused rather than passed over.
/// </summary>
static class ScrapeOptionsReader
{
    const string Utf8Bom = "\uFEFF";
    const int LongestFile = 16 << 20;

    public static ScrapeOptions? Read(ReadOnlySpan<byte> json, out ScrapeProblem? problem) => Guarded(json, Options, out problem);

    /// <summary>The targets of a file, as <see href="https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config"/> has it, in JSON.</summary>
    public static ImmutableArray<ScrapeTargets>? ReadTargets(ReadOnlySpan<byte> json, out ScrapeProblem? problem) => Guarded<ImmutableArray<ScrapeTargets>?>(json, root => [.. root.Items().Select(Targets)], out problem);

    static T? Guarded<T>(ReadOnlySpan<byte> json, Func<ConfigReading, T> read, out ScrapeProblem? problem)
    {
        problem = null;
        if (json.StartsWith(System.Text.Encoding.UTF8.GetBytes(Utf8Bom))) json = json[3..];
        if (json.Length > LongestFile)
        {
            problem = new(1, 1, "", $"the file is larger than {LongestFile >> 20} MiB", "split it");
            return default;
        }

        try { return read(new(ConfigNode.Read(json), "")); }
        catch (ConfigWrong wrong)
        {
            var before = json[..wrong.At];
            problem = new(before.Count((byte)'\n') + 1, wrong.At - before.LastIndexOf((byte)'\n'), wrong.Key, wrong.Message, wrong.Fix);
        }
        catch (JsonException bad)
        {
            var says = bad.Message.Split(". LineNumber", StringSplitOptions.None)[0];
            problem = new((int)(bad.LineNumber ?? 0) + 1, (int)(bad.BytePositionInLine ?? 0) + 1, "", $"this is no JSON: {says}", "the file is JSON, not YAML: keys and texts in double quotes");
        }

        return default;
    }

    static ScrapeOptions Options(ConfigReading root)
    {
        root.Object("global", "scrape_configs");
        var usual = new ScrapeJob { Name = "" };
        if (root.Find("global") is { } global)
        {
            global.Object("scrape_interval", "scrape_timeout");
            usual = Times(global, usual);
        }

        var jobs = root.Find("scrape_configs") is { } list ? list.Items() : throw root.Wrong("there is nothing to scrape", "add \"scrape_configs\": [ … ]");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var read = ImmutableArray.CreateBuilder<ScrapeJob>();
        foreach (var one in jobs)
        {
            var job = Job(one, usual);
            if (!names.Add(job.Name)) throw one.Wrong($"the job {job.Name} stands twice", "give each job a name of its own");
            read.Add(job);
        }

        return new(read.ToImmutable());
    }

    static ScrapeJob Times(ConfigReading from, ScrapeJob usual)
    {
        var interval = from.Find("scrape_interval")?.Duration() ?? usual.Interval;
        var timeout = from.Find("scrape_timeout") is { } said ? said.Duration() : usual.Timeout < interval ? usual.Timeout : interval;
        if (timeout > interval) throw from.Wrong("the timeout is longer than the interval", "write a scrape_timeout no longer than scrape_interval");
        return usual with { Interval = interval, Timeout = timeout };
    }

    static ScrapeJob Job(ConfigReading from, ScrapeJob usual)
    {
        if (from.Find("relabel_configs") is not null || from.Find("metric_relabel_configs") is not null) throw from.Wrong("relabelling is not done here", "take it out, or scrape through an agent that relabels");
        from.Object("job_name", "scrape_interval", "scrape_timeout", "scheme", "metrics_path", "params", "static_configs", "file_sd_configs", "basic_auth", "authorization", "tls_config", "honor_labels", "honor_timestamps", "follow_redirects", "body_size_limit", "sample_limit", "label_limit", "label_name_length_limit", "label_value_length_limit");
        var name = from.Find("job_name")?.Text() ?? throw from.Wrong("the job has no name", "add \"job_name\": \"…\"");
        var path = from.Find("metrics_path");
        if (path is { } at && !at.Text().StartsWith('/')) throw at.Wrong("this is no path", "begin it with /");
        var job = Times(from, usual) with
        {
            Name = name,
            Scheme = from.Find("scheme") is { } scheme ? scheme.Text() is "http" or "https" ? scheme.Text() : throw scheme.Wrong($"{scheme.Text()} is no scheme", "write http or https") : usual.Scheme,
            MetricsPath = path?.Text() ?? usual.MetricsPath,
            Params = Params(from),
            Targets = from.Find("static_configs") is { } lists ? [.. lists.Items().Select(Targets)] : [],
            TargetFiles = Files(from),
            Secret = Secret(from),
            Tls = Tls(from),
            HonorLabels = from.Find("honor_labels")?.Flag() ?? usual.HonorLabels,
            HonorTimestamps = from.Find("honor_timestamps")?.Flag() ?? usual.HonorTimestamps,
            FollowRedirects = from.Find("follow_redirects")?.Flag() ?? usual.FollowRedirects,
            BodySizeLimit = from.Find("body_size_limit")?.Bytes() ?? usual.BodySizeLimit,
            SampleLimit = from.Find("sample_limit")?.Limit() ?? 0,
            LabelLimit = from.Find("label_limit")?.Limit() ?? 0,
            LabelNameLengthLimit = from.Find("label_name_length_limit")?.Limit() ?? 0,
            LabelValueLengthLimit = from.Find("label_value_length_limit")?.Limit() ?? 0,
        };
        return job.Targets.IsEmpty && job.TargetFiles.IsEmpty ? throw from.Wrong($"the job {name} has no targets", "add static_configs or file_sd_configs") : job;
    }

    static ScrapeTargets Targets(ConfigReading from)
    {
        from.Object("targets", "labels");
        var addresses = from.Find("targets") is { } list ? list.Items() : throw from.Wrong("there are no targets", "add \"targets\": [\"host:port\"]");
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (from.Find("labels") is { } pairs)
        {
            if (pairs.Node.Kind != JsonTokenType.StartObject) throw pairs.Wrong("these are no labels", "write {\"name\": \"value\"}");
            foreach (var (name, at, value) in pairs.Node.Members)
            {
                var said = new ConfigReading(value, $"{pairs.Key}.{name}");
                if (!IsLabel(name)) throw new ConfigWrong(at, pairs.Key, $"{name} is no name of a label", "letters, digits and _, a letter or _ first, and not __name__");
                if (value.Kind != JsonTokenType.String) throw said.Wrong("this is no text", "write it in quotes");
                labels[name] = value.Text;
            }
        }

        return new([.. addresses.Select(Address)], labels.ToImmutable());
    }

    static string Address(ConfigReading from)
    {
        var text = from.Text();
        if (text.Contains("://", StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal)) throw from.Wrong($"{text} is a URL", "write host:port; the rest stands in scheme and metrics_path");
        return Target.IsAddress(text) ? text : throw from.Wrong($"{text} is no address", "write host:port");
    }

    static bool IsLabel(string name) => name.Length > 0 && name != Series.Labels.MetricName && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    static ImmutableArray<KeyValuePair<string, string>> Params(ConfigReading job)
    {
        if (job.Find("params") is not { } from) return [];
        if (from.Node.Kind != JsonTokenType.StartObject) throw from.Wrong("these are no parameters", "write {\"name\": [\"value\"]}");
        return [.. from.Node.Members.SelectMany(member => new ConfigReading(member.Value, $"{from.Key}.{member.Name}").Items().Select(value => KeyValuePair.Create(member.Name, value.Text())))];
    }

    static ImmutableArray<string> Files(ConfigReading job)
    {
        if (job.Find("file_sd_configs") is not { } list) return [];
        var files = ImmutableArray.CreateBuilder<string>();
        foreach (var one in list.Items())
        {
            one.Object("files");
            foreach (var file in one.Find("files")?.Items() ?? throw one.Wrong("no files are named", "add \"files\": [\"targets/*.json\"]"))
            {
                var path = PathOf(file);
                if (!path.EndsWith(".json", StringComparison.Ordinal)) throw file.Wrong($"{path} is no JSON file", "only *.json files are read: write the targets as JSON");
                if (Path.GetDirectoryName(path)?.Contains('*', StringComparison.Ordinal) == true) throw file.Wrong("a * stands in the folder", "a * may stand in the file's name only");
                files.Add(path);
            }
        }

        return files.ToImmutable();
    }

    static string PathOf(ConfigReading from) => from.Text().Contains('\0', StringComparison.Ordinal) ? throw from.Wrong("this is no path", "take the character 0 out") : from.Text();

    static ScrapeSecret? Secret(ConfigReading job)
    {
        if (job.Find("basic_auth") is { } basic)
        {
            if (job.Find("authorization") is { } both) throw both.Wrong("there are two ways to authorize", "keep basic_auth or authorization");
            if (basic.Find("password") is { } said) throw said.Wrong("a password does not stand in this file", "give it as a secret, and write password_secret with its name");
            basic.Object("username", "password_secret");
            var user = basic.Find("username")?.Text() ?? throw basic.Wrong("there is no user", "add username");
            return new ScrapeSecret.Basic(user, basic.Find("password_secret")?.Text() ?? throw basic.Wrong("there is no password", "add password_secret with the name of a secret"));
        }

        if (job.Find("authorization") is not { } bearer) return null;
        if (bearer.Find("credentials") is { } open) throw open.Wrong("credentials do not stand in this file", "give them as a secret, and write credentials_secret with its name");
        bearer.Object("type", "credentials_secret");
        if (bearer.Find("type") is { } type && !type.Text().Equals("Bearer", StringComparison.OrdinalIgnoreCase)) throw type.Wrong($"{type.Text()} is not known", "write Bearer, or use basic_auth");
        return new ScrapeSecret.Bearer(bearer.Find("credentials_secret")?.Text() ?? throw bearer.Wrong("there is no secret", "add credentials_secret with the name of a secret"));
    }

    static ScrapeTls Tls(ConfigReading job)
    {
        if (job.Find("tls_config") is not { } from) return new();
        from.Object("ca_file", "server_name", "insecure_skip_verify");
        return new(from.Find("ca_file") is { } file ? PathOf(file) : null, from.Find("server_name")?.Text(), from.Find("insecure_skip_verify")?.Flag() ?? false);
    }
}
