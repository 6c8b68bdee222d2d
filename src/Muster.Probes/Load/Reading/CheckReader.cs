using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads what must hold of an answer: <c>status</c>, <c>header</c>, <c>body</c>, and JSON Pointers into the body, in the words of a document's <c>expect</c>.</summary>
static class CheckReader
{
    const int Most = 100;

    public static ImmutableArray<ResponseCheck> Read(FormKeys? keys)
    {
        if (keys is null) return [];
        var read = ImmutableArray.CreateBuilder<ResponseCheck>();
        if (keys.Fields.Count is 0 or > Most) keys.Wrong("", keys.Fields.Count == 0 ? "Nothing is checked." : $"There are {keys.Fields.Count} checks.", keys.Fields.Count == 0 ? "Write check: { status: 200 }." : $"Write at most {Most}.");
        foreach (var (name, value) in keys.Fields)
        {
            var at = keys.At(name);
            if (name == "status")
            {
                if (StatusReader.Read(value, at, keys.Problems) is { } set) read.Add(new ResponseCheck.Status($"status {Shown(value)}", set));
            }
            else if (name == "header") read.AddRange(Headers(keys.Inner(name)));
            else if (name == "body")
            {
                if (AnswerWords.Read(value, at, keys.Problems, texts: true) is { } word) read.Add(word is AnswerWord.Contains { Part: Value.Text part } ? new ResponseCheck.Contains($"body {Shown(value)}", Encoding.UTF8.GetBytes(part.Is)) : new ResponseCheck.Body($"body {Shown(value)}", word));
            }
            else if (name.StartsWith('/') && JsonPath.Read(name) is { } pointer)
            {
                if (AnswerWords.Read(value, at, keys.Problems, texts: false) is { } word) read.Add(new ResponseCheck.Json($"{Bounded.Start(name, 80)} {Shown(value)}", pointer, word));
            }
            else keys.Problems.Add(at, $"\"{Bounded.Start(name, 80)}\" is nothing of an answer.", $"{DidYouMean.Among(["status", "header", "body"], name, "keys")} A value within a JSON body is named by its JSON Pointer, as /items/0/id.");
        }

        return read.DrainToImmutable();
    }

    static IEnumerable<ResponseCheck> Headers(FormKeys? keys)
    {
        foreach (var (name, value) in keys?.Fields ?? Value.Fields.Empty)
            if (AnswerWords.Read(value, keys!.At(name), keys.Problems, texts: true) is { } word)
                yield return new ResponseCheck.Header($"header {Bounded.Start(name, 80)} {Shown(value)}", Encoding.UTF8.GetBytes(name), word);
    }

    static string Shown(Value value) => Bounded.Start(value is Value.Text text ? text.Is : value.ToString(), 80);
}

/// <summary>The words of a check. Those of documents that compare two lists have no use on one answer, and are not here.</summary>
static class AnswerWords
{
    static readonly string[] Known = ["present", "contains", "matches", "count", "one_of", "not"];
    const string Words = "The words are present, contains, matches, count, one_of and not; numbers are compared by \"at least 3\", \"at most 3\", \"under 3\", \"over 3\", \"between 1 and 3\".";

    /// <param name="texts">What is looked at is always a text, so that a literal is one too.</param>
    public static AnswerWord? Read(Value value, string path, FormProblems problems, bool texts)
    {
        switch (value)
        {
            case Value.Fields { Count: > 0 } map:
                var words = map.Select(entry => Word(entry.Key, entry.Value, FormPlaces.Within(path, entry.Key), problems, texts)).ToList();
                return words.Contains(null) ? null : words.Count == 1 ? words[0] : new AnswerWord.All([.. words.OfType<AnswerWord>()]);
            case Value.Items or Value.Fields:
                problems.Add(path, $"There is {FormTyped.Named(value)} where a value or a word was expected.", Words);
                return null;
            case Value.Nothing:
                problems.Add(path, "Nothing is expected here.", "Write what must hold; { present: true } if any value will do.");
                return null;
            case Value.Text { Is: var text } when text.Contains("$(", StringComparison.Ordinal):
                problems.Add(path, "A check holds a placeholder, which nothing fills there.", "Write what must hold of every answer.");
                return null;
            case Value.Text { Is: var text } when !texts && Comparison(text, path, problems, out var compare): return compare;
            default: return texts ? FormTyped.Text(value, path, problems) is { } literal ? new AnswerWord.Is(literal) : null : new AnswerWord.Is(value);
        }
    }

    static AnswerWord? Word(string word, Value value, string path, FormProblems problems, bool texts)
    {
        switch (word)
        {
            case "present" when value is Value.Truth truth: return new AnswerWord.Present(truth.Is);
            case "present":
                problems.Add(path, $"{FormTyped.Shown(value)} is neither true nor false.", "Write { present: true } or { present: false }.");
                return null;
            case "contains" when value is Value.Text { Is: "" } or Value.Nothing or Value.Items or Value.Fields:
                problems.Add(path, "Everything contains this.", "Write a part of what is expected.");
                return null;
            case "contains": return texts ? FormTyped.Text(value, path, problems) is { } part ? new AnswerWord.Contains(part) : null : new AnswerWord.Contains(value);
            case "matches": return FormTyped.Text(value, path, problems) is { } pattern && Patterns.Read(pattern, path, problems) is { } regex ? new AnswerWord.Matches(regex) : null;
            case "count" when !texts: return Read(value, path, problems, texts: false) is { } number ? new AnswerWord.Count(number) : null;
            case "one_of" when value is Value.Items { Are.IsEmpty: false } choices: return new AnswerWord.OneOf(texts ? Value.Texts(choices.Are.Select((choice, i) => FormTyped.Text(choice, FormPlaces.Within(path, i), problems) ?? "")) : choices);
            case "one_of":
                problems.Add(path, "There is nothing to choose from.", "Write { one_of: [ open, closed ] }.");
                return null;
            case "not": return Read(value, path, problems, texts) is { } inner ? new AnswerWord.Not(inner) : null;
            default:
                problems.Add(path, word == "count" ? "A text has no count." : $"There is no word \"{Bounded.Start(word, 40)}\".", DidYouMean.Nearest(Known, word) is { } near && near != word ? $"Did you mean \"{near}\"?" : Words);
                return null;
        }
    }

    /// <summary>True if the text is a comparison, even one that cannot be read.</summary>
    static bool Comparison(string text, string path, FormProblems problems, out AnswerWord? compare)
    {
        compare = null;
        foreach (var how in (ReadOnlySpan<string>)["at least ", "at most ", "under ", "over ", "between "])
        {
            if (!text.StartsWith(how, StringComparison.Ordinal)) continue;
            var ends = how == "between " ? text[how.Length..].Split(" and ") : [text[how.Length..]];
            if (ends.Length > 2 || how == "between " && ends.Length != 2 || Number(ends[0]) is not { } first || Number(ends[^1]) is not { } second || first > second)
                problems.Add(path, $"\"{Bounded.Start(text, 80)}\" is not a comparison.", Words);
            else
                compare = how switch
                {
                    "at least " => new AnswerWord.Between(first, double.PositiveInfinity, false),
                    "at most " => new AnswerWord.Between(double.NegativeInfinity, first, false),
                    "under " => new AnswerWord.Between(double.NegativeInfinity, first, true),
                    "over " => new AnswerWord.Between(first, double.PositiveInfinity, true),
                    _ => new AnswerWord.Between(first, second, false),
                };
            return true;
        }

        return false;
    }

    static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
