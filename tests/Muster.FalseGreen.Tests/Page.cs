using System.Globalization;
using System.Text;

namespace Muster.FalseGreen.Tests;

/// <summary>docs/false-green.md, from the folders.</summary>
static class Page
{
    public static string Of(IReadOnlyCollection<Trap> traps)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # {traps.Count} ways to be fooled, and none of them opens a gate

            A readiness gate is worth what it does when it is lied to, by accident or on purpose. Here is how gates are fooled, one story each: what fools people, and what Muster says.
            Every story is a folder of `tests/FalseGreen`: a document with evidence, or a fake peer on a real socket, that would turn a naive gate green. `dotnet run build.cs -- test FalseGreen` sets each of them up for real,
            with keys, ledger, sockets, files and programs, asks the gate on the command line, and ends with the count. A trap must be refused **for its own reason**: the verdict, the rule line, what it speaks of and a part
            of the sentence are written beside it. And each has its **honest twin**, the smallest change with which the very same gate opens, so that it is shown to be refused for the trap and not by accident.

            In brackets stands the rule that a trap attacks: a line of [the verdict](verdict.md), a law of the house (below), what a kind of check promises ([kinds](probes/)), or the sentence that there is no verdict at all where the ledger does not hold.


            """);
        foreach (var family in traps.GroupBy(trap => trap.Family).OrderBy(family => Order(family.Key)).ThenBy(family => family.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"## {family.Key}\n\n");
            foreach (var trap in family) page.Append(CultureInfo.InvariantCulture, $"- **[{trap.Title}](../tests/FalseGreen/{trap.Name})** ({string.Join(", ", trap.Attacks)}). {trap.Fools} {trap.Says}\n");
            page.Append('\n');
        }

        page.Append("""
            ## The laws that are named here

            1. Absence of evidence is never a pass.
            2. Every check can fail, and has been seen to fail.
            3. Gathering is apart from judging, and the same inputs give the same verdict.
            4. Configured is not executed.
            5. Evidence belongs to an environment, a release and a time.
            6. Nothing is dropped in silence.
            7. The audited may not soften the gate.
            8. A secret never leaves the place it was read.
            9. Muster's own probes are a hazard, and a guard stands in front of every one.
            10. Where another tool's report or engine does the job, it is read, not rebuilt.

            """);
        return page.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>From what anybody falls for to what takes an attacker.</summary>
    static int Order(string family) => Array.IndexOf(
        ["Vacuous truth", "Absence", "Time", "Identity", "Population", "Wording", "HTTP", "TLS", "DNS", "Files", "Commands", "Reports", "Asking", "Excuses", "Waivers", "Conditions", "Sign-offs", "Rejections and words", "Break-glass", "Softening", "Flow", "Several machines", "Record"], family) is var at and >= 0 ? at : int.MaxValue;
}
