namespace Muster.Telemetry.Store.Blocks;

/// <summary>Where a chunk of a series is in its block, and what is in it. Its last four bytes, counted in, are the CRC-32C of the others.</summary>
readonly record struct ChunkEntry(long At, int Length, long First, long Last, int Count, bool HasHistograms);
