namespace Muster.Probes.Load;

/// <summary>Takes a value out of an answer for later requests of the same user.</summary>
public abstract record Extraction(string Name)
{
    public abstract bool ReadsBody { get; }

    /// <summary>The value, or null if it is not there.</summary>
    public abstract string? From(Answer answer);
}

/// <summary>Something that must hold of an answer; a failed one counts as a failed check, and its request as failed.</summary>
public abstract record ResponseCheck(string Name)
{
    public abstract bool ReadsBody { get; }

    public abstract bool Holds(Answer answer);
}

/// <summary>Rows of values by column name, read whole before the run.</summary>
public sealed record DataFile(string Name, string[] Columns, string[][] Rows, bool Shuffled);
