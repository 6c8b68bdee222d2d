using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What is gathered of one broker while it is looked at.</summary>
sealed class BrokerSight
{
    public List<string> Problems { get; } = [];

    public List<string> Missing { get; } = [];

    public List<Value> Streams { get; } = [];

    public List<Value> Consumers { get; } = [];

    public List<Value> Queues { get; } = [];

    /// <summary>The observation out of what was gathered and what the server says of itself.</summary>
    /// <param name="lists">Which lists were looked at, so that an empty one is seen as empty.</param>
    public Value.Fields With(Value.Fields server, params ReadOnlySpan<(string Name, List<Value> Are)> lists)
    {
        var seen = server.With(("ready", Problems.Count == 0), ("problems", Value.Texts(Problems)), ("missing", Value.Texts(Missing)));
        foreach (var (name, are) in lists) seen = seen.With(name, Value.List(are));
        return seen.With(("pending", Sum("pending")), ("ack_pending", Sum("ack_pending")), ("redelivered", Queues.Count > 0 ? null : Sum("redelivered")));
    }

    public long Population => 1 + Streams.Count + Consumers.Count + Queues.Count + Missing.Count;

    /// <summary>Null when one of them is unknown: what was not counted is not nothing.</summary>
    Value? Sum(string field)
    {
        var numbers = Consumers.Concat(Queues).Select(one => one.Number(field)).ToList();
        return numbers.Count == 0 || numbers.Contains(null) ? null : numbers.Sum()!.Value;
    }
}
