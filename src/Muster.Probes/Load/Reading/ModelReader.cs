using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads how a scenario's iterations begin. One model of seven, told apart by its keys; two at once are a mistake that only the writer can mend.</summary>
static class ModelReader
{
    const int MostStages = 1000;
    const int MostSteps = 1000;
    const long MostIterations = 10_000_000_000;
    const string Models = "Write rate: and duration:, vus: and duration:, stages:, vus: and iterations:, vus: and iterations_per_vu:, or steps:.";

    static readonly string[] Ways = ["steps", "stages", "rate", "iterations", "iterations_per_vu"];
    static readonly string[] Others = ["vus", "duration", "max_duration", "from"];

    public static LoadModel? Read(FormKeys keys)
    {
        string[] said = [.. Ways.Where(keys.Has)];
        foreach (var other in Others) keys.Has(other); // known, whichever way it is and whatever is wrong with it
        foreach (var (other, fix) in (ReadOnlySpan<(string, string)>)[("executor", Models), ("model", Models), ("users", "Write vus:."), ("startRate", "Write from:.")])
            if (keys.Fields[other] is not null)
            {
                keys.Has(other);
                keys.Wrong(other, $"A scenario has no \"{other}\"; its keys say how it loads.", fix);
                return null;
            }

        if (said.Length > 1) return Wrong(keys, said[1], $"\"{said[0]}\" and \"{said[1]}\" stand together, and each is a way of loading by itself.", said[0] == "stages" && said[1] == "rate" ? "Put rates into the stages, { over: 30s, rate: 100/s }, and write from: for the rate at the beginning." : "Keep one of them, or make two scenarios.");
        var model = said.FirstOrDefault() switch
        {
            "steps" => Steps(keys),
            "stages" => Stages(keys),
            "rate" => Rate(keys),
            "iterations" or "iterations_per_vu" => Iterations(keys, said[0]),
            _ => Users(keys),
        };
        foreach (var (key, needs) in (ReadOnlySpan<(string, string)>)[("from", "stages"), ("max_duration", "iterations"), ("duration", "rate or vus"), ("vus", "a duration or iterations")])
            if (model is not null && keys.Has(key) && !Uses(model, key)) return Wrong(keys, key, $"\"{key}\" belongs to {needs}, and this scenario has {Named(model)}.", key == "duration" ? "Leave it out; the model says itself how long it lasts." : "Leave it out.");
        return model is null || model.Lasts <= FormTyped.LongestRun ? model : Wrong(keys, "", $"The scenario would last {Quantity.Show(model.Lasts)}.", $"Write at most {Quantity.Show(FormTyped.LongestRun)}.");
    }

    static bool Uses(LoadModel model, string key) => key switch
    {
        "from" => model is LoadModel.RampingRate or LoadModel.RampingUsers,
        "max_duration" => model is LoadModel.SharedIterations or LoadModel.IterationsPerUser,
        "duration" => model is LoadModel.ConstantRate or LoadModel.ConstantUsers,
        _ => model is LoadModel.ConstantUsers or LoadModel.SharedIterations or LoadModel.IterationsPerUser,
    };

    static string Named(LoadModel model) => model switch
    {
        LoadModel.StepTest => "steps",
        LoadModel.RampingRate or LoadModel.RampingUsers => "stages",
        LoadModel.SharedIterations or LoadModel.IterationsPerUser => "iterations",
        LoadModel.ConstantRate => "a rate (write max_vus: to bound its users)",
        _ => "users",
    };

    static LoadModel? Rate(FormKeys keys)
    {
        var (rate, duration) = (keys.Rate("rate"), keys.Duration("duration", FormTyped.LongestRun));
        if (keys.Has("vus")) return Wrong(keys, "vus", "\"rate\" and \"vus\" stand together: a rate is kept whatever the target does, users wait for it.", "Keep one of them; max_vus: bounds the users of a rate.");
        if (!keys.Has("duration")) return Wrong(keys, "", "\"duration\" is missing: nothing says when the rate ends.", "Write duration: 30s.");
        if (rate is not { } perSecond || duration is not { } lasts) return null;
        return perSecond * lasts.TotalSeconds >= 1 ? new LoadModel.ConstantRate(perSecond, lasts) : Wrong(keys, "rate", "At this rate not one iteration begins before the end.", "Write a higher rate or a longer duration.");
    }

    static LoadModel? Users(FormKeys keys)
    {
        if (!keys.Has("vus")) return Wrong(keys, "", "Nothing says how to load.", Models);
        if (!keys.Has("duration")) return Wrong(keys, "", "\"duration\" is missing: nothing says when the users stop.", "Write duration: 5m, or iterations: 1000.");
        return (keys.Whole("vus", 1, ScenarioReader.MostUsers), keys.Duration("duration", FormTyped.LongestRun)) is ({ } users, { } lasts) ? new LoadModel.ConstantUsers((int)users, lasts) : null;
    }

