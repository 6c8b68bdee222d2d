namespace Muster.Cli;

/// <summary>A command cannot go on, for a reason that its user can mend. The only thrown type of ours; told once, in CommandLine.</summary>
sealed class Refusal(int exitCode, string says, string? fix = null) : Exception(says)
{
    public int ExitCode => exitCode;

    public string? Fix => fix;

    public static Refusal Usage(string says, string? fix = null) => new(Cli.ExitCode.BadInput, says, fix);
}
