using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>A folder with every value taken out: what is left are its files, their keys and how they nest.</summary>
static class Shapes
{
    public static string Of(Trap trap) => string.Join('\n', trap.Files.Select(file => file.Key + ": " + (file.Key.EndsWith(".yaml", StringComparison.Ordinal) && Parsed(file.Value) is { } tree ? Bare(tree).ToString() : "…")))
        + "\n" + string.Join(' ', trap.Command?.Where(word => word.StartsWith('-')) ?? []);

    static Value? Parsed(string text)
    {
        try { return Tree.Parse(text, "a file"); }
        catch (InvalidDataException) { return null; } // a file that is broken on purpose is a value as a whole
    }

    static Value Bare(Value value) => value switch
    {
        Value.Fields fields => new Value.Fields(fields.Select(field => KeyValuePair.Create(field.Key, Bare(field.Value)))),
        Value.Items items => Value.List(items.Are.Select(Bare)),
        Value.Nothing => Value.Null,
        Value.Truth => false,
        Value.Number => 0,
        _ => "",
    };
}
