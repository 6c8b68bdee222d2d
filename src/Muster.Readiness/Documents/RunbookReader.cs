using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// What the runbook of a drill says now, as part of the question: whoever changes a word of it asks anew, and what was rehearsed by other words was not this.
/// It is read here, so that a judge who has the document alone finds the same.
/// </summary>
static class RunbookReader
{
    public const string Parameter = "runbook_digest";

    public static void Take(Draft draft, Fetch fetch)
    {
        foreach (var control in draft.Controls.Values.Where(control => control.Cells.Any(cell => cell.Parts.Any(part => part.Steps.Any(IsDrill)))).ToList())
            draft.Controls[control.Id] = control with { Cells = [.. control.Cells.Select(cell => cell with { Parts = [.. cell.Parts.Select(part => part with { Steps = [.. part.Steps.Select(step => IsDrill(step) ? Read(step, control, draft, fetch) : step)] })] })] };
    }

    static bool IsDrill(Step step) => step.Kind == JudgeKinds.Drill.Name;

    static Step Read(Step step, Control control, Draft draft, Fetch fetch)
    {
        if (step.Parameters["runbook"] is not Value.Text { Is: var written }) return step; // said where it is missing
        if (step.Parameters["written_by"] is Value.Items { Are: var authors })
            foreach (var stranger in authors.OfType<Value.Text>().Where(author => !draft.People.ContainsKey(author.Is)))
                Wrong($"There is no person \"{stranger.Is}\".", DidYouMean.Among(draft.People.Keys, stranger.Is, "people"));
        if (FilePath.Normalise(written) is not { } file) return Wrong($"\"{written}\" leads out of the document's folder.", "Name a file in the document's folder.");
        return fetch(file) switch
        {
            Fetched.File { Bytes: { IsEmpty: false } bytes } => step with { Parameters = step.Parameters.With(Parameter, Digest.Of(bytes.Span)) },
            Fetched.File => Wrong($"The runbook \"{written}\" is empty.", "Write down what is to be done."),
            Fetched.Missing => Wrong($"There is no file \"{written}\".", "Name the runbook, relative to the document."),
            Fetched.Unreadable why => Wrong($"\"{written}\" cannot be read: {why.Why}.", "Make it readable."),
            _ => Wrong($"\"{written}\" cannot be read.", "Make it readable."),
        };

        Step Wrong(string says, string fix)
        {
            draft.Problems.Error(control.Place ?? new("", 1, 1), $"controls.{control.Id}.drill.runbook", says, fix);
            return step;
        }
    }
}
