using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Keeps an observation small enough for the ledger. A field that is too large is taken out whole and named under <c>cut</c> with its size, its digest and its beginning:
/// half a text would make "does not contain" hold on what nobody looked at.
/// </summary>
static class Bounded
{
    const int Beginning = 512;

    public static readonly Field Cut = new("cut", Shape.Map, "Fields that were too large to keep, each with its size, sha256 and beginning; they count as not observed.");

    public static Value.Fields Fit(Value.Fields observation, ImmutableArray<Field> declared, int most)
    {
        var cut = Value.Fields.Empty;
        while (Size(observation) + Size(cut) > most && Largest(observation, declared, "") is { } path)
        {
            var (kept, taken) = Take(observation, path.Split('/'));
            observation = kept;
            cut = cut.With(path, Shown(taken, Beginning >> Math.Min(cut.Count / 4, 8)));
        }

        if (cut.Count == 0) return observation;
        // A probe may have cut something itself already.
        var before = observation["cut"] as Value.Fields ?? Value.Fields.Empty;
        return observation.With("cut", new Value.Fields(before.Where(field => cut[field.Key] is null).Concat(cut)));
    }

    static int Size(Value value) => Encoding.UTF8.GetByteCount(CanonicalJson.Text(value));

    /// <summary>The path of the largest field, down through maps whose fields the kind declares.</summary>
    static string? Largest(Value.Fields fields, ImmutableArray<Field> declared, string under)
    {
        if (fields.Count == 0) return null;
        var (name, value) = fields.MaxBy(field => Size(field.Value));
        var of = declared.FirstOrDefault(field => field.Name == name)?.Of ?? [];
        return value is Value.Fields inner && !of.IsEmpty && Largest(inner, of, under + name + "/") is { } deeper ? deeper : under + name;
    }

    static (Value.Fields Kept, Value Taken) Take(Value.Fields from, ReadOnlySpan<string> path)
    {
        var value = from[path[0]]!;
        if (path.Length == 1) return (from.With(path[0], null), value);
        var (kept, taken) = Take((Value.Fields)value, path[1..]);
        return (from.With(path[0], kept), taken);
    }

    static Value.Fields Shown(Value taken, int most)
    {
        var text = taken is Value.Text plain ? plain.Is : taken.ToString();
        var bytes = Encoding.UTF8.GetBytes(text);
        var shown = Value.Of(("size", bytes.Length), ("sha256", Digest.Of(bytes)));
        return taken is Value.Text ? shown.With("beginning", Start(text, most)) : shown;
    }

    /// <summary>Never splits a surrogate pair, which canonical JSON could not write.</summary>
    public static string Start(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
}
