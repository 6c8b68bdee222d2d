using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Results by level. What is suppressed, or was in the baseline and is gone, is counted apart and never dropped.</summary>
sealed class SarifCount
{
    readonly List<string> _worst = [];
    int _errors, _warnings, _notes, _undecided, _passes, _others, _suppressed, _absent, _complaints, _rules;
    double? _highest;

    public void Add(Value run)
    {
        var rules = run.Items("tool", "driver", "rules");
        var byId = rules.GroupBy(rule => rule.Text("id") ?? "").ToDictionary(group => group.Key, group => group.First());
        _rules += rules.Length;
        foreach (var invocation in run.Items("invocations"))
            _complaints += Complaints(invocation, "toolExecutionNotifications") + Complaints(invocation, "toolConfigurationNotifications");
        foreach (var result in run.Items("results"))
        {
            var index = result.Number("ruleIndex") ?? result.Number("rule", "index");
            var rule = index is >= 0 && index < rules.Length ? rules[(int)index] : byId.GetValueOrDefault(result.Text("ruleId") ?? result.Text("rule", "id") ?? "");
            Add(result, rule);
        }
    }

    static int Complaints(Value invocation, string of) => invocation.Items(of).Count(one => one.Text("level") == "error");

    void Add(Value result, Value? rule)
    {
        if (result.Text("baselineState") == "absent") _absent++;
        else if (IsSuppressed(result)) _suppressed++;
        else
            switch (result.Text("kind") ?? "fail")
            {
                case "fail": Found(result, rule); break;
                case "pass": _passes++; break;
                case "open" or "review": _undecided++; break;
                default: _others++; break;
            }
    }

    void Found(Value result, Value? rule)
    {
        var level = result.Text("level") ?? rule.Text("defaultConfiguration", "level") ?? "warning";
        if (level == "warning") _warnings++;
        else if (level is "note" or "none") _notes++;
        else _errors++; // an unknown level is taken for the worst
        if (level is not ("warning" or "note" or "none") && _worst.Count < 100)
            _worst.Add(Bounded.Start($"{result.Text("ruleId") ?? rule.Text("id") ?? "?"} {result.Items("locations").FirstOrDefault().Text("physicalLocation", "artifactLocation", "uri")}".Trim(), 200));
        var severity = (result.At("properties", "security-severity") ?? rule.At("properties", "security-severity")) switch
        {
            Value.Number { Is: var number } => number,
            Value.Text { Is: var text } when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => (double?)null,
        };
        if (severity is { } one) _highest = Math.Max(_highest ?? one, one);
    }

    /// <summary>One that is under review or was rejected does not suppress.</summary>
    static bool IsSuppressed(Value result)
    {
        var all = result.Items("suppressions");
        return all.Length > 0 && all.All(one => one.Text("status") is null or "accepted");
    }

    public Value.Fields Seen(bool? successful) => Value.Of(("errors", _errors), ("warnings", _warnings), ("notes", _notes), ("undecided", _undecided), ("passes", _passes), ("others", _others),
            ("suppressed", _suppressed), ("absent", _absent), ("complaints", _complaints), ("rules", _rules), ("worst", ReportWords.Some(_worst)))
        .With(("successful", successful is { } known ? known : null), ("highest_severity", _highest is { } highest ? highest : null));
}
