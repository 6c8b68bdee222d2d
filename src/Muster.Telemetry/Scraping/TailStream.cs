using System.Buffers.Binary;

namespace Muster.Telemetry.Scraping;

/// <summary>
/// Passes a gzip stream on and keeps its last bytes, which say how long the content is (<see href="https://www.rfc-editor.org/rfc/rfc1952#page-8"/>, ISIZE):
/// the framework takes a stream that is cut off for one that ended.
/// </summary>
sealed class TailStream(Stream inner) : Stream
{
    readonly byte[] _tail = new byte[4];
    long _passed;

    /// <summary>Whether the content may have that length. Of several members only the last one's length is known, so less will do.</summary>
    public bool EndsAs(long length) => (_passed == 0 && length == 0) || (_passed >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(_tail) <= length);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Keep(buffer.AsSpan(offset, read));
        return read;
    }

    void Keep(ReadOnlySpan<byte> read)
    {
        _passed += read.Length;
        if (read.Length >= 4)
        {
            read[^4..].CopyTo(_tail);
            return;
        }

        _tail.AsSpan(read.Length).CopyTo(_tail);
        read.CopyTo(_tail.AsSpan(4 - read.Length));
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
