namespace Muster.Probes.Load;

/// <summary>What came back, for steps that read it. Its memory is the connection's and is overwritten by the next answer.</summary>
public sealed class Answer
{
    public int Status { get; set; }

    /// <summary>Header lines as they came, without the status line, each ending in CRLF; of HTTP/2 made to look so.</summary>
    public ReadOnlyMemory<byte> Head { get; set; }

    /// <summary>Decompressed; empty where no step reads it.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }
}

/// <summary>What one user knows at a moment, for templates to draw from.</summary>
public sealed class UserVariables
{
    /// <summary>From 1, unique in the run.</summary>
    public long User { get; set; }

    /// <summary>From 0, counted for this user in this scenario.</summary>
    public long Iteration { get; set; }

    /// <summary>From 0, counted over all users of the scenario.</summary>
    public long IterationOfAll { get; set; }

    public Random Random { get; init; } = Random.Shared;

    /// <summary>Nanoseconds, evenly between the pause's two ends.</summary>
    internal long Draw(Pause pause) => pause.IsNone ? 0 : (long)(pause.Least + (pause.Most - pause.Least) * Random.NextDouble()).TotalNanoseconds;

    /// <summary>The current row of each of the scenario's data files, in their order.</summary>
    public string[][] Rows { get; set; } = [];

    /// <summary>What extractions saved, by name.</summary>
    public Dictionary<string, string> Saved { get; } = new(StringComparer.Ordinal);

    /// <summary>Cookies by name, where the scenario keeps them.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);
}
