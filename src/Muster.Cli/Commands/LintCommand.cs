using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Every mistake of a document at once, each with its place and what to write instead. Contacts nothing.</summary>
static class LintCommand
{
    public static Command Build(Host host)
    {
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var command = new Command("lint", "Reads the document and reports every mistake at once. Contacts nothing.") { document, format };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(format), host.Data);
            var path = Workspace.Locate(host, parsed.GetValue(document));
            var reading = Workspace.Read(path, out _);
            if (output.IsJson) Json(output, path, reading);
            else Text(output, path, reading);
            return reading.Document is null ? ExitCode.BadInput : ExitCode.Done;
        });
        return command;
    }

    static void Text(Output output, string path, Reading reading)
    {
        output.Data.Write(ProblemText.Render(reading.Problems));
        if (reading.Document is not { } read)
        {
            output.Data.WriteLine($"{Path.GetFileName(path)}: {Count(reading.Problems.Count(problem => problem.Gravity == Gravity.Error), "mistake")}");
            return;
        }

        var unmeasured = read.Controls.Count(control => control.Cells.IsEmpty);
        output.Data.WriteLine($"{Path.GetFileName(path)}: sound. {Count(read.Controls.Length, "control")}, {Count(read.Gates.Length, "gate")}"
            + (unmeasured == 0 ? "." : $"; {unmeasured} without a check, which can never be met."));
    }

    static void Json(Output output, string path, Reading reading) => output.Json("lint",
        ("document", Path.GetFileName(path)),
        ("sound", reading.Document is not null),
        ("digest", reading.Document is { } read ? read.Digest : null),
        ("controls", reading.Document?.Controls.Length ?? 0),
        ("problems", Output.List(reading.Problems, Describe)));

    static Value.Fields Describe(Problem problem) => Output.Fields(
        ("gravity", problem.Gravity.ToString().ToLowerInvariant()), ("file", problem.Place.File), ("line", problem.Place.Line), ("column", problem.Place.Column),
        ("key", problem.Key), ("says", problem.Says), ("fix", problem.Fix));

    static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
