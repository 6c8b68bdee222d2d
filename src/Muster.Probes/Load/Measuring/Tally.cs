namespace Muster.Probes.Load;

/// <summary>Everything that was measured of one request of one scenario, or of several merged. Not for several threads at once.</summary>
public sealed class Tally
{
    /// <summary>From the intended start.</summary>
    public Latencies Latency { get; } = new();

    /// <summary>The same, of requests that did not fail.</summary>
    public Latencies Good { get; } = new();

    /// <summary>From the first byte written: uncorrected.</summary>
    public Latencies Service { get; } = new();

    public Latencies Sending { get; } = new();
    public Latencies Waiting { get; } = new();
    public Latencies Receiving { get; } = new();

    /// <summary>Of new connections only.</summary>
    public Latencies Connecting { get; } = new();

    public Latencies Handshaking { get; } = new();

    /// <summary>Between the intended start and the first byte, whatever took it.</summary>
    public Latencies Blocked { get; } = new();

    /// <summary>Requests that ended, well or not.</summary>
    public long Requests { get; private set; }

    public long Failed { get; private set; }
    public long BytesOut { get; private set; }
    public long BytesIn { get; private set; }
    public long ChecksPassed { get; private set; }
    public long ChecksFailed { get; private set; }

    /// <summary>By <see cref="Failure"/>; the first is those that did not fail.</summary>
    public long[] Failures { get; } = new long[Enum.GetValues<Failure>().Length];

    /// <summary>By status code; 0 is no answer at all.</summary>
    public long[] Statuses { get; } = new long[600];

    public void Add(in Sample sample)
    {
        Requests++;
        Latency.Add(sample.Latency);
        if (sample.Failure == Failure.None) Good.Add(sample.Latency);
        else Failed++;
        Failures[(int)sample.Failure]++;
        Statuses[(uint)sample.Status < 600 ? sample.Status : 599]++;
        BytesOut += sample.BytesOut;
        BytesIn += sample.BytesIn;
        ChecksPassed += sample.ChecksPassed;
        ChecksFailed += sample.ChecksFailed;
        if (sample.Connecting > 0) Connecting.Add(sample.Connecting);
        if (sample.Handshaking > 0) Handshaking.Add(sample.Handshaking);
        if (sample.Sent < 0) return;
        Service.Add(sample.Service);
        Blocked.Add(sample.Sent - sample.Intended);
        Sending.Add(sample.Sending);
        if (sample.FirstByte < sample.Sent) return;
        Waiting.Add(sample.FirstByte - sample.Sent - sample.Sending);
        Receiving.Add(sample.Done - sample.FirstByte);
    }

    /// <summary>After its histograms were put back: what is counted apart from them.</summary>
    internal void Restore(long bytesOut, long bytesIn, long checksPassed, long checksFailed)
    {
        (Requests, Failed) = (Latency.Count, Latency.Count - Good.Count);
        (BytesOut, BytesIn, ChecksPassed, ChecksFailed) = (bytesOut, bytesIn, checksPassed, checksFailed);
    }

    public void Add(Tally other)
    {
        Requests += other.Requests;
        Failed += other.Failed;
        BytesOut += other.BytesOut;
        BytesIn += other.BytesIn;
        ChecksPassed += other.ChecksPassed;
        ChecksFailed += other.ChecksFailed;
        Latency.Add(other.Latency);
        Good.Add(other.Good);
        Service.Add(other.Service);
        Sending.Add(other.Sending);
        Waiting.Add(other.Waiting);
        Receiving.Add(other.Receiving);
        Connecting.Add(other.Connecting);
        Handshaking.Add(other.Handshaking);
        Blocked.Add(other.Blocked);
        for (var i = 0; i < Failures.Length; i++) Failures[i] += other.Failures[i];
        for (var i = 0; i < Statuses.Length; i++) Statuses[i] += other.Statuses[i];
    }

    public void Clear()
    {
        foreach (var latencies in (ReadOnlySpan<Latencies>)[Latency, Good, Service, Sending, Waiting, Receiving, Connecting, Handshaking, Blocked]) latencies.Clear();
        (Requests, Failed, BytesOut, BytesIn, ChecksPassed, ChecksFailed) = (0, 0, 0, 0, 0, 0);
        Array.Clear(Failures);
        Array.Clear(Statuses);
    }
}
