using System.Text;

namespace Muster.Readiness;

/// <summary>A decision as workflow commands of GitHub Actions: the verdict first, then what is open, worst first, each at its control's line. Met controls are not annotated.</summary>
public static class GithubReport
{
    public static string Render(Decision decision, Places places)
    {
        var to = new StringBuilder();
        Verdict(to, decision);
        foreach (var control in OpenItems.Of(decision).Concat(decision.Controls.Where(control => Bearings.Of(control) == Bearing.Observed)))
        {
            var level = Bearings.Of(control) switch { Bearing.Blocks => "error", Bearing.Warns => "warning", _ => "notice" };
            var place = places.Of(control.Id);
            Write(to, level, $"{control.Id} {Bearings.Says(control)}", [Title(control) + ControlText.Short(control), .. ControlText.Beside(control)],
                $"file={Property(place.File)},line={CountWords.Number(place.Line)},col={CountWords.Number(place.Column)},");
        }

        return to.ToString();
    }

    static void Verdict(StringBuilder to, Decision decision)
    {
        var level = decision.Verdict switch { Readiness.Verdict.Go => "notice", Readiness.Verdict.ConditionalGo => "warning", _ => "error" };
        var tally = Tally.Count(decision);
        var gates = decision.Reasons.Where(reason => decision.Controls.All(control => control.Id != reason.Subject)).Select(reason => $"{reason.Subject}: {reason.Says}");
        string?[] lines =
        [
            $"{VerdictWords.Meaning(decision)} {tally.Headline}{(tally.Rest.Length == 0 ? "" : $": {tally.Rest}")}.", VerdictWords.BreakGlass(decision), VerdictWords.Held(decision), .. gates,
        ];
        Write(to, level, $"{VerdictWords.Of(decision.Verdict)}: {decision.Gate} in {decision.Environment}", lines.OfType<string>(), "");
    }

    static string Title(ControlShown control) => control.Title.Length == 0 ? "" : Sentence.End(control.Title) + " ";

    static void Write(StringBuilder to, string level, string title, IEnumerable<string> lines, string place) =>
        to.Append($"::{level} {place}title={Property(ControlText.Line(title))}::{string.Join("%0A", lines.Select(line => Data(ControlText.Line(line))))}\n");

    static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