    static LoadModel? Iterations(FormKeys keys, string name)
    {
        if (keys.Has("duration")) return Wrong(keys, "duration", $"\"{name}\" and \"duration\" stand together, and whichever came first would end the scenario.", "Write max_duration: for the time after which it is given up.");
        var users = keys.Has("vus") ? keys.Whole("vus", 1, ScenarioReader.MostUsers) : 1;
        var most = keys.Has("max_duration") ? keys.Duration("max_duration", FormTyped.LongestRun) : TimeSpan.FromMinutes(10);
        if (users is not { } vus || most is not { } atMost || keys.Whole(name, 1, MostIterations) is not { } iterations) return null;
        if (name == "iterations_per_vu") return new LoadModel.IterationsPerUser((int)vus, iterations, atMost);
        return vus <= iterations ? new LoadModel.SharedIterations((int)vus, iterations, atMost) : Wrong(keys, "vus", $"There are more users ({vus}) than iterations ({iterations}): some would do nothing.", "Write fewer users or more iterations.");
    }

    static LoadModel? Steps(FormKeys keys)
    {
        if (keys.Inner("steps") is not { } steps) return null;
        var (from, by, to) = (steps.Rate("from"), steps.Rate("by"), steps.Rate("to"));
        var (each, peak) = (steps.Duration("each", FormTyped.LongestRun), steps.Rate("peak"));
        steps.Done("steps");
        foreach (var name in (ReadOnlySpan<string>)["from", "by", "to", "each"])
            if (!steps.Has(name)) return Wrong(steps, "", $"\"{name}\" is missing.", "Write steps: { from: 100/s, by: 100/s, to: 2000/s, each: 10s }.");
        if (from is not { } first || by is not { } more || to is not { } last || each is not { } lasts) return null;
        if (last < first) return Wrong(steps, "to", "The last step is lower than the first.", "Let it go up: from: 100/s, to: 2000/s.");
        if ((last - first) / more + 1 > MostSteps) return Wrong(steps, "by", $"These are more than {MostSteps} steps.", "Write larger steps.");
        return first * lasts.TotalSeconds >= 1 ? new LoadModel.StepTest(first, more, last, lasts, peak) : Wrong(steps, "each", "In the first step not one iteration begins.", "Write longer steps or a higher rate.");
    }

    static LoadModel? Stages(FormKeys keys)
    {
        if (keys.Take("stages") is not { } value) return null;
        if (value is not Value.Items { Are: { IsEmpty: false } items }) return Wrong(keys, "stages", "There are no stages.", "Write stages: [ { over: 30s, vus: 50 }, { over: 1m, vus: 0 } ].");
        if (items.Length > MostStages) return Wrong(keys, "stages", $"There are {items.Length} stages.", $"Write at most {MostStages}.");
        var (read, rates, users) = (ImmutableArray.CreateBuilder<Stage>(), 0, 0);
        for (var i = 0; i < items.Length; i++)
        {
            if (FormKeys.Map(items[i], FormPlaces.Within(keys.At("stages"), i), keys.Problems) is not { } stage) return null;
            var over = stage.Duration("over", FormTyped.LongestRun, zero: true);
            var (hasRate, hasUsers) = (stage.Has("rate"), stage.Has("vus"));
            var to = hasRate ? stage.Rate("rate", zero: true) : hasUsers ? stage.Whole("vus", 0, ScenarioReader.MostUsers) : null;
            (rates, users) = (rates + (hasRate ? 1 : 0), users + (hasUsers ? 1 : 0));
            stage.Done("a stage");
            if (!stage.Has("over")) return Wrong(stage, "", "\"over\" is missing.", "Write { over: 30s, vus: 50 }; over: 0s jumps.");
            if (hasRate == hasUsers) return Wrong(stage, "", hasRate ? "The stage has a rate and users." : "The stage does not say where to.", "Write { over: 30s, rate: 100/s } or { over: 30s, vus: 50 }.");
            if (over is not { } time || to is not { } level) return null;
            read.Add(new(time, level));
        }

        if (rates > 0 && users > 0) return Wrong(keys, "stages", "Some stages have rates and some have users.", "Give all of them rate:, or all of them vus:.");
        var from = !keys.Has("from") ? 0 : rates > 0 ? keys.Rate("from", zero: true) : keys.Whole("from", 0, ScenarioReader.MostUsers);
        if (from is not { } first) return null;
        var stages = read.DrainToImmutable();
        if (stages.All(stage => stage.Over == TimeSpan.Zero)) return Wrong(keys, "stages", "The stages take no time.", "Write { over: 1m, vus: 50 } for at least one.");
        if (first == 0 && stages.All(stage => stage.To == 0)) return Wrong(keys, "stages", "The stages never leave zero.", "Give one of them a rate or users.");
        return rates > 0 ? new LoadModel.RampingRate(first, stages) : new LoadModel.RampingUsers((int)first, stages);
    }

    static LoadModel? Wrong(FormKeys keys, string name, string says, string fix)
    {
        keys.Wrong(name, says, fix);
        return null;
    }
}
