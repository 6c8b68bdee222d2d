using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads k6's options and says of each what became of it.</summary>
sealed class K6Options(Value options, string? url)
{
    const string Unfilled = "FILL-IN";

    /// <summary>Options that have nothing to be taken into, each with the reason.</summary>
    static readonly SortedDictionary<string, string> Left = new(StringComparer.Ordinal)
    {
        ["insecureSkipTLSVerify"] = "every certificate is verified; write target: { trust: ca.pem } for a private authority",
        ["rps"] = "a limit over all requests would delay them and hide the target's slowness; write rate: for an arrival rate",
        ["discardResponseBodies"] = "bodies are read only where a request saves or checks something of them",
        ["batch"] = "requests of an iteration follow one another",
        ["batchPerHost"] = "requests of an iteration follow one another",
        ["blacklistIPs"] = "the run goes only to the target and to hosts that consent names",
        ["blockHostnames"] = "the run goes only to the target and to hosts that consent names",
        ["hosts"] = "names are resolved as this machine does",
        ["dns"] = "names are resolved once, before the run",
        ["tlsAuth"] = "client certificates are not sent",
        ["tlsCipherSuites"] = "the ciphers are this machine's",
        ["tlsVersion"] = "the versions are this machine's",
        ["localIPs"] = "the address is this machine's",
        ["minIterationDuration"] = "write think: for a pause after each iteration",
        ["noCookiesReset"] = "with cookies: true a user keeps its cookies for its whole life",
        ["setupTimeout"] = "there is no setup",
        ["teardownTimeout"] = "there is no teardown",
        ["summaryTrendStats"] = "the result always has min, mean, p50, p90, p95, p99, p99.9 and max",
        ["summaryTimeUnit"] = "times are in milliseconds",
        ["systemTags"] = "the tags are scenario, name and method",
        ["maxRedirects"] = "",
        ["executionSegment"] = "the load is not parted over machines",
        ["executionSegmentSequence"] = "the load is not parted over machines",
        ["httpDebug"] = "requests are not printed",
        ["paused"] = "the run begins at once",
        ["ext"] = "it configures another service",
        ["cloud"] = "it configures another service",
        ["throw"] = "a request that fails is counted as failed",
        ["vusMax"] = "users are made as they are needed",
        ["noVUConnectionReuse"] = "",
        ["noConnectionReuse"] = "",
        ["userAgent"] = "",
    };

    readonly List<string> _notes = [];

    public (Value.Fields Form, List<string> Notes) Read()
    {
        if (options is not Value.Fields all) throw new FormatException("the options are no JSON map; write them with JSON.stringify(options)");
        // The output of `k6 inspect` and a script's export may carry them one level down.
        if (all["options"] is Value.Fields inner && all["scenarios"] is null) all = inner;
        var (target, path) = Split();
        var request = Value.Of(("get", path));
        if (Text(all["userAgent"]) is { } agent) request = request.With("headers", Value.Of(("User-Agent", agent)));
        else if (all["userAgent"] is not (null or Value.Nothing)) Note("userAgent", "it cannot be a header as it stands");
        if (all["maxRedirects"] is Value.Number { Is: >= 0 and <= 20 and var hops }) request = request.With("follow", hops);
        else if (all["maxRedirects"] is not (null or Value.Nothing)) Note("maxRedirects", "it is not between 0 and 20");
        else _notes.Add("k6 follows up to 10 redirects unless told otherwise; here none is followed: write follow: 10 into a request, whose hops are then part of one latency.");
        var scenarios = Scenarios(all, request);
        var form = Value.Of(("target", target), ("exact", true), ("scenarios", scenarios));
        _notes.Insert(0, "Read from k6's options. exact: true reads the thresholds as k6 does: the estimate decides, however few samples there are; take it out for the stricter reading.");
        if (url is null) _notes.Insert(1, $"Options hold no requests and no target: write them where it says {Unfilled}.");
        else _notes.Insert(1, "Options hold no requests: each scenario asks for the one URL that was given.");
        if (all["noConnectionReuse"] is Value.Truth { Is: true }) form = form.With("http", Value.Of(("reuse", "never")));
        else if (all["noVUConnectionReuse"] is Value.Truth { Is: true }) form = form.With("http", Value.Of(("reuse", "iteration")));
        form = form.With("thresholds", Thresholds(all["thresholds"]));
        foreach (var (name, value) in all)
            if (Left.TryGetValue(name, out var why))
            {
                if (why.Length > 0 && value is not (Value.Nothing or Value.Truth { Is: false } or Value.Items { Are.IsEmpty: true } or Value.Fields { Count: 0 })) Note(name, why);
            }
            else if (!Taken.Contains(name) && value is not Value.Nothing) Note(name, "it is not known");
        return (form, _notes);
    }

    static readonly string[] Shorthands = ["vus", "duration", "iterations", "stages"];
    static readonly HashSet<string> Taken = new(StringComparer.Ordinal) { "scenarios", "vus", "duration", "iterations", "stages", "thresholds", "tags" };

