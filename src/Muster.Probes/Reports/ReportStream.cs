using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// What is read of a report, digested as it passes. Bounded twice: as a whole, and in what may be read at one stretch, so that one endless tag or line is refused before it fills the memory.
/// </summary>
sealed class ReportStream(Stream from, string name, long most, long mostAtOnce) : Stream
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    long _stretch;

    public long Total { get; private set; }

    /// <summary>Begins another stretch.</summary>
    public void Stretch() => _stretch = 0;

    /// <summary>The digest of the whole; what nobody asked for is read too.</summary>
    public Digest Finish(CancellationToken cancel)
    {
        var rest = new byte[64 * 1024];
        do
        {
            cancel.ThrowIfCancellationRequested();
            Stretch();
        }
        while (Read(rest) > 0);
        return Digest.FromHash(_hash.GetHashAndReset());
    }

    public override int Read(Span<byte> buffer) => Passed(buffer, from.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var got = await from.ReadAsync(buffer, cancellationToken);
        return Passed(buffer.Span, got);
    }

    int Passed(ReadOnlySpan<byte> buffer, int got)
    {
        Total += got;
        _stretch += got;
        if (Total > most) throw new Unseen(Blind.TooLarge, $"{name} has more than the {most} bytes that are read");
        if (_stretch > mostAtOnce) throw new Unseen(Blind.TooLarge, $"{name} has a single piece of more than {mostAtOnce} bytes");
        _hash.AppendData(buffer[..got]);
        return got;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            from.Dispose();
        }

        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => Total; set => throw new NotSupportedException(); }
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
