using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Tests;

/// <summary>Asks one question of the real runner.</summary>
static class Probing
{
    public static readonly Digest Release = Digest.Of("release"u8);
    public static readonly RunnerOptions Options = new() { Release = Release, Consent = _ => [Hazard.Destructive] };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Ask Ask(string kind, params ReadOnlySpan<(string, Value)> parameters) => Ask([new Asked("", kind, Value.Of(parameters))]);

    public static Ask Ask(params ReadOnlySpan<Asked> steps) => new(new("here", [.. steps]), "staging", ["control"]);

    public static async Task<Run> Run(RunnerOptions options, Ask ask)
    {
        using var runner = new ProbeRunner(options);
        return await runner.Look(ask, Cancel);
    }

    public static async Task<Sight> Look(string kind, params (string, Value)[] parameters) => (await Run(Options, Ask(kind, parameters))).Sights[0];

    public static async Task<Sight> Look(RunnerOptions options, string kind, params (string, Value)[] parameters) => (await Run(options, Ask(kind, parameters))).Sights[0];

    /// <summary>The options with one kind, "fake", whose probe is given.</summary>
    public static RunnerOptions With(Probe probe, Hazard hazard = Hazard.Passive) => Options with
    {
        Kinds =
        [
            new(new() { Name = "fake", Says = "", Target = TargetShape.None, Population = "looks", Example = "", Hazard = hazard, Fields = [new("text", Shape.Text, "")] }, probe,
                _ => throw new NotSupportedException()),
        ],
    };

    public static Sight Saw(params ReadOnlySpan<(string, Value)> fields) => new() { Observation = Value.Of(fields), Population = 1 };

    public static void Blind(Sight sight, Blind expected, string says)
    {
        Assert.Null(sight.Observation);
        Assert.Equal(expected, sight.Blind);
        Assert.Contains(says, sight.Detail, StringComparison.Ordinal);
    }
}
