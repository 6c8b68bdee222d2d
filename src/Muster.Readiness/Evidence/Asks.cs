using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Muster.Readiness;

/// <summary>One check of one cell of a control, with the question it asks. <paramref name="Name"/> is <c>control/part[cell]</c>, as evidence is named.</summary>
public sealed record PartQuestion(Control Control, Cell Cell, Part Part, string Name, string Environment, Question Question)
{
    /// <summary><c>part[cell]</c>: how its matchers are named, in a waiver too.</summary>
    public string Short => Part.Name + Cell.Name;
}

/// <summary>Controls into questions: targets resolved for the environment, its values filled in, secrets left as the references they are.</summary>
public static class Asks
{
    // Digesting ten thousand questions takes longer than judging them, and a document never changes.
    static readonly ConditionalWeakTable<Document, ConcurrentDictionary<(string, string), ImmutableArray<PartQuestion>>> Asked = [];

    /// <summary>Every part of every cell, in the document's order. <see cref="PartQuestion.Environment"/> is the part's <c>in</c>, else the given one.</summary>
    public static ImmutableArray<PartQuestion> Of(Document document, Control control, string environment) =>
        ReferenceEquals(document.Control(control.Id), control)
            ? Asked.GetOrCreateValue(document).GetOrAdd((control.Id, environment), static (_, with) => Find(with.document, with.control, with.environment), (document, control, environment))
            : Find(document, control, environment);

    /// <summary>What a deferral waits for, or null.</summary>
    public static PartQuestion? Until(Document document, Control control, string environment) =>
        control.Deferred?.Until is { } until ? Of(document, control, new Cell("", [until]), until with { Name = "until" }, environment) : null;

    static ImmutableArray<PartQuestion> Find(Document document, Control control, string environment) =>
        [.. control.Cells.SelectMany(cell => cell.Parts.Select(part => Of(document, control, cell, part, environment)))];

    static PartQuestion Of(Document document, Control control, Cell cell, Part part, string given)
    {
        var environment = part.In ?? given;
        var name = control.Id + (part.Name.Length == 0 ? "" : "/" + part.Name) + cell.Name;
        var steps = part.Steps.Select(step => new Asked(step.Name, step.Kind, Parameters(document, step, environment), step.Always, step.Deadline, step.Within) { During = step.During });
        return new(control, cell, part, name, environment, new Question(Vantage(document, part.From ?? "here"), [.. steps]) { Sentence = control.Sentence?.Text });
    }

    /// <summary>Where the vantage is, as a target is where its name leads: another place is another question, whatever its name.</summary>
    static string Vantage(Document document, string name) => document.Vantages.FirstOrDefault(known => known.Name == name)?.Where ?? name;

    static Value.Fields Parameters(Document document, Step step, string environment)
    {
        var values = document.Environment(environment)?.Values ?? Value.Fields.Empty;
        var filled = Placeholder.Fill(step.Parameters, name => values[name]);
        if (JudgeOnly(step.Kind)) return filled;
        foreach (var (name, value) in filled)
            if (Other(value) is { } other) filled = filled.With(name, Resolved(document, other, environment, values));
            else if (value is Value.Fields { Count: > 0 } several && several.All(one => Other(one.Value) is not null))
                filled = filled.With(name, new Value.Fields(several.Select(one => KeyValuePair.Create(one.Key, Resolved(document, Other(one.Value)!, environment, values)))));
        return filled["target"] is { } target ? filled.With("target", Resolved(document, target, environment, values)) : filled;
    }

    static Value? Other(Value value) => value is Value.Fields { Count: 1 } map ? map[OtherTarget] : null;

    /// <summary>How a parameter that names another target stands in a step: a map with this one key; one that names several has such a map for each. Whoever writes it elsewhere gets no secret: those are filled only where the kind says that it names a target.</summary>
    internal const string OtherTarget = "$target";

    /// <summary>What a target comes to in an environment; a word that names none is an address.</summary>
    public static Value Target(Document document, string target, string environment) => Resolved(document, target, environment, document.Environment(environment)?.Values ?? Value.Fields.Empty);

    static Value Resolved(Document document, Value target, string environment, Value.Fields values)
    {
        if (target is Value.Fields) return target;
        if (target is not Value.Text { Is: var name } || document.Targets.FirstOrDefault(known => known.Name == name) is not { } found)
            return Value.Of(("address", target));
        var definition = Placeholder.Fill(found.In.GetValueOrDefault(environment) ?? found.Definition, value => values[value]);
        return definition is Value.Fields map ? map.With("name", name) : Value.Of(("name", name), ("address", definition));
    }

    /// <summary>The kinds that no probe looks at; they are the judge's own and cannot be added to from outside.</summary>
    internal static bool JudgeOnly(Part part) => part.Steps.Any(step => JudgeOnly(step.Kind));

    static bool JudgeOnly(string kind) => kind is "states" or "attestation" or "drill";
}
