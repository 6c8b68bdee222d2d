using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a rung found wrong with the backup. What is wrong with this machine is <see cref="Unseen"/> instead, and proves nothing of the backup.</summary>
sealed class RungFailed(int rung, string because) : Exception(because)
{
    public int Rung { get; } = rung;
}

/// <summary>Reads the words of tools that ended with an error: whose fault it was, and the one line that says it.</summary>
static class DrillFaults
{
    const int MostWords = 300;
    const int NoSpace = 28;

    static readonly string[] OfArchive =
    [
        "could not read from input file", "unexpected end of file", "end of file", "does not appear to be a valid archive", "input file is too short", "could not uncompress", "corrupt", "unrecognized data block type",
        "unexpected block ID", "could not find block", "incorrect data check", "invalid distance", "invalid block type", "invalid stored block", "invalid code lengths", "out of range during", "unsupported version", "unrecognized archive format", "could not open input file", "no such file", "not a gzip", "unexpected data offset flag",
    ];

    /// <summary>Null where it is not this machine that lacks something.</summary>
    public static Unseen? OfMachine(string words) =>
        words.Contains("No space left", StringComparison.OrdinalIgnoreCase) || words.Contains("Disk quota exceeded", StringComparison.OrdinalIgnoreCase) || words.Contains("File too large", StringComparison.OrdinalIgnoreCase) ? Full(null)
        : words.Contains("could not open extension control file", StringComparison.OrdinalIgnoreCase) || words.Contains("is not available", StringComparison.OrdinalIgnoreCase) && words.Contains("extension", StringComparison.OrdinalIgnoreCase)
            ? new(Blind.NotCapable, $"this machine lacks an extension that the database uses: {First(words)}")
        : words.Contains("could not access file \"", StringComparison.OrdinalIgnoreCase) && words.Contains("No such file", StringComparison.OrdinalIgnoreCase)
            ? new(Blind.NotCapable, $"this machine lacks a library that the database uses: {First(words)}")
        : words.Contains("Cannot allocate memory", StringComparison.OrdinalIgnoreCase) ? new(Blind.NotCapable, $"this machine lacks memory: {First(words)}")
        : null;

    public static Unseen Full(Exception? inner) => new(Blind.NotCapable, "the disk of the scratch folder is full, so that nothing is known of the backup; free space, or set TMPDIR to where there is more", inner);

    public static bool IsFull(IOException error) => (error.HResult & 0xffff) == NoSpace || error.Message.Contains("No space left", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the archive itself could not be read, and not the database take it.</summary>
    public static bool IsOfArchive(string words) => OfArchive.Any(sign => words.Contains(sign, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first line that names an error; details and contexts, which quote rows, are left out.</summary>
    public static string First(string words)
    {
        var lines = words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // A tool that the server called says more of what is wrong than the server, which only misses what it did not bring.
        var line = lines.FirstOrDefault(one => one.Contains("ERROR: [", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(one => one.Contains("FATAL", StringComparison.Ordinal) || one.Contains("PANIC", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(one => one.Contains("error", StringComparison.OrdinalIgnoreCase) && !one.Contains("DETAIL", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it said nothing";
        return Bounded.Start(line, MostWords);
    }
}
