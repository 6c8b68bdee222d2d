using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Load;

/// <summary>What one scenario of one request needs, as options; it becomes the same form that a scenario file has, so that both mean the same and complain alike.</summary>
sealed class LoadShort
{
    readonly Option<string?> _rate = new("--rate") { Description = "Requests begun a second, whether or not earlier ones were answered: 500, 500/s, 30/m.", HelpName = "N" };
    readonly Option<string?> _users = new("--vus", "-c") { Description = "Users at once; each begins its next request when its last was answered.", HelpName = "N" };
    readonly Option<string?> _iterations = new("--iterations", "-n") { Description = "So many requests in all, shared by the users.", HelpName = "N" };
    readonly Option<string?> _duration = new("--duration") { Description = "How long, as 30s or 5m (30s unless said).", HelpName = "TIME" };
    readonly Option<string?> _warmUp = new("--warm-up") { Description = "The beginning that counts for nothing.", HelpName = "TIME" };
    readonly Option<string?> _most = new("--max-vus") { Description = "The most users at once under --rate (1000 unless said).", HelpName = "N" };
    readonly Option<string?> _method = new("--method", "-X") { Description = "The method (GET unless said).", HelpName = "METHOD" };
    readonly Option<string[]> _headers = new("--header", "-H") { Description = "A header, as \"accept: application/json\"; may be given several times. $(env:NAME) takes a secret from the environment.", HelpName = "HEADER", AllowMultipleArgumentsPerToken = false };
    readonly Option<string?> _body = new("--body") { Description = "The body; @FILE takes a file's bytes.", HelpName = "TEXT|@FILE" };
    readonly Option<string?> _timeout = new("--timeout") { Description = "How long one answer may take (60s unless said).", HelpName = "TIME" };
    readonly Option<string?> _steps = new("--steps") { Description = "Find the knee: FROM..TO/BY, as 100..2000/100; each step lasts --duration.", HelpName = "STEPS" };
    readonly Option<string?> _version = new("--http") { Description = "1.1 or 2.", HelpName = "VERSION" };
    readonly Option<string?> _reuse = new("--reuse") { Description = "Keep connections: always, iteration or never.", HelpName = "WHEN" };
    readonly Option<string?> _trust = new("--trust") { Description = "A PEM file of the only trusted roots.", HelpName = "FILE" };
    readonly Option<string[]> _thresholds = new("--threshold") { Description = "What must hold, as \"http_req_duration: p(95)<200\" (milliseconds) or \"http_req_failed: rate<0.001\"; may be given several times.", HelpName = "METRIC:EXPRESSION", AllowMultipleArgumentsPerToken = false };
    readonly Option<string?> _threads = new("--threads") { Description = "Threads of the engine (1 unless said).", HelpName = "N" };

    IEnumerable<Option> OfScenario => [_rate, _users, _iterations, _duration, _warmUp, _most, _method, _headers, _body, _timeout, _steps, _version, _reuse, _trust];

    public void AddTo(Command command)
    {
        foreach (var option in OfScenario.Append(_thresholds).Append(_threads)) command.Add(option);
    }

