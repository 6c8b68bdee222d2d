using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Importing;

/// <summary>A file that holds, and what will be taken in of it.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Ledger">Key id of the ledger that it comes from; "" for a person's word that comes from none.</param>
/// <param name="Manifest">The bytes that its sender signed, for keeping.</param>
/// <param name="At">When it was made.</param>
sealed record Arriving(string File, string Ledger, ImmutableArray<byte> Manifest, DateTimeOffset At)
{
    public Value.Fields Selected { get; init; } = Value.Fields.Empty;

    /// <summary>New here, in their order.</summary>
    public ImmutableArray<SealedEntry> Entries { get; init; } = [];

    /// <summary>Here already, or in an earlier file of the same command.</summary>
    public ImmutableArray<SealedEntry> Known { get; init; } = [];

    /// <summary>Not taken in, with the reason.</summary>
    public ImmutableArray<(SealedEntry Entry, string Because)> Ignored { get; init; } = [];

    /// <summary>What was told twice, differently; a sentence each.</summary>
    public ImmutableArray<string> Conflicts { get; init; } = [];

    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>What the entries name, to be put before them.</summary>
    public ImmutableArray<ImmutableArray<byte>> Blobs { get; init; } = [];

    public Arrival Arrival(DateTimeOffset now) => new(new(Digest.Of(Manifest.AsSpan()), Ledger, Keys, Entries.Length, Known.Length, now), Entries);
}
