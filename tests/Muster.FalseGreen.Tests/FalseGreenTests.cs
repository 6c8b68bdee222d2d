using Muster.Cli;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>No trap opens its gate, each is refused for its own reason, and with the trap taken away the very same gate opens.</summary>
public class FalseGreenTests(Tally tally)
{
    public static TheoryData<string> Names => [.. Corpus.All.Select(trap => trap.Name)];

    static Trap Named(string name) => Corpus.All.Single(trap => trap.Name == name);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_does_not_open_the_gate_and_is_refused_for_its_own_reason(string name)
    {
        var trap = Named(name);
        var came = await Scene.Play(trap);
        tally.Sprang(trap, came.Exit is ExitCode.Go or ExitCode.ConditionalUnderStrict or ExitCode.BreakGlass || came.Decision is { Verdict: >= Verdict.ConditionalGo });

        Assert.True(came.Exit is not (ExitCode.Go or ExitCode.ConditionalUnderStrict or ExitCode.BreakGlass or ExitCode.Internal), $"{name} ends with {came.Exit}: {came.Said}");
        if (trap.Expect.Exit is { } exit)
        {
            Assert.Equal(exit, came.Exit);
            Assert.Contains(trap.Expect.Because, came.Said, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(came.Decision is not null, $"{name} has no verdict: {came.Said}");
            Reasons.Hold(trap.Expect, came.Decision!);
            Assert.Equal(ExitCode.Of(came.Decision!, strict: false), came.Exit);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_honest_twin_opens_the_same_gate(string name)
    {
        var trap = Named(name);
        var came = await Scene.Play(trap.Honest());
        var opens = trap.Twin.ByBreakGlass ? came.Exit == ExitCode.BreakGlass : came.Exit == ExitCode.Go;
        tally.Twin(trap, opens);

        Assert.True(opens, $"the twin of {name} ends with {came.Exit}: {(came.Decision is { } decision ? Reasons.Told(decision) : "")}\n{came.Said}");
    }
}
