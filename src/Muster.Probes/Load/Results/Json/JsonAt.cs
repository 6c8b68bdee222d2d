using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A place in a result that is read: what it must be, or a message that names the place.</summary>
readonly record struct JsonAt(Value? Is, string Path)
{
    const double Exact = 9007199254740992;
    const double MostSeconds = 3.2e9; // a century
    const int MostText = 10_000;

    public JsonAt this[string name] => new(Fields[name] is { } value and not Value.Nothing ? value : null, Path.Length == 0 ? name : $"{Path}.{name}");

    public bool IsThere => Is is not null;

    public Value.Fields Fields => Is as Value.Fields ?? throw Wrong("is not a map");

    public IEnumerable<(string Name, JsonAt At)> Named(int most)
    {
        var (fields, path) = (Fields, Path);
        if (fields.Count > most) throw Wrong($"has more than {most} entries");
        return fields.Select(field => (field.Key, new JsonAt(field.Value, $"{path}.{Bounded.Start(field.Key, 60)}")));
    }

    /// <summary>Nothing where there is none.</summary>
    public IEnumerable<JsonAt> Items(int most)
    {
        if (Is is null) return [];
        var (items, path) = ((Is as Value.Items ?? throw Wrong("is not a list")).Are, Path);
        if (items.Length > most) throw Wrong($"has more than {most} items");
        return items.Select((item, i) => new JsonAt(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")));
    }

    public string Text => Is is not Value.Text { Is: var text } ? throw Wrong("is not a text") : text.Length > MostText ? throw Wrong($"is longer than {MostText} characters") : text;

    public double Number => Is is Value.Number { Is: var number } && double.IsFinite(number) ? number : throw Wrong("is not a number");

    public double? NumberOrNone => IsThere ? Number : null;

    public bool TruthOrFalse => Is switch { null => false, Value.Truth truth => truth.Is, _ => throw Wrong("is neither true nor false") };

    /// <summary>A whole number from nought, as digits where it is too large for a number.</summary>
    public Int128 Whole => Is switch
    {
        Value.Number { Is: >= 0 and <= Exact and var number } when number == Math.Floor(number) => (Int128)number,
        Value.Text { Is: { Length: > 0 and <= 38 } digits } when Int128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var large) => large,
        _ => throw Wrong("is not a whole number from 0"),
    };

    public long Count => Whole is var whole && whole <= long.MaxValue ? (long)whole : throw Wrong("is too large");

    /// <summary>A count that many of can be added up.</summary>
    public long Few => Whole is var whole && whole <= (long)Exact ? (long)whole : throw Wrong("is too large");

    public long FewOrNought => IsThere ? Few : 0;

    public int Small => Whole is var whole && whole <= int.MaxValue ? (int)whole : throw Wrong("is too large");

    public TimeSpan Seconds => Number is >= 0 and <= MostSeconds and var seconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : throw Wrong("is no number of seconds");

    public TimeSpan SecondsEitherWay => Number is >= -MostSeconds and <= MostSeconds and var seconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : throw Wrong("is no number of seconds");

    public DateTimeOffset Time => Instant.TryRead(Text, out var instant) ? instant : throw Wrong("is no instant in RFC 3339");

    public T One<T>(ImmutableArray<(T Is, string Word)> words)
    {
        var text = Text;
        foreach (var (known, word) in words)
            if (word == text) return known;
        throw Wrong($"is none of {string.Join(", ", words.Select(word => word.Word))}");
    }

    public LoadResultException Wrong(string says) => new(Path.Length == 0 ? $"The result {says}." : Is is null ? $"{Path} is missing." : $"{Path} {says}.");
}
