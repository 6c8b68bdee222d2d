using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The executors of k6 as the models they are here.</summary>
static class K6Executor
{
    static readonly string[] Known = ["constant-vus", "ramping-vus", "constant-arrival-rate", "ramping-arrival-rate", "shared-iterations", "per-vu-iterations", "externally-controlled"];

    /// <summary>Null if it cannot be taken, which is said.</summary>
    public static Value.Fields? Read(string name, Value.Fields of, K6Options to)
    {
        switch ((of["executor"] as Value.Text)?.Is)
        {
            case "constant-vus": return Constant(of, to);
            case "ramping-vus": return Ramping(of, to);
            case "constant-arrival-rate": return WithUsers(Value.Of(("rate", Rate(of["rate"], of, to)), ("duration", to.Duration(of["duration"], "duration") ?? throw Missing("duration"))), of);
            case "ramping-arrival-rate":
                var ramp = Value.Of(("stages", Stages(of, "rate", target => Rate(target, of, to), to)));
                return WithUsers(of["startRate"] is null or Value.Nothing ? ramp : ramp.With("from", Rate(of["startRate"], of, to)), of);
            case "shared-iterations": return Shared(of, to, of["maxDuration"]);
            case "per-vu-iterations": return Value.Of(("vus", Whole(of, "vus", 1)), ("iterations_per_vu", Whole(of, "iterations", 1)), ("max_duration", to.Duration(of["maxDuration"], "maxDuration") ?? "600s"));
            case "externally-controlled":
                to.Note($"scenarios.{name}", "externally-controlled has no end and no plan of its own");
                return null;
            case var other: throw new FormatException($"the scenario {K6Options.Clean(name)} has {(other is null ? "no executor" : $"the executor \"{K6Options.Clean(other)}\"")}; those of k6 are {string.Join(", ", Known)}");
        }
    }

    public static Value.Fields Constant(Value.Fields of, K6Options to) => Value.Of(("vus", Whole(of, "vus", 1)), ("duration", to.Duration(of["duration"], "duration") ?? throw Missing("duration")));

    public static Value.Fields Ramping(Value.Fields of, K6Options to) => Value.Of(("from", Whole(of, "startVUs", 1)), ("stages", Stages(of, "vus", Level, to)));

    public static Value.Fields Shared(Value.Fields of, K6Options to, Value? atMost) =>
        Value.Of(("vus", Whole(of, "vus", 1)), ("iterations", Whole(of, "iterations", 1)), ("max_duration", to.Duration(atMost, "maxDuration") ?? "600s"));

    static Value.Fields WithUsers(Value.Fields model, Value.Fields of)
    {
        var most = of["maxVUs"] is Value.Number ? of["maxVUs"] : of["preAllocatedVUs"];
        return most is Value.Number { Is: >= 1 and <= ScenarioReader.MostUsers } ? model.With("max_vus", most) : model;
    }

    static Value.Items Stages(Value.Fields of, string key, Func<Value?, Value> level, K6Options to)
    {
        if (of["stages"] is not Value.Items { Are: { IsEmpty: false } stages }) throw new FormatException("stages is no list of { duration, target }");
        return Value.List(stages.Select(stage => stage is Value.Fields fields
            ? Value.Of(("over", to.Duration(fields["duration"], "stages.duration") ?? throw Missing("duration of a stage")), (key, level(fields["target"])))
            : throw new FormatException("a stage is no map of duration and target")));
    }

    static Value Level(Value? target) => target is Value.Number { Is: >= 0 } ? target : throw new FormatException("the target of a stage is no number of users");

    /// <summary>k6 counts iterations in each timeUnit.</summary>
    static Value Rate(Value? written, Value.Fields of, K6Options to)
    {
        if (written is not Value.Number { Is: >= 0 and <= 1e9 and var rate }) throw new FormatException("a rate is no number");
        var unit = of["timeUnit"] is null or Value.Nothing ? 1 : double.Parse((to.Duration(of["timeUnit"], "timeUnit") ?? "1s")[..^1], System.Globalization.CultureInfo.InvariantCulture);
        if (unit <= 0) throw new FormatException("timeUnit is no time");
        return unit == 60 ? $"{K6Options.Number(rate)}/m" : unit == 3600 ? $"{K6Options.Number(rate)}/h" : $"{K6Options.Number(rate / unit)}/s";
    }

    static Value Whole(Value.Fields of, string name, long otherwise) => of[name] switch
    {
        null or Value.Nothing => otherwise,
        Value.Number { Is: >= 0 and <= 1e10 and var number } when number == Math.Floor(number) => number,
        _ => throw new FormatException($"{name} is no whole number"),
    };

    static FormatException Missing(string what) => new($"the {what} is missing or no duration");
}