    /// <summary>A file says all of this itself.</summary>
    /// <exception cref="Refusal">An option of a scenario stands beside a file.</exception>
    public void Refuse(ParseResult parsed, string file)
    {
        if (OfScenario.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw Refusal.Usage($"{given.Name} stands beside {file}, which says that itself", "change it in the file, or name a URL in its place");
    }

    /// <summary>What may stand beside a file too.</summary>
    public Value.Fields Beside(ParseResult parsed, Value.Fields form)
    {
        if (parsed.GetValue(_threads) is { } threads) form = form.With("threads", threads);
        var said = (parsed.GetValue(_thresholds) ?? []).Select(Threshold).ToList();
        if (said.Count == 0) return form;
        var all = form["thresholds"] as Value.Fields ?? Value.Fields.Empty;
        foreach (var metric in said.GroupBy(one => one.Metric, StringComparer.Ordinal))
            all = all.With(metric.Key, Value.List([.. all[metric.Key] is Value.Items { Are: var before } ? before : [], .. metric.Select(one => (Value)one.Expression)]));
        return form.With("thresholds", all);
    }

    public Value.Fields Form(ParseResult parsed, Uri url)
    {
        var scenario = Value.Fields.Empty;
        void Set(string name, string? text)
        {
            if (text is not null) scenario = scenario.With(name, text);
        }

        Set("rate", parsed.GetValue(_rate));
        Set("vus", parsed.GetValue(_users));
        Set("iterations", parsed.GetValue(_iterations));
        if (scenario.Count == 0 && parsed.GetValue(_steps) is null) throw Refusal.Usage("how much load is not said", "give --rate 100, --vus 10, --steps 100..1000/100, or a scenario file");
        var duration = parsed.GetValue(_duration);
        if (parsed.GetValue(_steps) is { } steps) scenario = scenario.With("steps", Steps(steps, duration ?? "10s"));
        else if (scenario["iterations"] is null) Set("duration", duration ?? "30s");
        else Set("max_duration", duration);
        if (scenario["iterations"] is not null && scenario["vus"] is null) Set("vus", "1");
        Set("warm_up", parsed.GetValue(_warmUp));
        Set("max_vus", parsed.GetValue(_most));
        var request = Value.Of(("name", "request"), ((parsed.GetValue(_method) ?? "GET").ToLowerInvariant(), url.PathAndQuery));
        if (parsed.GetValue(_timeout) is { } timeout) request = request.With("timeout", timeout);
        if (parsed.GetValue(_body) is { } body) request = body.StartsWith('@') ? request.With("file", body[1..]) : request.With("body", body);
        scenario = scenario.With("requests", Value.List([request]));
        var http = Value.Fields.Empty;
        if (parsed.GetValue(_version) is { } version) http = http.With("version", version);
        if (parsed.GetValue(_reuse) is { } reuse) http = http.With("reuse", reuse);
        var target = Value.Of(("url", url.GetLeftPart(UriPartial.Authority)));
        var headers = Headers(parsed);
        if (headers.Count > 0) target = target.With("headers", headers);
        if (parsed.GetValue(_trust) is { } trust) target = target.With("trust", trust);
        var form = Value.Of(("target", target), ("scenarios", Value.Of(("load", scenario))));
        return http.Count > 0 ? form.With("http", http) : form;
    }

    Value.Fields Headers(ParseResult parsed)
    {
        var headers = Value.Fields.Empty;
        foreach (var line in parsed.GetValue(_headers) ?? [])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) throw Refusal.Usage("--header: not NAME: VALUE", "write it as \"accept: application/json\""); // The line itself may hold a secret.
            headers = headers.With(line[..colon].Trim(), line[(colon + 1)..].Trim());
        }

        return headers;
    }

    static Value.Fields Steps(string steps, string each)
    {
        var dots = steps.IndexOf("..", StringComparison.Ordinal);
        var slash = steps.IndexOf('/', StringComparison.Ordinal);
        if (dots <= 0 || slash < dots + 3 || slash == steps.Length - 1) throw Refusal.Usage($"--steps {steps}: not FROM..TO/BY", "write it as 100..2000/100");
        return Value.Of(("from", steps[..dots]), ("to", steps[(dots + 2)..slash]), ("by", steps[(slash + 1)..]), ("each", each));
    }

    static (string Metric, string Expression) Threshold(string word)
    {
        // A selector holds colons of its own: http_req_duration{scenario:browse}: p(95)<200.
        var from = word.IndexOf('}', StringComparison.Ordinal) is >= 0 and var brace ? brace : 0;
        var colon = word.IndexOf(':', from);
        if (colon <= 0) throw Refusal.Usage($"--threshold {word}: not METRIC: EXPRESSION", "write it as \"http_req_duration: p(95)<200\"");
        return (word[..colon].Trim(), word[(colon + 1)..].Trim());
    }
}
