using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What can be asked, without asking anything: parameters, fields and pitfalls of each kind.</summary>
static class KindsCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string?>("KIND") { Arity = ArgumentArity.ZeroOrOne, Description = "One kind in full; without it, all of them in a line each." };
        var format = CommonOptions.TextOrJson();
        var command = new Command("kinds", "Shows the kinds of probes: their parameters, the fields that expect can name, and their pitfalls. Contacts nothing.") { name, format };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(format), host.Data);
            return parsed.GetValue(name) is { } one ? Show(Find(one), output) : List(output);
        });
        return command;
    }

    public static Kind Find(string name) => ProbeKinds.Catalogue.Find(name)
        ?? throw Refusal.Usage($"there is no kind \"{name}\"", Suggestion.Among(ProbeKinds.Catalogue.All.Select(kind => kind.Name), name, "`muster kinds` lists them"));

    static int List(Output output)
    {
        if (output.IsJson) output.Json("kinds", ("kinds", Value.List(ProbeKinds.Catalogue.All.Select(Describe))));
        else
        {
            var width = ProbeKinds.Catalogue.All.Max(kind => kind.Name.Length);
            foreach (var kind in ProbeKinds.Catalogue.All)
                output.Data.WriteLine($"{kind.Name.PadRight(width)}  {kind.Says}{(kind.Hazard == Hazard.Passive ? "" : $" ({kind.Hazard.ToString().ToLowerInvariant()}: needs consent)")}");
        }

        return ExitCode.Done;
    }

    static int Show(Kind kind, Output output)
    {
        if (output.IsJson)
        {
            output.Json("kind", Describe(kind));
            return ExitCode.Done;
        }

        var to = output.Data;
        to.WriteLine($"{kind.Name} — {kind.Says}");
        to.WriteLine($"Holds by itself when: {(kind.Holds.Count == 0 ? "never; say what you expect" : string.Join(", ", kind.Holds.Select(rule => $"{rule.Key} {rule.Value}")))}");
        to.WriteLine($"Counts {kind.Population}, at least {kind.LeastPopulation}. Gives up after {kind.Deadline.TotalSeconds:0.#} s. {kind.Hazard}.");
        Section("Parameters", kind.Parameters.Select(parameter => (parameter.Name,
            $"{Word(parameter.Shape)}{(parameter.Required ? ", required" : parameter.Default is { } value ? $", default {value}" : "")}{(parameter.OneOf.IsEmpty ? "" : $", one of {string.Join(", ", parameter.OneOf)}")}", parameter.Says)));
        Section("Fields, for expect", Fields(kind.Fields, ""));
        to.WriteLine();
        to.WriteLine("Example");
        foreach (var line in kind.Example.Split('\n')) to.WriteLine($"  {line}");
        if (kind.Pitfalls.IsEmpty) return ExitCode.Done;
        to.WriteLine();
        to.WriteLine("Pitfalls");
        foreach (var pitfall in kind.Pitfalls) to.WriteLine($"  - {pitfall}");
        return ExitCode.Done;

        void Section(string title, IEnumerable<(string Name, string Type, string Says)> rows)
        {
            var all = rows.ToList();
            if (all.Count == 0) return;
            to.WriteLine();
            to.WriteLine(title);
            var width = all.Max(row => row.Name.Length);
            var type = all.Max(row => row.Type.Length);
            foreach (var row in all) to.WriteLine($"  {row.Name.PadRight(width)}  {row.Type.PadRight(Math.Min(type, 24))}  {row.Says}");
        }
    }

    static IEnumerable<(string Name, string Type, string Says)> Fields(IEnumerable<Field> fields, string above) =>
        fields.SelectMany(field => Fields(field.Of, above + "  ").Prepend((above + field.Name, Word(field.Shape), field.Says)));

    static string Word(Shape shape) => shape.ToString().ToLowerInvariant();

    static Value.Fields Describe(Kind kind) => Output.Fields(
        ("name", kind.Name),
        ("says", kind.Says),
        ("target", kind.Target.ToString()),
        ("hazard", kind.Hazard.ToString()),
        ("holds", kind.Holds),
        ("population", kind.Population),
        ("least_population", kind.LeastPopulation),
        ("deadline", kind.Deadline),
        ("parameters", Value.List(kind.Parameters.Select(parameter => (Value)Output.Fields(
            ("name", parameter.Name), ("shape", Word(parameter.Shape)), ("says", parameter.Says), ("required", parameter.Required),
            ("default", parameter.Default), ("one_of", Value.Texts(parameter.OneOf)))))),
        ("fields", Value.List(kind.Fields.Select(DescribeField))),
        ("pitfalls", Value.Texts(kind.Pitfalls)),
        ("example", kind.Example));

    static Value DescribeField(Field field) => Value.Of(
        ("name", field.Name), ("shape", Word(field.Shape)), ("says", field.Says), ("of", Value.List(field.Of.Select(DescribeField))));
}
