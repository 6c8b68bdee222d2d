using Muster.Readiness;

namespace Muster.Ledger.Tests;

public class BlobTests
{
    [Fact]
    public void A_blob_is_found_by_its_digest_and_missing_or_corrupt_is_told()
    {
        using var scratch = new Scratch();
        var blobs = new BlobFolder(scratch.Muster);

        var digest = blobs.Put("bytes"u8, Retention.Record);

        Assert.Equal("bytes"u8.ToArray(), Assert.IsType<BlobReading.Found>(blobs.Get(digest)).Bytes);
        Assert.IsType<BlobReading.Missing>(blobs.Get(Digest.Of("other"u8)));
        File.WriteAllBytes(Path.Combine(scratch.Muster, "blobs", digest.Hex[..2], digest.Hex), "bites"u8.ToArray());
        Assert.IsType<BlobReading.Corrupt>(blobs.Get(digest));
        blobs.Put("bytes"u8, Retention.Record);
        Assert.IsType<BlobReading.Found>(blobs.Get(digest));
    }

    [Fact]
    public void Evidence_expires_and_says_so_and_a_record_never_does()
    {
        using var scratch = new Scratch();
        var blobs = new BlobFolder(scratch.Muster);
        var evidence = blobs.Put("seen"u8, Retention.Evidence);
        var record = blobs.Put("decided"u8, Retention.Record);
        var both = blobs.Put("both"u8, Retention.Evidence);
        blobs.Put("both"u8, Retention.Record);
        blobs.Put("both"u8, Retention.Evidence);

        Assert.Equal(0, blobs.Expire(DateTimeOffset.UnixEpoch));
        Assert.Equal(1, blobs.Expire(DateTimeOffset.MaxValue));

        Assert.IsType<BlobReading.Expired>(blobs.Get(evidence));
        Assert.IsType<BlobReading.Found>(blobs.Get(record));
        Assert.IsType<BlobReading.Found>(blobs.Get(both));
        blobs.Put("seen"u8, Retention.Evidence);
        Assert.IsType<BlobReading.Found>(blobs.Get(evidence));
    }
}
