namespace Muster.Probes.Load;

/// <summary>
/// What one lane measured in one tick. A lane writes into one and hands it over whole, so that each sample is counted once and no lock stands beside the loop; the reader gives it back empty.
/// </summary>
sealed class Tick
{
    /// <param name="steps">How many requests each scenario has.</param>
    public Tick(int[] steps)
    {
        Counted = [.. steps.Select(count => Enumerable.Range(0, count).Select(_ => new Tally()).ToArray())];
        Done = [.. steps.Select(_ => new Latencies())];
        Begun = new long[steps.Length];
        Ended = new long[steps.Length];
        Dropped = new long[steps.Length];
        Queued = new long[steps.Length];
        Users = new int[steps.Length];
    }

    public int Lane { get; set; }
    public int Index { get; set; }

    /// <summary>By scenario and request; warm-up is not among them.</summary>
    public Tally[][] Counted { get; }

    /// <summary>Everything that ended, warm-up included.</summary>
    public Latencies All { get; } = new();

    public Latencies Lateness { get; } = new();
    public SocketTally Sockets { get; } = new();

    public long Failed { get; set; }

    // By scenario, warm-up left out.
    public Latencies[] Done { get; }
    public long[] Begun { get; }
    public long[] Ended { get; }
    public long[] Dropped { get; }
    public long[] Queued { get; }
    public int[] Users { get; }

    public int Waiting { get; set; }

    /// <summary>Nothing new was begun in all of it.</summary>
    public bool Draining { get; set; }

    /// <summary>Of a step test, by the step in which the requests were due.</summary>
    public Dictionary<int, Tally[]> Steps { get; } = [];

    /// <summary>The last of its lane.</summary>
    public bool Last { get; set; }

    /// <summary>Of the last: when it ended, in nanoseconds since the run's start; it may be shorter than a tick.</summary>
    public long Until { get; set; }

    public void Clear()
    {
        foreach (var scenario in Counted)
            foreach (var tally in scenario)
                if (tally.Requests > 0) tally.Clear();
        foreach (var done in Done) done.Clear();
        All.Clear();
        Lateness.Clear();
        Sockets.Clear();
        (Failed, Waiting, Last, Until, Draining) = (0, 0, false, 0, false);
        Steps.Clear();
        Array.Clear(Begun);
        Array.Clear(Ended);
        Array.Clear(Dropped);
        Array.Clear(Queued);
        Array.Clear(Users);
    }
}
