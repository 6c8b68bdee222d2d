using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>A model as a sentence's part: "500/s for 30 s".</summary>
public static class ModelWords
{
    public static string Of(Scenario scenario) => string.Create(CultureInfo.InvariantCulture, $"{Of(scenario.Model)}{(scenario.WarmUp > TimeSpan.Zero ? $", of it {Time(scenario.WarmUp)} to warm up" : "")}{(scenario.Start > TimeSpan.Zero ? $", from {Time(scenario.Start)}" : "")}");

    static string Of(LoadModel model) => FormattableString.Invariant(model switch
    {
        LoadModel.ConstantRate constant => (FormattableString)$"{constant.PerSecond:0.###}/s for {Time(constant.Duration)}",
        LoadModel.RampingRate ramp => $"{ramp.From:0.###}/s, {string.Join(", ", ramp.Stages.Select(stage => string.Create(CultureInfo.InvariantCulture, $"to {stage.To:0.###}/s in {Time(stage.Over)}")))}",
        LoadModel.ConstantUsers users => $"{users.Users} users for {Time(users.Duration)}",
        LoadModel.RampingUsers ramp => $"{ramp.From} users, {string.Join(", ", ramp.Stages.Select(stage => string.Create(CultureInfo.InvariantCulture, $"to {stage.To:0} in {Time(stage.Over)}")))}",
        LoadModel.SharedIterations shared => $"{shared.Iterations} iterations by {shared.Users} users",
        LoadModel.IterationsPerUser each => $"{each.Iterations} iterations by each of {each.Users} users",
        LoadModel.StepTest steps => $"{steps.From:0.###}/s up to {steps.To:0.###}/s by {steps.By:0.###}/s, {Time(steps.Each)} each",
        _ => $"",
    });

    static string Time(TimeSpan time) => Readiness.Quantity.Show(time, Readiness.Shape.Duration);
}
