using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A step with what it expects, and what was really seen.</summary>
public sealed record Witnessed(Step Step, Sight Sight);

/// <summary>
/// What a fixture showed: <see cref="MustFail"/>, weighed, must be a fail, and its twin <see cref="MustHold"/> a pass. Unproven is neither, and proves nothing.
/// </summary>
/// <param name="Fixture">What was started, in words.</param>
public sealed record Proof(string Kind, string Fixture, Witnessed MustFail, Witnessed MustHold);

/// <summary>Starts a small real thing on loopback in which the kind must fail, and a healthy twin, and looks at both through the real runner.</summary>
public delegate Task<Proof> Fixture(CancellationToken cancel);

/// <summary>What fixtures share: a look through the real runner.</summary>
static class Stage
{
    static readonly Digest NoRelease = Digest.Of("fixture"u8);

    public static Task<Witnessed> Look(Kind kind, Value.Fields parameters, CancellationToken cancel, params ReadOnlySpan<FieldMatcher> expect) =>
        Look(new() { Release = NoRelease }, kind, parameters, [.. expect], cancel);

    public static async Task<Witnessed> Look(RunnerOptions options, Kind kind, Value.Fields parameters, FieldMatcher[] expect, CancellationToken cancel)
    {
        var step = new Step { Kind = kind.Name, Parameters = parameters, Expect = new([.. expect]) };
        using var runner = new ProbeRunner(options with { Release = NoRelease, Consent = _ => [Hazard.Destructive] }); // All of it is the fixture's own.
        var run = await runner.Look(new Ask(new("here", [new("", kind.Name, parameters)]), "fixture", [kind.Name]), cancel);
        return new(step, run.Sights[0]);
    }

    public static FieldMatcher Is(string path, Value value, Shape shape) => new(path, new Matcher.Is(Operand.Of(value), shape));

    public static FieldMatcher Over(string path, Value limit, Shape shape) => new(path, new Matcher.Compare(Comparison.Over, Operand.Of(limit), shape));

    public static FieldMatcher Between(string path, Value low, Value high, Shape shape) =>
        new(path, new Matcher.Compare(Comparison.Between, Operand.Of(low), shape, Operand.Of(high)));
}
