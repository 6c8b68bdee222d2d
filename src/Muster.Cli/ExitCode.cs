using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The exit codes of every command in every output format. Scripts rely on them: the table may only grow (docs/formats/exit-codes.md).</summary>
static class ExitCode
{
    public const int Go = 0;
    public const int Done = 0;
    public const int NoGo = 1;
    public const int Undecided = 2;
    public const int BadInput = 3;
    public const int NotVerified = 4;
    public const int Held = 5;
    public const int ConditionalUnderStrict = 10;
    public const int BreakGlass = 11;
    public const int Internal = 70;
    public const int Interrupted = 130;

    public static int Of(Decision decision, bool strict) => decision switch
    {
        { OpenedByBreakGlass: not null } => BreakGlass,
        { Verdict: Verdict.Go } => Go,
        { Verdict: Verdict.ConditionalGo } => strict ? ConditionalUnderStrict : Go,
        { Verdict: Verdict.Held } => Held,
        { Verdict: Verdict.Undecided } => Undecided,
        _ => NoGo,
    };
}
