namespace Muster.Readiness;

/// <summary>The fifteen lines of the verdict rule, each in a sentence, so that a report can say which one decided.</summary>
static class RuleWords
{
    static readonly (string Name, string Says)[] Lines =
    [
        ("set", "a control leaves the gate's set only with a reason, an approval by a named role and a review date to come"),
        ("counts", "a run counts if its question, environment and release match, its origin is accepted, enough was looked at, and its target stayed the same"),
        ("state", "a fail stands until a later pass; met needs a newest run that is a pass and still fresh; all else is unproven"),
        ("waiver", "a waiver counts while another person's approval, its expiry and exactly the failure that it names hold"),
        ("mode", "the mode at that instant says whether a control blocks, warns or is only observed"),
        ("NO-GO", "a blocking control failed and is not waived, a rejection stands, a condition is overdue, or the gate before is NO-GO"),
        ("UNDECIDED", "nothing is in the set, a blocking control is unproven or unmeasured and not waived, or the gate before never opened for this release"),
        ("HELD", "soak or freeze lasts, a sign-off is missing, void or expired, or a softening is not accepted"),
        ("CONDITIONAL GO", "a waiver counts, a warn control is not met, or a condition is open in time"),
        ("GO", "nothing above applies"),
        ("condition", "each thing left open has an owner and a deadline that nothing moves; only met closes it"),
        ("sign-off", "a signature counts while its key, role and age hold and nothing that was shown got worse"),
        ("rejection", "a rejection stands until its author withdraws it"),
        ("break-glass", "two people in named roles may open without proof; the verdict stays"),
        ("standing", "after an opening the states, waivers and conditions go on being judged"),
    ];

    /// <summary><c>rule line 6 (NO-GO)</c></summary>
    public static string Name(int line) => line >= 1 && line <= Lines.Length ? $"rule line {CountWords.Number(line)} ({Lines[line - 1].Name})" : $"rule line {CountWords.Number(line)}";

    /// <summary><c>rule line 6 (NO-GO): a blocking control failed …</c></summary>
    public static string Of(int line) => line >= 1 && line <= Lines.Length ? $"{Name(line)}: {Lines[line - 1].Says}" : Name(line);
}
