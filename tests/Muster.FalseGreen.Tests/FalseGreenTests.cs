using Muster.Cli;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>No trap opens its gate, and each is refused for its own reason.</summary>
public class FalseGreenTests(Tally tally)
{
    [Theory]
    [MemberData(nameof(Corpus.Names), MemberType = typeof(Corpus))]
    public async Task It_does_not_open_the_gate_and_is_refused_for_its_own_reason(string name)
    {
        var trap = Corpus.Named(name);
        var came = await Scene.Play(trap);
        tally.Sprang(trap, came.Exit is ExitCode.Go or ExitCode.BreakGlass || came.Decision is { Verdict: >= Verdict.ConditionalGo });

        Assert.True(came.Exit is not (ExitCode.Go or ExitCode.BreakGlass or ExitCode.Internal), $"{name} ends with {came.Exit}: {came.Said}");
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
}
