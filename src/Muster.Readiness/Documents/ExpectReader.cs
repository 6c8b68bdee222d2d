using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Muster.Readiness;

/// <summary>Knows whether a <c>$(part.field)</c> can be resolved; answers with what is wrong and how to mend it, or null.</summary>
delegate (string Says, string Fix)? CheckReference(string reference);

/// <summary>What <c>expect</c> says, typed by the fields that the kind declares.</summary>
sealed class ExpectReader(Problems problems, CheckReference references)
{
    static readonly ImmutableArray<string> Reserved =
        ["not", "one_of", "matches", "contains", "exactly", "only", "includes", "every", "some", "none", "count", "present"];

    static readonly Field Free = new("", Shape.Any, "");

    public ImmutableArray<FieldMatcher> Read(YamlNode node, Kind kind, string path)
    {
        if (Typed.Map(node, path, problems) is not { } map) return [];
        if (map.Entries.IsEmpty) problems.Error(map.Place, path, "The expectation is empty.", $"Name a field: {string.Join(", ", kind.Fields.Select(field => field.Name))}.");
        return Fields(map, kind.Fields, path, pointers: kind.Fields.Any(field => field.Name is "json" or "value" && field.Shape == Shape.Any), $"an observation of {kind.Name}");
    }

    ImmutableArray<FieldMatcher> Fields(YamlNode.Map map, ImmutableArray<Field> fields, string path, bool pointers, string noun, bool lowerCase = false)
    {
        var read = new List<FieldMatcher>();
        foreach (var (key, value) in map.Entries)
        {
            var at = $"{path}.{key.Text}";
            var field = key.Text.StartsWith('/') ? Pointer(key, pointers, at, noun) : fields.IsEmpty ? Free : fields.FirstOrDefault(field => field.Name == key.Text);
            if (field is null)
            {
                if (!key.Text.StartsWith('/'))
                    problems.Error(key.Place, at, $"There is no field \"{key.Text}\" in {noun}.", DidYouMean.Among(fields.Select(known => known.Name), key.Text, "fields"));
            }
            else if (Match(value, field, at) is { } matcher)
            {
                var name = lowerCase ? key.Text.ToLowerInvariant() : key.Text;
                if (read.Exists(other => other.Path == name)) problems.Error(key.Place, at, $"\"{name}\" stands twice, since its case says nothing.", "Put what is said of it into one map.");
                read.Add(new(name, matcher));
            }
        }

        return [.. read.OrderBy(field => field.Path, StringComparer.Ordinal)];
    }

    Field? Pointer(YamlNode.Scalar key, bool pointers, string path, string noun)
    {
        if (pointers) return Free;
        problems.Error(key.Place, path, $"There is no free JSON for \"{key.Text}\" to point into in {noun}.", "Name a field of it.");
        return null;
    }

    Matcher? Match(YamlNode node, Field field, string path) => node switch
    {
        YamlNode.Scalar scalar => Scalar(scalar, field, path),
        YamlNode.List => Refuse(node, path, "A bare list does not say whether it means an order, a set or a choice.", "Write { exactly: [ … ] }, { only: [ … ] }, { includes: [ … ] } or { one_of: [ … ] }."),
        YamlNode.Map map => Map(map, field, path),
        _ => null,
    };

