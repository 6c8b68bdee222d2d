namespace Muster.Probes.Load;

/// <summary>Why a request did not do. None is a request that did.</summary>
public enum Failure
{
    None, Status, Check, Timeout, NoConnection, Refused, Reset, Closed, Garbage, Tls, TooLarge, NoHandles, NoPorts, Protocol, Extraction, Open, Other,
}

/// <summary>One request from its intended start to its end; times in nanoseconds since the run's start, phases as durations. -1 is "did not get there".</summary>
public readonly record struct Sample
{
    /// <summary>When it should have begun: under a rate by the schedule, for a user the end of what came before and its pause.</summary>
    public required long Intended { get; init; }

    /// <summary>When its first byte was written.</summary>
    public required long Sent { get; init; }

    /// <summary>When it was over, well or not.</summary>
    public required long Done { get; init; }

    public long FirstByte { get; init; }

    /// <summary>How long a new connection took; 0 over one that stood.</summary>
    public long Connecting { get; init; }

    public long Handshaking { get; init; }

    /// <summary>From the first byte written to the last.</summary>
    public long Sending { get; init; }

    public int Status { get; init; }

    public Failure Failure { get; init; }

    public int BytesOut { get; init; }

    public long BytesIn { get; init; }

    public int ChecksPassed { get; init; }

    public int ChecksFailed { get; init; }

    /// <summary>From the intended start: what a user of the target waits, whatever kept the request from being sent.</summary>
    public long Latency => Done - Intended;

    /// <summary>From the first byte written: what the target alone took.</summary>
    public long Service => Sent < 0 ? 0 : Done - Sent;
}
