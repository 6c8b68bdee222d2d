namespace Muster.Probes.Load;

/// <summary>A host as connections know it: scheme, name and port, with the addresses that the guard admitted before the run.</summary>
public sealed record Origin(string Scheme, string Host, int Port, System.Collections.Immutable.ImmutableArray<System.Net.IPAddress> Addresses)
{
    public bool IsSecure => Scheme is "https" or "wss";

    /// <summary>As the Host header has it (RFC 9110, 7.2): without the scheme's own port.</summary>
    public string Authority => Port == (IsSecure ? 443 : 80) ? Bracketed : $"{Bracketed}:{Port}";

    string Bracketed => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
}

/// <summary>
/// One request under way: filled by a user, carried by a wire, told when it is over. A user has one and uses it again; between <see cref="IWire.Send"/> and
/// <see cref="IExchanged.Over"/> it belongs to the wire. All on the loop's thread.
/// </summary>
public sealed class Exchange
{
    // What is asked.
    public required IExchanged User { get; init; }
    public Origin Origin { get; set; } = null!;
    public string Method { get; set; } = "GET";

    /// <summary>Path and query.</summary>
    public string Path { get; set; } = "/";

    /// <summary>The whole request as HTTP/1.1 has it on the wire, Host and Content-Length included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>Where the body begins in <see cref="Bytes"/>; its length if there is none.</summary>
    public int BodyAt { get; set; }

    public bool ReadBody { get; set; }

    /// <summary>Who takes over the connection if the answer is that it changes to another protocol; null if the request asks for no such thing.</summary>
    internal IUpgraded? Upgrade { get; set; }

    /// <summary>Of a WebSocket's opening: what the server must show to have read.</summary>
    internal string? Key { get; set; }

    /// <summary>Nanoseconds since the run's start.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    // What came of it.
    public Answer Answer { get; } = new();
    public Failure Failure { get; set; }

    /// <summary>In words, for the first few of each kind; never with a secret of the request.</summary>
    public string? Detail { get; set; }

    public long Sent { get; set; }
    public long FirstByte { get; set; }
    public long Done { get; set; }
    public long Connecting { get; set; }
    public long Handshaking { get; set; }
    public long Sending { get; set; }
    public long BytesIn { get; set; }

    /// <summary>Whether a whole answer came.</summary>
    public bool Answered { get; set; }

    /// <summary>Nothing has come of it yet. For wires.</summary>
    internal void Begin()
    {
        (Failure, Detail, Answered, Answer.Status) = (Failure.None, null, false, 0);
        (Sent, FirstByte, Done) = (-1, -1, -1);
        (Connecting, Handshaking, Sending, BytesIn) = (0, 0, 0, 0);
    }

    /// <summary>The wire's own: the connection that this user holds.</summary>
    public object? Held { get; set; }
}

/// <summary>Whoever waits for exchanges.</summary>
public interface IExchanged
{
    void Over(Exchange exchange);
}

/// <summary>A timer of the loop: an object that is called once at its time. Reused; moving it replaces its time.</summary>
public abstract class Alarm
{
    internal int At { get; set; } = -1; // its place in the loop's heap
    internal long When { get; set; }

    /// <param name="now">Nanoseconds since the run's start, read just before.</param>
    public abstract void Ring(long now);
}

/// <summary>One thread's loop: time, alarms, and what other threads hand in.</summary>
public interface ILoop : IDisposable
{
    long Now { get; }

    /// <summary>Sets or moves the alarm.</summary>
    void Set(Alarm alarm, long when);

    void Cancel(Alarm alarm);

    /// <summary>From any thread: the action runs soon on the loop's thread.</summary>
    void Post(Action action);

    /// <summary>Runs on the calling thread until <see cref="Stop"/>.</summary>
    void Run();

    /// <summary>From the loop's thread, or through <see cref="Post"/>.</summary>
    void Stop();

    /// <summary>How long each turn took that did anything.</summary>
    Latencies Turns { get; }
}

/// <summary>Carries exchanges over connections. Never blocks, never throws for what the peer does; every exchange that was sent is over exactly once.</summary>
public interface IWire : IDisposable
{
    /// <summary>"epoll", "sockets" or "HttpClient".</summary>
    string Name { get; }

    /// <summary>What the last connections spoke: "HTTP/1.1", "HTTP/2".</summary>
    string Protocol { get; }

    void Send(Exchange exchange);

    /// <summary>Closes the connection that this user holds, if any: at the end of an iteration or of a user.</summary>
    void Release(Exchange exchange);

    /// <summary>Breaks the exchange off at the run's end; it is not told over.</summary>
    void Abandon(Exchange exchange);

    /// <summary>Told of each connection over TLS, with the digest of the certificate that was shown on it; from any thread.</summary>
    Action<Origin, Readiness.Digest>? Identified { get; set; }

    /// <summary>How many connections were opened.</summary>
    long Connections { get; }

    /// <summary>How many requests were begun again because a kept connection was closed under them.</summary>
    long Retried { get; }
}
