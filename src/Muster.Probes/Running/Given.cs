using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The parameters of a question, read by type. A target that is a map supplies what the check itself leaves out.</summary>
readonly struct Given(Asked asked)
{
    public Value? this[string name] => name == "target" ? Address(asked) : asked.Parameters[name] ?? (asked.Parameters["target"] as Value.Fields)?[name];

    /// <summary>Another target, that this parameter names, as if it were asked itself; null where the parameter is left out.</summary>
    public Given? Other(string name) => asked.Parameters[name] is { } other ? new(asked with { Parameters = Value.Of(("target", other)) }) : null;

    /// <summary>Other targets, that this parameter names by names of the question's own.</summary>
    public Value.Fields Others(string name) => this[name] switch
    {
        null => Value.Fields.Empty,
        Value.Fields several => several,
        _ => throw Wrong(name, "is no map of names to targets"),
    };

    /// <summary>The target itself: text, or the <c>address</c>, <c>url</c>, <c>host</c> or <c>path</c> of a map.</summary>
    public string Target => Address(asked) switch
    {
        Value.Text text => text.Is,
        null => throw Wrong("target", "is missing"),
        _ => throw Wrong("target", "is neither text nor a map with address, url, host or path"),
    };

    static readonly string[] Addresses = ["address", "url", "host", "path", "postgres", "redis", "nats", "amqp", "smtp"];

    /// <summary>What a target comes to, whatever it was written as. A document's questions carry a map; <c>address</c> is what stood alone there.</summary>
    public static Value? Address(Asked asked) => asked.Parameters["target"] is Value.Fields map ? Addresses.Select(name => map[name]).FirstOrDefault(value => value is not null) : asked.Parameters["target"];

    public string? Text(string name) => this[name] switch
    {
        null or Value.Nothing => null,
        Value.Text text => text.Is,
        Value.Number number => number.ToString(),
        _ => throw Wrong(name, "is not text"),
    };

    public bool Truth(string name, bool otherwise) => this[name] switch
    {
        null => otherwise,
        Value.Truth truth => truth.Is,
        Value.Text { Is: "true" } => true,
        Value.Text { Is: "false" } => false,
        _ => throw Wrong(name, "is neither true nor false"),
    };

    public int Count(string name, int otherwise, int most) => this[name] switch
    {
        null => otherwise,
        Value.Number { Is: >= 0 and var number } when number <= most && number == Math.Floor(number) => (int)number,
        Value.Text text when int.TryParse(text.Is, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most => number,
        _ => throw Wrong(name, $"is not a whole number from 0 to {most}"),
    };

    /// <summary>A duration in seconds; a document's comes as a number, one from the command line as it is written: 90s.</summary>
    public double Seconds(string name, double otherwise) => this[name] switch
    {
        null => otherwise,
        Value.Number { Is: >= 0 and var number } => number,
        Value.Text text when Quantity.TryRead(text.Is, Shape.Duration, out var number, out _) && number >= 0 => number,
        _ => throw Wrong(name, "is not a duration, as 90s or 1h"),
    };

    public ImmutableArray<string> Texts(string name) => this[name] switch
    {
        null => [],
        Value.Text text => [text.Is],
        Value.Items items => [.. items.Are.Select(item => item is Value.Text text ? text.Is : item.ToString())],
        _ => throw Wrong(name, "is not a list"),
    };

    /// <summary>Named texts; a check's own stand beside and before the target's.</summary>
    public IEnumerable<(string Name, string Text)> Pairs(string name)
    {
        var own = asked.Parameters[name] as Value.Fields ?? Value.Fields.Empty;
        var common = (asked.Parameters["target"] as Value.Fields)?[name] as Value.Fields ?? Value.Fields.Empty;
        foreach (var (key, value) in own.Concat(common.Where(field => own[field.Key] is null)))
            yield return (key, value is Value.Text text ? text.Is : value.ToString());
    }

    public static Unseen Wrong(string name, string says) => new(Blind.BadQuestion, $"the parameter \"{name}\" {says}; see \"muster kinds\"");
}
