using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>How long a blob's bytes are kept. Its digest stays in the ledger for ever.</summary>
public enum Retention
{
    /// <summary>As long as the ledger: documents and verdict statements.</summary>
    Record,

    /// <summary>May expire: what probes saw.</summary>
    Evidence,
}

public abstract record BlobReading
{
    BlobReading() { }

    public sealed record Found(ImmutableArray<byte> Bytes) : BlobReading;

    /// <summary>Never there, or taken away by another hand.</summary>
    public sealed record Missing : BlobReading;

    /// <summary>Its bytes were let go by its retention class.</summary>
    public sealed record Expired : BlobReading;

    /// <summary>The bytes are not those of the digest.</summary>
    public sealed record Corrupt : BlobReading;
}

/// <summary>Bytes by their digest: <c>blobs/AA/HEX</c>. Beside it, <c>HEX.evidence</c> marks what may expire and <c>HEX.expired</c> what has.</summary>
public sealed class BlobFolder
{
    /// <summary>64 MiB.</summary>
    public const int Largest = 64 * 1024 * 1024;

    readonly string _folder;

    /// <param name="muster">The .muster folder.</param>
    public BlobFolder(string muster) => _folder = Path.Combine(muster, "blobs");

    /// <summary>Durable when it returns. Throws <see cref="LedgerException"/> when the disk does not take it.</summary>
    public Digest Put(ReadOnlySpan<byte> bytes, Retention retention)
    {
        if (bytes.Length > Largest) throw new LedgerException(new(LedgerFault.TooLarge, "blobs", $"A blob of {bytes.Length} bytes is too large.", $"At most {Largest} bytes are kept."));
        var digest = Digest.Of(bytes);
        var path = PathOf(digest);
        try
        {
            var there = File.Exists(path) && Get(digest) is BlobReading.Found;
            if (retention == Retention.Evidence && !there) WholeFile.WriteDurably(path + ".evidence", []); // before the bytes: without the mark they are kept as a record
            if (!there) WholeFile.WriteDurably(path, bytes);
            if (retention == Retention.Record) File.Delete(path + ".evidence");
            File.Delete(path + ".expired");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(new(LedgerFault.Unwritable, Relative(digest), $"The blob cannot be written: {error.Message}", "Free space or give access, then try again."));
        }

        return digest;
    }

    public BlobReading Get(Digest digest)
    {
        var path = PathOf(digest);
        try
        {
            var bytes = File.ReadAllBytes(path);
            return Digest.Of(bytes) == digest ? new BlobReading.Found([.. bytes]) : new BlobReading.Corrupt();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return File.Exists(path + ".expired") ? new BlobReading.Expired() : new BlobReading.Missing();
        }
    }

    /// <summary>Lets go of evidence bytes last written before the instant; returns how many.</summary>
    public int Expire(DateTimeOffset before)
    {
        if (!Directory.Exists(_folder)) return 0;
        var count = 0;
        foreach (var marker in Directory.EnumerateFiles(_folder, "*.evidence", SearchOption.AllDirectories))
        {
            var path = marker[..^".evidence".Length];
            if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) >= before.UtcDateTime) continue;
            WholeFile.WriteDurably(path + ".expired", []);
            File.Delete(path);
            File.Delete(marker);
            count++;
        }

        return count;
    }

    /// <summary>The digests whose bytes lie here.</summary>
    internal IEnumerable<(string Path, Digest? Digest)> All() => !Directory.Exists(_folder) ? [] :
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(path => !Path.HasExtension(path))
            .Select(path => (path, Digest.TryParse(Path.GetFileName(path), out var digest) && path == PathOf(digest) ? digest : (Digest?)null));

    internal static string Relative(Digest digest) => $"blobs/{digest.Hex[..2]}/{digest.Hex}";

    string PathOf(Digest digest) => Path.Combine(_folder, digest.Hex[..2], digest.Hex);
}