    Value.Fields Scenarios(Value.Fields all, Value.Fields request)
    {
        var tags = Tags(all["tags"], "tags");
        var short_ = Shorthands.Where(name => all[name] is not (null or Value.Nothing)).ToList();
        if (all["scenarios"] is not (null or Value.Nothing or Value.Fields { Count: 0 }))
        {
            if (all["scenarios"] is not Value.Fields named) throw new FormatException("scenarios is no map");
            if (named.Count > 100) throw new FormatException("there are more than 100 scenarios");
            foreach (var name in short_) Note(name, "scenarios stand beside it");
            var read = named.Select(entry => (entry.Key, Value: entry.Value is Value.Fields of ? Scenario(entry.Key, of, tags, request) : throw new FormatException($"the scenario {Bounded.Start(entry.Key, 60)} is no map"))).Where(entry => entry.Value is not null).ToList();
            if (read.Count == 0) throw new FormatException("none of the scenarios can be taken");
            return Named(read!);
        }

        var alone = short_.Contains("iterations") ? K6Executor.Shared(all, this, all["duration"])
            : short_.Contains("duration") ? K6Executor.Constant(all, this)
            : short_.Contains("stages") ? K6Executor.Ramping(all.With("startVUs", all["vus"] ?? 1), this)
            : K6Executor.Shared(all, this, null);
        if (short_.Contains("stages") && (short_.Contains("iterations") || short_.Contains("duration"))) Note("stages", "a duration or iterations stand beside them");
        return Named([("default", Whole(alone, tags, request))]);
    }

    Value.Fields? Scenario(string name, Value.Fields of, Value.Fields? common, Value.Fields request)
    {
        var model = K6Executor.Read(name, of, this);
        if (model is null) return null;
        var tags = Tags(of["tags"], $"scenarios.{name}.tags");
        var whole = Whole(model, tags is null ? common : new(tags.Concat((common ?? Value.Fields.Empty).Where(tag => tags[tag.Key] is null))), request);
        if (Duration(of["startTime"], $"{name}.startTime") is { } start && start != "0s") whole = whole.With("start", start);
        if (Duration(of["gracefulStop"], $"{name}.gracefulStop") is { } stop) whole = whole.With("graceful_stop", stop);
        if (of["gracefulRampDown"] is not (null or Value.Nothing)) Note($"scenarios.{name}.gracefulRampDown", "users that are taken away end their iteration within graceful_stop");
        if (Text(of["exec"]) is { } function && function != "default") _notes.Add($"The scenario {Clean(name)} calls the function {Clean(function)}: write its requests here.");
        if (of["env"] is Value.Fields { Count: > 0 } env) _notes.Add($"The scenario {Clean(name)} sets {string.Join(", ", env.Select(field => Clean(field.Key)))} for its script: not taken, the values are not shown.");
        if (of["options"] is Value.Fields { Count: > 0 }) Note($"scenarios.{name}.options", "there is no browser");
        return whole;
    }

    static Value.Fields Whole(Value.Fields model, Value.Fields? tags, Value.Fields request) => new(model.Concat(request).Concat(tags is { Count: > 0 } ? [KeyValuePair.Create("tags", (Value)tags)] : []));

    /// <summary>Under names that can be ours.</summary>
    Value.Fields Named(List<(string Key, Value.Fields Value)> scenarios)
    {
        var named = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (key, value) in scenarios)
        {
            var name = new string([.. key.Take(56).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '_')]);
            var unique = name.Length == 0 ? "scenario" : name;
            for (var i = 2; !named.TryAdd(unique, value); i++) unique = $"{name}_{i}";
            if (unique != key) _notes.Add($"The scenario \"{Clean(key)}\" is called {unique} here; select by that name in thresholds.");
        }

        return new(named);
    }

    Value.Fields? Tags(Value? written, string at)
    {
        if (written is not Value.Fields fields) return null;
        var taken = new List<KeyValuePair<string, Value>>();
        foreach (var (name, value) in fields)
            if (ScenarioReader.IsName(name) && name is not ("scenario" or "name" or "method" or "status" or "expected_response") && value is Value.Text { Is: { Length: > 0 and <= 200 } text } && text.AsSpan().IndexOfAny(",{}") < 0 && !text.Contains("$(", StringComparison.Ordinal) && !text.Any(char.IsControl))
                taken.Add(new(name, value));
            else Note($"{at}.{name}", "it cannot be a tag here");
        return new(taken);
    }

    Value.Fields? Thresholds(Value? written)
    {
        if (written is null or Value.Nothing) return null;
        if (written is Value.Fields fields) return fields;
        Note("thresholds", "they are no map");
        return null;
    }

    (string Target, string Path) Split()
    {
        if (url is null) return (Unfilled, Unfilled);
        var form = new LoadShorthand(url).Form();
        return (Text((form["target"] as Value.Fields)?["url"])!, Text(((form["scenarios"] as Value.Fields)!["load"] as Value.Fields)!["url"])!);
    }

    /// <summary>k6's durations: text as 1m30s, or a number of milliseconds.</summary>
    public string? Duration(Value? value, string at)
    {
        var seconds = value switch { Value.Number number => number.Is / 1000, Value.Text text => GoDuration.Seconds(text.Is) ?? (double.TryParse(text.Is, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain) ? plain / 1000 : null), _ => null };
        if (seconds is { } known && double.IsFinite(known) && known >= 0) return $"{Number(known)}s";
        if (value is not (null or Value.Nothing)) Note(at, "it is no duration");
        return null;
    }

    public static string Number(double number) => number.ToString("0.#########", CultureInfo.InvariantCulture);

    public void Note(string what, string why) => _notes.Add($"Not taken: {Clean(what)}; {why}.");

    public static string Clean(string text) => Bounded.Start(new([.. text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)]), 80);

    static string? Text(Value? value) => value is Value.Text { Is.Length: > 0 } text && !text.Is.Contains("$(", StringComparison.Ordinal) && !text.Is.Any(char.IsControl) ? text.Is : null;
}
