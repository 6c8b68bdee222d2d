namespace Muster.Probes.Load;

/// <summary>Rows of values by column name, read whole before the run.</summary>
public sealed record DataFile(string Name, string[] Columns, string[][] Rows, bool Shuffled);
