using Muster.Cli;

namespace Muster.FalseGreen.Tests;

/// <summary>With the trap taken away the very same gate opens: each trap is refused for what it is, and not by accident.</summary>
public class HonestTwinTests(Tally tally)
{
    [Theory]
    [MemberData(nameof(Corpus.Names), MemberType = typeof(Corpus))]
    public async Task Its_honest_twin_opens_the_same_gate(string name)
    {
        var trap = Corpus.Named(name);
        var came = await Scene.Play(trap.Honest());
        var opens = trap.Twin.ByBreakGlass ? came.Exit == ExitCode.BreakGlass : came.Exit == ExitCode.Go;
        tally.Twin(trap, opens);

        Assert.True(opens, $"the twin of {name} ends with {came.Exit}: {(came.Decision is { } decision ? Reasons.Told(decision) : "")}\n{came.Said}");
    }
}