    Matcher? Scalar(YamlNode.Scalar scalar, Field field, string path)
    {
        var text = scalar.Text;
        if (scalar.IsEmpty) return Refuse(scalar, path, "Nothing is expected here.", "Write what must hold; { present: true } if any value will do.");
        if (Reference(scalar, path, out var reference)) return reference is null ? null : new Matcher.Is(reference, field.Shape);
        switch (field.Shape)
        {
            case Shape.Truth: return Typed.Truth(scalar, path, problems) is { } truth ? new Matcher.Is(Operand.Of(truth), Shape.Truth) : null;
            case Shape.List: return Refuse(scalar, path, $"\"{field.Name}\" is a list, and \"{text}\" does not say what of it.", $"Write {{ contains: {text} }}, {{ only: [ {text} ] }}, {{ exactly: [ {text} ] }} or {{ count: 1 }}.");
            case Shape.Map: return Refuse(scalar, path, $"\"{field.Name}\" is a map, and \"{text}\" does not say what of it.", "Name a field within it.");
            case Shape.Text or Shape.Instant:
                if (scalar.Plain && LooksLikeWords(text) is { } word)
                    problems.Warn(scalar.Place, path, $"\"{text}\" is compared letter by letter, since \"{field.Name}\" is a text.", $"Write {{ {word}: … }} for a comparison, or put the text in quotes if this is meant.");
                if (field.Shape == Shape.Instant && !Instant.TryRead(text, out _)) return Refuse(scalar, path, $"\"{text}\" is not an instant.", "Write it as 2026-03-01T09:00:00Z.");
                return new Matcher.Is(Operand.Of(text), field.Shape);
            default:
                if (Phrase(scalar, field, path, out var compare)) return compare;
                if (field.Shape == Shape.Any) return new Matcher.Is(Operand.Of(FreeValue.Of(scalar, exact: false)), Shape.Any);
                return Amount(scalar, text, field.Shape, path) is { } literal ? new Matcher.Is(literal.Operand, literal.Shape) : null;
        }
    }

    /// <summary><c>at least X</c>, <c>between X and Y</c>. True if it is a phrase, even one that cannot be read.</summary>
    bool Phrase(YamlNode.Scalar scalar, Field field, string path, out Matcher? matcher)
    {
        matcher = null;
        var text = scalar.Text;
        if (!scalar.Plain && field.Shape == Shape.Any) return false;
        foreach (var how in Enum.GetValues<Comparison>())
        {
            if (!text.StartsWith(Words.Of(how) + " ", StringComparison.Ordinal)) continue;
            var rest = text[(Words.Of(how).Length + 1)..].Trim();
            if (how != Comparison.Between)
            {
                if (Amount(scalar, rest, field.Shape, path) is { } limit) matcher = new Matcher.Compare(how, limit.Operand, limit.Shape);
                return true;
            }

            var and = rest.IndexOf(" and ", StringComparison.Ordinal);
            if (and < 0) Refuse(scalar, path, $"\"{text}\" has no upper end.", "Write between 1 and 3.");
            else if (Amount(scalar, rest[..and].Trim(), field.Shape, path) is { } low && Amount(scalar, rest[(and + 5)..].Trim(), low.Shape, path) is { } high)
            {
                if (low.Operand.Literal is Value.Number a && high.Operand.Literal is Value.Number b && a.Is > b.Is)
                    Refuse(scalar, path, $"Nothing lies in \"{text}\": its lower end is above its upper end.", "Swap the two.");
                else matcher = new Matcher.Compare(how, low.Operand, high.Shape, high.Operand);
            }

            return true;
        }

        if (field.Shape == Shape.Any || LooksLikeWords(text) is not { } word) return false;
        Refuse(scalar, path, $"\"{text}\" is not a comparison.", word is "not" or "one_of" ? $"Write {{ {word}: … }}." : "Write at least, at most, under, over, or between … and ….");
        return true;
    }

    (Operand Operand, Shape Shape)? Amount(YamlNode.Scalar at, string text, Shape shape, string path)
    {
        if (Reference(new(at.Place, text, true), path, out var reference)) return reference is null ? null : (reference, shape);
        if (Quantity.TryRead(text, shape, out var number, out var found)) return (Operand.Of(number), found);
        var units = Quantity.UnitsOf(shape);
        Refuse(at, path, $"\"{text}\" is not a {(shape == Shape.Any ? "number" : shape.ToString().ToLowerInvariant())}.",
            units.Length > 0 ? $"Write a number with its unit: {units}." : shape == Shape.Any ? "Write a number, with a unit if it has one." : "Write a plain number.");
        return null;
    }

