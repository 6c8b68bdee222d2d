using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The kinds of fault that a proxy puts on a stream; their names and attributes are those of the published API.</summary>
enum ToxicType { Latency, Timeout, ResetPeer, Bandwidth, SlowClose, LimitData }

/// <summary>One fault on one direction of a proxy's connections.</summary>
/// <param name="Up">From the client to what is behind the proxy; else back.</param>
/// <param name="Toxicity">The share of connections that it is on, from 0 to 1.</param>
/// <param name="Attributes">Numbers by name, those that its type knows.</param>
sealed record Toxic(string Name, ToxicType Type, bool Up, double Toxicity, ImmutableSortedDictionary<string, long> Attributes)
{
    const long Most = 1_000_000_000_000;

    static readonly ImmutableSortedDictionary<string, (ToxicType Type, string[] Attributes)> Types = new Dictionary<string, (ToxicType, string[])>(StringComparer.Ordinal)
    {
        ["latency"] = (ToxicType.Latency, ["latency", "jitter"]), ["timeout"] = (ToxicType.Timeout, ["timeout"]), ["reset_peer"] = (ToxicType.ResetPeer, ["timeout"]),
        ["bandwidth"] = (ToxicType.Bandwidth, ["rate"]), ["slow_close"] = (ToxicType.SlowClose, ["delay"]), ["limit_data"] = (ToxicType.LimitData, ["bytes"]),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public long this[string attribute] => Attributes.GetValueOrDefault(attribute);

    public Value.Fields Written => Value.Of(
        ("name", Name), ("type", Types.First(type => type.Value.Type == Type).Key), ("stream", Up ? "upstream" : "downstream"), ("toxicity", Toxicity),
        ("attributes", new Value.Fields(Attributes.Select(attribute => KeyValuePair.Create<string, Value>(attribute.Key, attribute.Value)))));

    /// <summary>A toxic as the API writes it; what is left out stays as it is in <paramref name="now"/>, where there is one.</summary>
    /// <returns>The toxic, or what is wrong with it in the API's own words.</returns>
    public static (Toxic? Toxic, string? Wrong) Read(Value.Fields body, Toxic? now = null)
    {
        if (((string[])["name", "type", "stream"]).FirstOrDefault(name => body[name] is not (null or Value.Nothing or Value.Text)) is { } odd) return (null, $"bad request body: {odd} is no text");
        if (body["attributes"] is not (null or Value.Nothing or Value.Fields)) return (null, "bad request body: attributes is no map");
        var type = now is null ? (body["type"] as Value.Text)?.Is : Types.First(known => known.Value.Type == now.Type).Key;
        if (string.IsNullOrEmpty(type)) return (null, "missing required field: type");
        if (!Types.TryGetValue(type, out var known)) return (null, "invalid toxic type");
        var stream = now is null ? (body["stream"] as Value.Text)?.Is ?? "downstream" : now.Up ? "upstream" : "downstream";
        if (stream is not ("upstream" or "downstream")) return (null, "stream was invalid, can be either upstream or downstream");
        var name = now?.Name ?? ((body["name"] as Value.Text)?.Is is { Length: > 0 } said ? said : $"{type}_{stream}");
        if (!IsName(name)) return (null, "bad request body: a name has 1 to 100 characters, none of them \"/\", \"?\" or \"#\"");
        if (body["toxicity"] is { } share and not (Value.Number { Is: >= 0 and <= 1 } or Value.Nothing)) return (null, $"bad request body: toxicity is no number from 0 to 1: {share}");
        var attributes = now?.Attributes ?? known.Attributes.ToImmutableSortedDictionary(attribute => attribute, _ => 0L, StringComparer.Ordinal);
        foreach (var attribute in known.Attributes)
            switch ((body["attributes"] as Value.Fields)?[attribute])
            {
                case null or Value.Nothing: break;
                case Value.Number { Is: >= 0 } number when number.Is <= (attribute is "bytes" or "rate" ? Most : int.MaxValue): attributes = attributes.SetItem(attribute, (long)number.Is); break;
                default: return (null, $"bad request body: {attribute} is no number from 0 to {(attribute is "bytes" or "rate" ? Most : int.MaxValue)}");
            }

        return (new(name, known.Type, stream == "upstream", (body["toxicity"] as Value.Number)?.Is ?? now?.Toxicity ?? 1, attributes), null);
    }

    public static bool IsName(string name) => name.Length is > 0 and <= 100 && !name.AsSpan().ContainsAny("/?#%") && !name.Any(char.IsControl);
}
