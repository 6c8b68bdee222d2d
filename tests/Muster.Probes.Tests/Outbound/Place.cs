using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Tests.Outbound;

/// <summary>
/// A place in a question from which a kind takes an address, with a question that leads it there. Most questions are those of the kinds' own fixtures, with the fixture's address taken out,
/// so that a kind which is added is attacked without being named here.
/// </summary>
sealed partial record Place(string Kind, string Name, Value.Fields Question)
{
    /// <summary>Stands in <see cref="Question"/> where host and port go.</summary>
    const string Mark = "PLACE";

    static readonly ConcurrentDictionary<string, Task<Place?>> OfFixtures = new(StringComparer.Ordinal);

    /// <summary>Null if the fixture's question holds no address: the kind looks at files, or runs a command.</summary>
    public static Task<Place?> OfFixture(string kind) => OfFixtures.GetOrAdd(kind, static async kind =>
    {
        var proof = await ProbeKinds.Find(kind)!.Fixture(CancellationToken.None);
        var question = ((Value.Fields)Replaced(proof.MustHold.Step.Parameters, text => Loopback().Replace(text, Mark))).With("trust", null);
        // Where nobody answers a long load shows nothing more than a short one.
        if (kind.StartsWith("load.", StringComparison.Ordinal))
        {
            if (question["duration"] is not null) question = question.With("duration", "200ms");
            if (question["steps"] is Value.Fields steps) question = question.With("steps", steps.With("each", "200ms"));
        }

        return question.ToString().Contains(Mark, StringComparison.Ordinal) ? new(kind, "its fixture's", question) : null;
    });

    /// <param name="at">Host and port as a target writes them.</param>
    public Asked At(string at) => new("", Kind, (Value.Fields)Replaced(Question, text => text.Replace(Mark, at, StringComparison.Ordinal)));

    /// <summary>The same over TLS from the first byte, where the address has a scheme that says so.</summary>
    public Place OverTls() => this with
    {
        Question = (Value.Fields)Replaced(Question, text => Plain().Replace(text, scheme => scheme.Value switch { "http" => "https", "ws" => "wss", "redis" => "rediss", "amqp" => "amqps", "nats" => "tls", var same => same })),
    };

    public override string ToString() => $"{Kind}, {Name}";

    static Value Replaced(Value value, Func<string, string> text) => value switch
    {
        Value.Text written => text(written.Is),
        Value.Items items => Value.List(items.Are.Select(item => Replaced(item, text))),
        Value.Fields fields => new Value.Fields(fields.Select(field => KeyValuePair.Create(field.Key, Replaced(field.Value, text)))),
        _ => value,
    };

    [GeneratedRegex(@"(?:127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Loopback();

    [GeneratedRegex(@"^[a-z]+(?=://PLACE)")]
    private static partial Regex Plain();
}
