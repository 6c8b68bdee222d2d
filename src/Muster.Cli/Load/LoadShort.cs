using System.Collections.Immutable;
using System.CommandLine;
using Muster.Probes.Load;
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
    readonly Option<string?> _peak = new("--peak") { Description = "With --steps: the rate that production must bear, for the headroom above it.", HelpName = "N" };
    readonly Option<string?> _version = new("--http") { Description = "1.1 or 2.", HelpName = "VERSION" };
    readonly Option<string?> _reuse = new("--reuse") { Description = "Keep connections: always, iteration or never.", HelpName = "WHEN" };
    readonly Option<string?> _trust = new("--trust") { Description = "A PEM file of the only trusted roots.", HelpName = "FILE" };
    readonly Option<string[]> _thresholds = new("--threshold") { Description = "What must hold, as \"http_req_duration: p(95)<200\" (milliseconds) or \"http_req_failed: rate<0.001\"; may be given several times.", HelpName = "METRIC:EXPRESSION", AllowMultipleArgumentsPerToken = false };
    readonly Option<string?> _threads = new("--threads") { Description = "Threads of the engine (1 unless said).", HelpName = "N" };

    IEnumerable<Option> OfScenario => [_rate, _users, _iterations, _duration, _warmUp, _most, _method, _headers, _body, _timeout, _steps, _peak, _version, _reuse, _trust];

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
        // Thresholds of the command line are read as those of a form are, and stand beside the file's own.
        var said = Read(new LoadShorthand("http://nowhere/") { Thresholds = [.. parsed.GetValue(_thresholds) ?? []] })["thresholds"] as Value.Fields ?? Value.Fields.Empty;
        var all = form["thresholds"] as Value.Fields ?? Value.Fields.Empty;
        foreach (var (metric, conditions) in said)
            all = all.With(metric, Value.List([.. all[metric] is Value.Items { Are: var before } ? before : all[metric] is { } one ? [one] : [], .. ((Value.Items)conditions).Are]));
        return all.Count > 0 ? form.With("thresholds", all) : form;
    }

    public Value.Fields Form(ParseResult parsed, string url)
    {
        var scenario = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Set(string name, string? text)
        {
            if (text is not null) scenario[name] = text;
        }

        Set("rate", parsed.GetValue(_rate));
        Set("vus", parsed.GetValue(_users));
        Set("iterations", parsed.GetValue(_iterations));
        var steps = parsed.GetValue(_steps);
        if (steps is null && parsed.GetValue(_peak) is not null) throw Refusal.Usage("--peak stands without --steps", "give --steps 100..2000/100 too: headroom is told from a step test");
        if (scenario.Count == 0 && steps is null) throw Refusal.Usage("how much load is not said", "give --rate 100, --vus 10, --steps 100..1000/100, or a scenario file");
        var duration = parsed.GetValue(_duration);
        if (scenario.ContainsKey("iterations"))
        {
            if (!scenario.ContainsKey("vus")) scenario["vus"] = "1";
            Set("max_duration", duration);
        }
        else if (steps is null) scenario["duration"] = duration ?? "30s";
        Set("warm_up", parsed.GetValue(_warmUp));
        Set("max_vus", parsed.GetValue(_most));
        Set("timeout", parsed.GetValue(_timeout));
        var http = ImmutableSortedDictionary<string, string>.Empty;
        if (parsed.GetValue(_version) is { } version) http = http.Add("version", version);
        if (parsed.GetValue(_reuse) is { } reuse) http = http.Add("reuse", reuse);
        var body = parsed.GetValue(_body);
        var form = Read(new LoadShorthand(url)
        {
            Scenario = scenario.ToImmutable(), Http = http, Method = parsed.GetValue(_method) ?? "GET", Headers = [.. parsed.GetValue(_headers) ?? []], Trust = parsed.GetValue(_trust),
            Body = body?.StartsWith('@') == true ? null : body, File = body?.StartsWith('@') == true ? body[1..] : null,
        });
        if (steps is null) return form;
        var load = (Value.Fields)((Value.Fields)form["scenarios"]!)["load"]!;
        return form.With("scenarios", Value.Of(("load", load.With("steps", Steps(steps, duration ?? "10s", parsed.GetValue(_peak))))));
    }

    static Value.Fields Read(LoadShorthand said)
    {
        try { return said.Form(); }
        catch (FormatException wrong) { throw Refusal.Usage(wrong.Message, "see muster load --help"); }
    }

    static Value.Fields Steps(string steps, string each, string? peak)
    {
        var dots = steps.IndexOf("..", StringComparison.Ordinal);
        var slash = steps.IndexOf('/', StringComparison.Ordinal);
        if (dots <= 0 || slash < dots + 3 || slash == steps.Length - 1) throw Refusal.Usage($"--steps {steps}: not FROM..TO/BY", "write it as 100..2000/100");
        var form = Value.Of(("from", steps[..dots]), ("to", steps[(dots + 2)..slash]), ("by", steps[(slash + 1)..]), ("each", each));
        return peak is null ? form : form.With("peak", peak);
    }
}
