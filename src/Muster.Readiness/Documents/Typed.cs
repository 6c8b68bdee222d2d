using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Readiness;

/// <summary>A node as one type or another; what does not fit is reported and null.</summary>
static class Typed
{
    public static string? Text(YamlNode node, string key, Problems problems)
    {
        if (node is YamlNode.Scalar { IsEmpty: false } scalar) return scalar.Text;
        if (node is not YamlNode.Broken) problems.Error(node.Place, key, $"There is {node.Says} where a text was expected.", "Write a text behind the colon.");
        return null;
    }

    public static YamlNode.Map? Map(YamlNode node, string key, Problems problems)
    {
        if (node is YamlNode.Map map) return map;
        if (node is not YamlNode.Broken) problems.Error(node.Place, key, $"There is {node.Says} where a map was expected.", "Write keys with values, each on a line of its own or within { }.");
        return null;
    }

    public static bool? Truth(YamlNode node, string key, Problems problems)
    {
        if (Text(node, key, problems) is not { } text) return null;
        if (text is "true" or "false") return text == "true";
        problems.Error(node.Place, key, $"\"{text}\" is neither true nor false.",
            text.ToLowerInvariant() is "yes" or "on" or "true" or "y" ? "Write true." : text.ToLowerInvariant() is "no" or "off" or "false" or "n" ? "Write false." : "Write true or false.");
        return null;
    }

    public static string? Word(YamlNode node, string key, Problems problems, params ReadOnlySpan<string> words)
    {
        if (Text(node, key, problems) is not { } text) return null;
        if (words.Contains(text)) return text;
        problems.Error(node.Place, key, $"\"{text}\" is not one of {string.Join(", ", words)}.", DidYouMean.Among(words.ToArray(), text, "words"));
        return null;
    }

    /// <summary>A positive duration of at most ten years.</summary>
    public static TimeSpan? Duration(YamlNode node, string key, Problems problems)
    {
        if (Text(node, key, problems) is not { } text) return null;
        if (!Quantity.TryRead(text, Shape.Duration, out var seconds, out _))
        {
            problems.Error(node.Place, key, $"\"{text}\" is not a duration.", $"Write a number and a unit, as 24h; the units are {Quantity.UnitsOf(Shape.Duration)}.");
            return null;
        }

        if (seconds is > 0 and <= 10 * 366 * 86400d) return TimeSpan.FromSeconds(seconds);
        problems.Error(node.Place, key, $"A duration of \"{text}\" makes no sense here.", "Write one that is more than nothing and at most ten years.");
        return null;
    }

    /// <summary>A date, which is the beginning of that day in UTC, or an RFC 3339 instant.</summary>
    public static DateTimeOffset? Date(YamlNode node, string key, Problems problems)
    {
        if (Text(node, key, problems) is not { } text) return null;
        if (TryDate(text, out var day)) return new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (Instant.TryRead(text, out var instant) && instant.Year is >= 1970 and <= 9000) return instant;
        problems.Error(node.Place, key, $"\"{text}\" is neither a date nor an instant.", "Write a date as 2026-03-01, or an instant with its offset as 2026-03-01T09:00:00Z.");
        return null;
    }

    public static bool TryDate(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is >= 1970 and <= 9000;

    /// <summary>A whole number within bounds.</summary>
    public static long? Whole(YamlNode node, string key, Problems problems, long least, long most)
    {
        if (Text(node, key, problems) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        problems.Error(node.Place, key, $"\"{text}\" is not a whole number from {least} to {most}.", "Write it in digits.");
        return null;
    }

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public static ImmutableArray<string> Texts(YamlNode node, string key, Problems problems) =>
        [.. Nodes(node).Select(item => Text(item, key, problems)).OfType<string>()];

    public static ImmutableArray<YamlNode> Nodes(YamlNode node) => node is YamlNode.List list ? list.Items : [node];

    /// <summary>Names are what evidence, reports and paths are made of, so they are plain.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 128 && char.IsAsciiLetterOrDigit(text[0]) && text.AsSpan().IndexOfAnyExcept(NameLetters) < 0
        && !text.Contains("..", StringComparison.Ordinal) && text[^1] != '.';

    static readonly System.Buffers.SearchValues<char> NameLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Reports a name that is not one.</summary>
    public static bool Name(YamlNode.Scalar key, string path, Problems problems)
    {
        if (IsName(key.Text)) return true;
        problems.Error(key.Place, path, $"\"{key.Text}\" cannot be a name.", "Use letters, digits, \".\", \"_\" and \"-\", and begin with a letter or digit.");
        return false;
    }
}
