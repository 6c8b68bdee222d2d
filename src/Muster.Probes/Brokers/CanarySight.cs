using Muster.Readiness;

namespace Muster.Probes;

/// <summary>How far one message came.</summary>
sealed class CanarySight(string broker)
{
    /// <summary>How long a message that was taken may be on its way before it counts as lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>How long tidying up may take, beyond the end of the look.</summary>
    public static readonly TimeSpan Tidying = TimeSpan.FromSeconds(3);

    public bool? Confirmed { get; set; }

    public bool Delivered { get; set; }

    public bool? Acknowledged { get; set; }

    public bool? Cleaned { get; set; }

    public string Reason { get; set; } = "";

    public TimeSpan? RoundTrip { get; set; }

    public Value.Fields Seen => Value.Of(("broker", broker), ("complete", Delivered && Reason.Length == 0), ("delivered", Delivered), ("reason", Reason)).With(
        ("confirmed", Of(Confirmed)), ("acknowledged", Of(Acknowledged)), ("cleaned", Of(Cleaned)), ("round_trip", RoundTrip is { } time ? HttpProbe.Seconds(time) : null));

    static Value? Of(bool? truth) => truth is { } known ? known : (Value?)null;
}
