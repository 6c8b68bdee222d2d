using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One report, open for reading once: a file in the document's folder, or what a signed envelope carries.</summary>
sealed class ReportFile : IDisposable
{
    /// <summary>The most of a report that must stand in memory as a whole.</summary>
    public const int MostWhole = 32 * 1024 * 1024;

    const long MostStreamed = 16L * 1024 * 1024 * 1024;
    const long MostAtOnce = 4 * 1024 * 1024;
    const int Peeked = 512;

    readonly byte[] _peek;

    ReportFile(string name, Stream from)
    {
        Name = name;
        var beginning = new byte[Peeked];
        var got = from.ReadAtLeast(beginning, Peeked, throwOnEndOfStream: false);
        _peek = beginning[..got];
        Content = new(new Resumed(_peek, from), name, MostStreamed, MostAtOnce);
    }

    public string Name { get; }

    public ReportStream Content { get; }

    /// <summary>Its first bytes, which say what it is.</summary>
    public ReadOnlySpan<byte> Beginning => _peek;

    public static ReportFile Open(ProbeContext context, string name)
    {
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"{name} is a folder");
        try { return new(name, new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024)); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException) { throw new Unseen(Blind.Unreadable, $"there is no report {name}"); }
    }

    public static ReportFile Of(string name, byte[] bytes) => new(name, new MemoryStream(bytes, writable: false));

    /// <summary>The whole as one JSON value, read strictly.</summary>
    public async Task<Value> Json(CancellationToken cancel) => Tree(await Whole(MostWhole, cancel));

    public Value Tree(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (bytes.IsEmpty) throw Wrong("is empty");
        try { return Value.Parse(bytes); }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException) { throw new Unseen(Blind.Unreadable, $"{Name} is not JSON: {unread.Message}", unread); }
    }

    public async Task<byte[]> Whole(int most, CancellationToken cancel)
    {
        using var held = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int got; (got = await Content.ReadAsync(buffer, cancel)) > 0;)
        {
            Content.Stretch();
            if (held.Length + got > most) throw new Unseen(Blind.TooLarge, $"{Name} has more than the {most} bytes that are read");
            held.Write(buffer, 0, got);
        }

        return held.ToArray();
    }

    /// <summary>It is no report of the kind that was asked for.</summary>
    public Unseen Wrong(string says) => new(Blind.Unreadable, $"{Name} {says}");

    public void Dispose() => Content.Dispose();

    /// <summary>The peeked bytes, then the rest.</summary>
    sealed class Resumed(byte[] first, Stream rest) : Stream
    {
        int _at;

        public override int Read(Span<byte> buffer)
        {
            if (_at >= first.Length) return rest.Read(buffer);
            var now = Math.Min(buffer.Length, first.Length - _at);
            first.AsSpan(_at, now).CopyTo(buffer);
            _at += now;
            return now;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _at < first.Length ? new(Read(buffer.Span)) : rest.ReadAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing) rest.Dispose();
            base.Dispose(disposing);
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
