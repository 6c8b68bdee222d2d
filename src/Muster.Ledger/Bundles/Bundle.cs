using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>A bundle that holds: every line was what its manifest lists and what its signer signed. What it is worth is another question.</summary>
/// <param name="ManifestLine">The manifest as it was signed, for keeping.</param>
/// <param name="Exporter">The runner's key. That it is anybody's is not said by this.</param>
/// <param name="Entries">In their order; each index is the place in the ledger that they come from.</param>
/// <param name="Blobs">By their digests.</param>
/// <param name="Keys">Of everybody who signed, by key id.</param>
public sealed record Bundle(
    BundleManifest Manifest, ImmutableArray<byte> ManifestLine, PublicKey Exporter, ImmutableArray<SealedEntry> Entries,
    ImmutableDictionary<Digest, ImmutableArray<byte>> Blobs, ImmutableDictionary<string, PublicKey> Keys);

public abstract record BundleReading
{
    BundleReading() { }

    public sealed record Good(Bundle Bundle) : BundleReading;

    /// <param name="Forged">True if a signature or a digest does not hold; false if the file is not whole or is none.</param>
    /// <param name="Line">From 1; 0 where the fault is the file's.</param>
    /// <param name="Says">A sentence.</param>
    public sealed record Bad(bool Forged, int Line, string Says) : BundleReading;
}

public abstract record BundleWriting
{
    BundleWriting() { }

    public sealed record Written(BundleManifest Manifest, long Bytes) : BundleWriting;

    public sealed record NotWritten(LedgerProblem Problem) : BundleWriting;
}