    Matcher? Map(YamlNode.Map map, Field field, string path)
    {
        var words = map.Entries.Count(entry => Reserved.Contains(entry.Key.Text));
        if (map.Entries.IsEmpty) return Refuse(map, path, "The map is empty.", $"Use a word: {string.Join(", ", Reserved)}.");
        if (words == 0)
        {
            if (field.Shape is not (Shape.Map or Shape.Any))
                return Refuse(map, path, $"\"{map.Entries[0].Key.Text}\" is not a word that can be said of \"{field.Name}\".", DidYouMean.Among(Reserved, map.Entries[0].Key.Text, "words"));
            var fields = Fields(map, field.Shape == Shape.Map ? field.Of : [], path, pointers: false, $"\"{field.Name}\"", field.LowerCaseNames);
            return fields.IsEmpty ? null : new Matcher.Has(fields);
        }

        if (words < map.Entries.Length)
        {
            var other = map.Entries.First(entry => !Reserved.Contains(entry.Key.Text));
            return Refuse(other.Key, path, $"\"{other.Key.Text}\" stands beside words such as \"{map.Entries.First(entry => Reserved.Contains(entry.Key.Text)).Key.Text}\".",
                "Words are never field names: use either words or fields in one map.");
        }

        var all = map.Entries.OrderBy(entry => entry.Key.Text, StringComparer.Ordinal).Select(entry => Word(entry, field, $"{path}.{entry.Key.Text}")).OfType<Matcher>().ToImmutableArray();
        return all.Length switch { 0 => null, 1 => all[0], _ => new Matcher.Both(all) };
    }

    Matcher? Word(YamlEntry entry, Field field, string path)
    {
        var (word, value) = (entry.Key.Text, entry.Value);
        if (!Fits(word, field.Shape)) return Refuse(entry.Key, path, $"\"{word}\" cannot be said of \"{field.Name}\", which is a {field.Shape.ToString().ToLowerInvariant()}.", WordsFor(field.Shape));
        var element = field.Shape == Shape.List && !field.Of.IsEmpty ? new Field(field.Name, Shape.Map, "") { Of = field.Of } : Free with { Name = field.Name };
        switch (word)
        {
            case "not": return Match(value, field, path) is { } inner ? new Matcher.Not(inner) : null;
            case "every": return Match(value, element, path) is { } every ? new Matcher.Every(every) : null;
            case "some": return Match(value, element, path) is { } some ? new Matcher.Some(some) : null;
            case "none": return Match(value, element, path) is { } none ? new Matcher.NoneOf(none) : null;
            case "count": return Match(value, new("count", Shape.Number, ""), path) is { } count ? new Matcher.Count(count) : null;
            case "present": return Typed.Truth(value, path, problems) is { } present ? new Matcher.Present(present) : null;
            case "matches": return Pattern(value, path);
            case "contains": return Literal(value, field.Shape == Shape.Text ? Shape.Text : Shape.Any, path) is { } part ? new Matcher.Contains(part) : null;
            case "one_of": return Elements(value, field.Shape is Shape.List or Shape.Map ? Shape.Any : field.Shape, path) is { IsEmpty: false } choices ? new Matcher.OneOf(choices) : null;
            case "exactly": return Elements(value, Shape.Any, path, mayBeEmpty: true) is { } exactly ? new Matcher.Exactly(exactly) : null;
            case "only": return Elements(value, Shape.Any, path) is { } only ? new Matcher.Only(only) : null;
            default: return Elements(value, Shape.Any, path) is { } includes ? new Matcher.Includes(includes) : null;
        }
    }

    static bool Fits(string word, Shape shape) => word switch
    {
        "present" or "not" => true,
        "one_of" => shape is not (Shape.List or Shape.Map),
        "matches" => shape is Shape.Text or Shape.Any or Shape.Instant,
        "contains" => shape is Shape.Text or Shape.List or Shape.Any,
        "count" => shape is Shape.List or Shape.Map or Shape.Any,
        _ => shape is Shape.List or Shape.Any,
    };

