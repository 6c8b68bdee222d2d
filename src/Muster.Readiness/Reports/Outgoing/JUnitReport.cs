using System.Globalization;
using System.Text;

namespace Muster.Readiness;

/// <summary>
/// A decision as JUnit XML, for viewers of test results. The verdict is a test of its own, so that nothing looks green while the gate is shut; then one for each control.
/// <c>skipped</c> says only that something does not count: most viewers show it as harmless. What is unproven or unmeasured is therefore an error, never skipped.
/// </summary>
public static class JUnitReport
{
    public static string Render(Decision decision, Places places)
    {
        var suites = ControlGroup.Of(decision).Select(group => Suite(decision, places, group)).Prepend(Verdict(decision, places)).ToList();
        var to = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        to.Append($"<testsuites name=\"{XmlText.Of($"{decision.System} {decision.Gate}")}\" {Counts(suites)} time=\"0\">\n");
        foreach (var (name, tests) in suites)
        {
            to.Append($"  <testsuite name=\"{XmlText.Of(name)}\" {Counts([(name, tests)])} time=\"0\" timestamp=\"{Timestamp(decision)}\">\n");
            foreach (var test in tests) Write(to, test);
            to.Append("  </testsuite>\n");
        }

        return to.Append("</testsuites>\n").ToString();
    }

    enum Outcome { Pass, Failure, Error, Skipped }

    sealed record Test(string Name, string Class, string File, Outcome Outcome, string Type, string Message, IEnumerable<string> Lines);

    static (string Name, List<Test> Tests) Verdict(Decision decision, Places places)
    {
        var verdict = VerdictWords.Of(decision.Verdict);
        var outcome = decision.Verdict switch
        {
            Readiness.Verdict.NoGo => Outcome.Failure,
            Readiness.Verdict.Undecided or Readiness.Verdict.Held => Outcome.Error,
            _ => Outcome.Pass,
        };
        string?[] lines =
        [
            $"{verdict}: {VerdictWords.Meaning(decision)}", VerdictWords.BreakGlass(decision), VerdictWords.Held(decision), Tally.Count(decision) is var tally && tally.Rest.Length > 0 ? $"{tally.Headline}: {tally.Rest}" : tally.Headline,
            .. decision.Reasons.Select(reason => $"{reason.Subject}: {reason.Says} (line {CountWords.Number(reason.Line)})"),
            .. decision.NotCounted.Select(dropped => $"did not count: {CountWords.Number(dropped.Count)}, {dropped.Reason}"),
            $"document {decision.Document}, release {decision.Release}, {CountWords.Of(decision.Over, "ledger entry", "ledger entries")}",
        ];
        var test = new Test($"{decision.Gate} in {decision.Environment}", ClassOf(decision, "verdict"), places.Otherwise.File, outcome, verdict, VerdictWords.Meaning(decision), lines.OfType<string>().Select(ControlText.Line));
        return ($"verdict: {verdict}", [test]);
    }

    static (string Name, List<Test> Tests) Suite(Decision decision, Places places, ControlGroup group) =>
        (group.Name, [.. group.Controls.Select(control => Of(decision, places, group.Name, control))]);

    static Test Of(Decision decision, Places places, string group, ControlShown control)
    {
        var outcome = Bearings.Of(control) switch
        {
            Bearing.Met => Outcome.Pass,
            Bearing.Waived or Bearing.Observed or Bearing.Out => Outcome.Skipped,
            _ => control.State == State.Failed ? Outcome.Failure : Outcome.Error,
        };
        var place = places.Of(control.Id);
        var name = control.Title.Length == 0 ? control.Id : $"{control.Id}: {control.Title}";
        var message = control.Out is { } why ? "not in the gate's set: " + why : $"{Bearings.Says(control)}: {control.Because}";
        return new(name, ClassOf(decision, group), place.File, outcome, StateWords.Of(control.State), message, ControlText.Lines(control).Append(ControlText.Line(place.ToString())));
    }

    /// <summary>Viewers fold class names at dots: the system, the gate, the heading.</summary>
    static string ClassOf(Decision decision, string heading) => string.Join('.', new[] { decision.System, decision.Gate, heading }.Select(name => name.Replace('.', '-')));

    static void Write(StringBuilder to, Test test)
    {
        to.Append($"    <testcase name=\"{XmlText.Of(test.Name)}\" classname=\"{XmlText.Of(test.Class)}\" file=\"{XmlText.Of(test.File)}\" time=\"0\">\n");
        var text = XmlText.Of(test.Lines);
        to.Append(test.Outcome switch
        {
            Outcome.Pass => $"      <system-out>{text}</system-out>\n",
            Outcome.Skipped => $"      <skipped message=\"{XmlText.Of(test.Message)}\"/>\n      <system-out>{text}</system-out>\n",
            Outcome.Failure => $"      <failure type=\"{test.Type}\" message=\"{XmlText.Of(test.Message)}\">{text}</failure>\n",
            _ => $"      <error type=\"{test.Type}\" message=\"{XmlText.Of(test.Message)}\">{text}</error>\n",
        }).Append("    </testcase>\n");
    }

    static string Counts(List<(string Name, List<Test> Tests)> suites)
    {
        string Count(Outcome outcome) => CountWords.Number(suites.Sum(suite => suite.Tests.Count(test => test.Outcome == outcome)));
        return $"tests=\"{CountWords.Number(suites.Sum(suite => suite.Tests.Count))}\" failures=\"{Count(Outcome.Failure)}\" errors=\"{Count(Outcome.Error)}\" skipped=\"{Count(Outcome.Skipped)}\"";
    }

    /// <summary>Without a zone, as the common schema has it; it is UTC.</summary>
    static string Timestamp(Decision decision) => decision.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
