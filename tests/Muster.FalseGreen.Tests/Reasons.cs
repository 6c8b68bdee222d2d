using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>Whether a verdict was given for the reason that a trap names, and for no other.</summary>
static class Reasons
{
    public static void Hold(Expected expected, Decision decision)
    {
        var told = Told(decision);
        Assert.True(decision.Verdict == expected.Verdict, $"{expected.Verdict} was expected:\n{told}");
        Assert.True(decision.Reasons.Any(reason => reason.Line == expected.Line && reason.Subject == expected.Of && reason.Says.Contains(expected.Because, StringComparison.Ordinal)),
            $"line {expected.Line} of {expected.Of}, \"{expected.Because}\", was expected:\n{told}");
        if (!expected.AmongOthers) Assert.True(decision.Reasons.Count(reason => reason.Line <= 8) == 1, $"one reason was expected:\n{told}");
        if (expected.State is { } state)
        {
            var control = decision.Controls.FirstOrDefault(one => one.Id == expected.Of);
            Assert.True(control is not null && control.State == state && control.Why == expected.Why, $"{expected.Of} was expected to be {state} {expected.Why}, and is {control?.State} {control?.Why}:\n{told}");
        }

        Named("a sign-off", expected.SignOff, decision.SignOffs.Where(one => !one.Counts).Select(one => one.WhyNot));
        Named("a waiver", expected.Waiver, decision.Waivers.Where(one => !one.Counts).Select(one => one.WhyNot));
        Named("a run", expected.NotCounted, decision.NotCounted.Select(one => one.Reason));

        void Named(string what, string? wanted, IEnumerable<string?> whyNot)
        {
            if (wanted is not null) Assert.True(whyNot.Any(why => why?.Contains(wanted, StringComparison.Ordinal) == true), $"{what} that does not count since \"{wanted}\" was expected:\n{told}");
        }
    }

    public static string Told(Decision decision) => string.Join('\n', (string[])
    [
        $"{decision.Verdict} (would be {decision.WouldBe})", .. decision.Reasons.Select(reason => $"  line {reason.Line}, {reason.Subject}: {reason.Says}"),
        .. decision.Controls.Select(one => $"  {one.Id} is {one.State} {one.Why}: {one.Because} {one.Out}"),
        .. decision.SignOffs.Select(one => $"  {one.Person} as {one.Role}: {one.WhyNot ?? "counts"}"), .. decision.Waivers.Select(one => $"  waiver of {one.Control} by {one.Approver}: {one.WhyNot ?? "counts"}"),
        .. decision.NotCounted.Select(one => $"  {one.Count} not counted: {one.Reason}"),
    ]);
}
