using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A map of the form as it is being read: each key that is asked for is known from then on, and <see cref="Done"/> complains of all others.</summary>
sealed class FormKeys(Value.Fields fields, string path, FormProblems problems)
{
    readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    public Value.Fields Fields => fields;
    public string Path => path;
    public FormProblems Problems => problems;

    public string At(string name) => FormPlaces.Within(path, name);

    public bool Has(string name)
    {
        _known.Add(name);
        return fields[name] is not null;
    }

    /// <summary>The value, or null if the key is not there. An empty value is reported: what was meant cannot be known.</summary>
    public Value? Take(string name)
    {
        if (!Has(name)) return null;
        if (fields[name] is not Value.Nothing and var value) return value;
        Wrong(name, $"There is nothing behind \"{name}\".", "Write a value, or leave the key out.");
        return null;
    }

    public void Wrong(string name, string says, string fix) => problems.Add(name.Length == 0 ? path : At(name), says, fix);

    public string? Text(string name) => Take(name) is { } value ? FormTyped.Text(value, At(name), problems) : null;

    public bool Truth(string name, bool otherwise = false) => Take(name) switch
    {
        null => otherwise,
        Value.Truth truth => truth.Is,
        Value.Text { Is: "true" } => true,
        Value.Text { Is: "false" } => false,
        var other => Refused(name, $"{FormTyped.Shown(other)} is neither true nor false.", "Write true or false.", otherwise),
    };

    public TimeSpan? Duration(string name, TimeSpan most, bool zero = false) => Take(name) is { } value ? FormTyped.Duration(value, At(name), problems, most, zero) : null;

    public Pause Pause(string name) => Take(name) is { } value ? FormTyped.Pause(value, At(name), problems) : default;

    public long? Whole(string name, long least, long most) => Take(name) is { } value ? FormTyped.Whole(value, At(name), problems, least, most) : null;

    public double? Rate(string name, bool zero = false) => Take(name) is { } value ? FormTyped.Rate(value, At(name), problems, zero) : null;

    public string? Word(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text) return null;
        if (words.Contains(text)) return text;
        Wrong(name, $"\"{text}\" is not one of {string.Join(", ", words)}.", DidYouMean.Among(words.ToArray(), text, "words"));
        return null;
    }

    public FormKeys? Inner(string name) => Take(name) is { } value ? Map(value, At(name), problems) : null;

    public static FormKeys? Map(Value value, string path, FormProblems problems)
    {
        if (value is Value.Fields inner) return new(inner, path, problems);
        problems.Add(path, $"There is {FormTyped.Named(value)} where a map was expected.", "Write keys with values, each on a line of its own or within { }.");
        return null;
    }

    public void Done(string noun)
    {
        foreach (var (name, _) in fields)
            if (!_known.Contains(name)) problems.Add(At(name), $"There is no key \"{name}\" in {noun}.", DidYouMean.Among(_known, name, "keys"));
    }

    T Refused<T>(string name, string says, string fix, T otherwise)
    {
        Wrong(name, says, fix);
        return otherwise;
    }
}
