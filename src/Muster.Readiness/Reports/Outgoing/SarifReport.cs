using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// A decision as SARIF 2.1.0, for code scanners. One result for each control that is not met, at the control's line; those that a waiver covers are left out of this
/// profile and counted in the run's properties, with all else that makes no result. <c>executionSuccessful</c> says that there is a verdict, not that it is a good one.
/// </summary>
public static class SarifReport
{
    public const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";
    const string Root = "SRCROOT";

    /// <param name="version">Muster's own, of the form 1.2.3.</param>
    public static string Render(Decision decision, Places places, string version)
    {
        ImmutableArray<ControlShown> shown = [.. decision.Controls.Where(control => Level(control) is not null)];
        var driver = Value.Of(("name", "Muster"), ("semanticVersion", Line(version)), ("rules", Value.List(shown.Select(Rule))));
        var run = Value.Of(
            ("tool", Value.Of(("driver", driver))),
            ("automationDetails", Value.Of(("id", $"muster/{Line(decision.Gate)}/{Line(decision.Environment)}/"))),
            ("invocations", Value.List([Invocation(decision)])),
            ("originalUriBaseIds", Value.Of((Root, Value.Of(("description", Message("The root of the source tree.")))))),
            ("columnKind", "utf16CodeUnits"),
            ("results", Value.List(shown.Select((control, i) => Result(decision, places, control, i)))),
            ("properties", Properties(decision)));
        return JsonReport.Indent(Value.Of(("$schema", Schema), ("version", "2.1.0"), ("runs", Value.List([run]))));
    }

    /// <summary>Null where it makes no result.</summary>
    static string? Level(ControlShown control) => Bearings.Of(control) switch
    {
        Bearing.Blocks => "error",
        Bearing.Warns => "warning",
        Bearing.Observed => "note",
        _ => null,
    };

    static Value Rule(ControlShown control)
    {
        var rule = Value.Of(
            ("id", Line(control.Id)), ("shortDescription", Message(control.Title.Length == 0 ? control.Id : control.Title)),
            ("help", Message(control.Fix ?? "No fix is written down: muster why " + ShellWord.Of(control.Id))),
            ("defaultConfiguration", Value.Of(("level", Level(control)!))),
            ("properties", Value.Of(
                ("kinds", Value.Texts(control.Parts.Select(part => Line(part.Kind)).Distinct(StringComparer.Ordinal))), ("mode", StateWords.Of(control.Mode)),
                ("owner", Line(control.Owner ?? "")), ("section", Line(control.Criterion ?? control.Section ?? "")), ("severity", Line(control.Severity ?? "")))));
        return control.Impact is { } impact ? rule.With("fullDescription", Message(impact)) : rule;
    }

    static Value.Fields Result(Decision decision, Places places, ControlShown control, int index)
    {
        var place = places.Of(control.Id);
        var fingerprint = Fingerprint.Of(decision, control);
        var text = $"{Bearings.Says(control)}: {ControlText.Short(control)}";
        return Value.Of(
            ("ruleId", Line(control.Id)), ("ruleIndex", index), ("kind", "fail"), ("level", Level(control)!),
            ("message", Message(string.Join(' ', ControlText.Beside(control).Select(Sentence.End).Prepend(text)))),
            ("locations", Value.List([Value.Of(
                ("physicalLocation", Value.Of(
                    ("artifactLocation", Value.Of(("uri", UriOf(place.File)), ("uriBaseId", Root))),
                    ("region", Value.Of(("startLine", place.Line), ("startColumn", place.Column))))),
                ("logicalLocations", Value.List([Value.Of(("name", Line(control.Id)), ("fullyQualifiedName", $"{Line(decision.System)}/{Line(decision.Gate)}/{Line(control.Id)}"))])))])),
            ("partialFingerprints", Value.Of(("musterControl/v1", fingerprint), ("primaryLocationLineHash", fingerprint + ":1"))),
            ("properties", Value.Of(("state", StateWords.Of(control.State)), ("stale", control.Stale), ("ruleLine", control.Line))));
    }

    /// <summary>What the gate itself is held by stands in no control's line: a rejection, a missing sign-off, a freeze.</summary>
    static Value.Fields Invocation(Decision decision)
    {
        var ids = decision.Controls.Select(control => control.Id).ToHashSet(StringComparer.Ordinal);
        var level = decision.Verdict < Verdict.ConditionalGo ? "error" : "note";
        return Value.Of(
            ("executionSuccessful", true), ("endTimeUtc", Instant.Write(decision.At)),
            ("toolExecutionNotifications", Value.List(decision.Reasons.Where(reason => !ids.Contains(reason.Subject))
                .Select(reason => (Value)Value.Of(("level", level), ("message", Message($"{reason.Subject}: {reason.Says}")))))));
    }

    static Value.Fields Properties(Decision decision)
    {
        double Count(Bearing bearing) => decision.Controls.Count(control => Bearings.Of(control) == bearing);
        return Value.Of(
            ("verdict", VerdictWords.Of(decision.Verdict)), ("openedByBreakGlass", decision.OpenedByBreakGlass is not null), ("standing", decision.Standing),
            ("gate", Line(decision.Gate)), ("environment", Line(decision.Environment)), ("document", decision.Document), ("release", decision.Release), ("over", decision.Over),
            ("blocking", decision.Blocking), ("blockingMet", decision.BlockingMet),
            ("leftOut", Value.Of(("met", Count(Bearing.Met)), ("waived", Count(Bearing.Waived)), ("outOfSet", Count(Bearing.Out)),
                ("waivedControls", Value.Texts(decision.Controls.Where(control => Bearings.Of(control) == Bearing.Waived).Select(control => Line(control.Id)))))),
            ("runsNotCounted", decision.NotCounted.Sum(dropped => dropped.Count)));
    }

    /// <summary>Braces are placeholders in a message and are doubled; brackets before a parenthesis are a link and are escaped.</summary>
    static Value.Fields Message(string text)
    {
        var line = Line(text).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
        if (line.Contains("](", StringComparison.Ordinal)) line = line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
        return Value.Of(("text", line.Length == 0 ? "-" : line));
    }

    static string UriOf(string file) => string.Join('/', file.Split('/').Select(Uri.EscapeDataString));

    static string Line(string text) => ControlText.Line(text);
}