    static string WordsFor(Shape shape) => $"Its words are {string.Join(", ", Reserved.Where(word => Fits(word, shape)))}{(Quantity.Measures(shape) ? "; or write a comparison as \"at least 3\"" : "")}.";

    Matcher? Pattern(YamlNode node, string path)
    {
        if (Typed.Text(node, path, problems) is not { } pattern) return null;
        if (pattern.Length > 500) return Refuse(node, path, "The pattern is longer than 500 characters.", "Make it shorter.");
        if (PatternSize.Of(pattern) > PatternSize.Most) return Refuse(node, path, $"The pattern repeats itself to more than {PatternSize.Most} places.", "Use + or * in place of large counts.");
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new Matcher.Matches(pattern);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return Refuse(node, path, $"\"{pattern}\" is not a regular expression that can be used here.", "Back-references and look-around are not there, and the brackets must match.");
        }
    }

    ImmutableArray<Operand>? Elements(YamlNode node, Shape shape, string path, bool mayBeEmpty = false)
    {
        if (node is YamlNode.Scalar scalar && Reference(scalar, path, out var reference)) return reference is null ? null : [reference];
        if (node is not YamlNode.List list)
        {
            Refuse(node, path, $"There is {node.Says} where a list was expected.", "Write [ a, b ].");
            return null;
        }

        if (list.Items.IsEmpty && !mayBeEmpty)
        {
            Refuse(node, path, "The list is empty.", "Name at least one element.");
            return null;
        }

        var read = list.Items.Select(item => Literal(item, shape, path)).ToList();
        return read.Contains(null) ? null : [.. read.OfType<Operand>()];
    }

    Operand? Literal(YamlNode node, Shape shape, string path)
    {
        if (node is not YamlNode.Scalar scalar) return shape == Shape.Any ? Operand.Of(FreeValue.Of(node)) : Refused(node, path);
        if (Reference(scalar, path, out var reference)) return reference;
        if (Quantity.Measures(shape)) return Amount(scalar, scalar.Text, shape, path)?.Operand;
        if (shape == Shape.Truth) return Typed.Truth(scalar, path, problems) is { } truth ? Operand.Of(truth) : null;
        return Operand.Of(shape == Shape.Any ? FreeValue.Of(scalar, exact: false) : scalar.Text);
    }

    Operand? Refused(YamlNode node, string path)
    {
        Refuse(node, path, $"There is {node.Says} where a single value was expected.", "Write one value.");
        return null;
    }

    /// <summary>True if the text is one placeholder, or holds one where none may be; the operand is null if it cannot be resolved.</summary>
    bool Reference(YamlNode.Scalar scalar, string path, out Operand? operand)
    {
        operand = null;
        var open = scalar.Text.IndexOf("$(", StringComparison.Ordinal);
        if (open < 0) return false;
        var close = scalar.Text.IndexOf(')', open);
        if (scalar.Text.StartsWith("$(", StringComparison.Ordinal) && close == scalar.Text.Length - 1)
        {
            var name = scalar.Text[2..^1];
            if (references(name) is { } wrong) Refuse(scalar, path, wrong.Says, wrong.Fix);
            else operand = new(Reference: name);
        }
        else if (close < 0 || !scalar.Text.StartsWith("at ", StringComparison.Ordinal) && !IsPhrase(scalar.Text))
            Refuse(scalar, path, $"\"{scalar.Text}\" mixes a placeholder with text.", "In expect a placeholder stands alone: $(part.field).");
        else return false;
        return true;
    }

    static bool IsPhrase(string text) => Enum.GetValues<Comparison>().Any(how => text.StartsWith(Words.Of(how) + " ", StringComparison.Ordinal));

    /// <summary>The word that a text seems to begin with, or null.</summary>
    static string? LooksLikeWords(string text)
    {
        if (text.StartsWith("one of ", StringComparison.Ordinal)) return "one_of";
        if (IsPhrase(text) || text.StartsWith("less than ", StringComparison.Ordinal) || text.StartsWith("more than ", StringComparison.Ordinal) || text[0] is '<' or '>') return "at least";
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && Reserved.Contains(text[..space]) ? text[..space] : null;
    }

    Matcher? Refuse(YamlNode node, string path, string says, string fix)
    {
        problems.Error(node.Place, path, says, fix);
        return null;
    }
}
