using System.Formats.Tar;
using System.IO.Compression;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>An image as an archive or as an OCI layout: every layer by itself, so that what a later one covers is seen too, and the configuration with its history.</summary>
sealed class ImageReading(SecretSearch search)
{
    const int Deepest = 4, MostEntries = 2_000_000;
    const long MostUnpacked = 32L * 1024 * 1024 * 1024;
    long _unpacked;
    int _entries;

    public static bool IsArchive(string name) => name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    public static bool IsLayout(string folder) => File.Exists(Path.Combine(folder, "oci-layout"));

    public async Task Layout(string folder, string name, CancellationToken cancel)
    {
        var blobs = Path.Combine(folder, "blobs");
        if (!Directory.Exists(blobs)) throw new Unseen(Blind.Unreadable, $"{name} is an OCI layout without blobs");
        foreach (var path in Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true);
            await Part(file, file.Length, Bounded.Start(Path.GetFileName(path), 12), 0, cancel);
        }

        if (search.Layers == 0) throw new Unseen(Blind.Unreadable, $"{name} holds no layer of an image");
    }

    public async Task Archive(string path, string name, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true);
        await Part(file, file.Length, "", 0, cancel);
        if (search.Layers == 0) throw new Unseen(Blind.Unreadable, $"{name} is no archive of an image: it is no tar");
    }

    /// <summary>A tar, packed or not, is gone through; anything else is looked at as one file.</summary>
    async Task Part(Stream from, long size, string name, int depth, CancellationToken cancel)
    {
        var head = new byte[512];
        var got = await from.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        await using var whole = new Behind(head.AsMemory(0, got), from);
        if (got > 2 && head is [0x1f, 0x8b, ..])
        {
            if (depth >= Deepest) { search.Unread++; return; }
            await using var unpacked = new GZipStream(whole, CompressionMode.Decompress, leaveOpen: true);
            try { await Part(unpacked, long.MaxValue, name, depth + 1, cancel); }
            catch (InvalidDataException broken) { throw new Unseen(Blind.Unreadable, $"a part of the image cannot be unpacked: {name}: {broken.Message}", broken); }
        }
        else if (got > 3 && head is [0x28, 0xb5, 0x2f, 0xfd, ..]) search.Unread++; // zstd: .NET unpacks none
        else if (got == 512 && head.AsSpan(257, 5).SequenceEqual("ustar"u8)) await Tar(whole, name, depth + 1, cancel);
        else await One(whole, size, name, cancel);
    }

    async Task Tar(Stream from, string name, int depth, CancellationToken cancel)
    {
        search.Layers++;
        await using var tar = new TarReader(from, leaveOpen: true);
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (++_entries > MostEntries) throw new Unseen(Blind.TooLarge, $"the image has more than {MostEntries} entries");
                if (entry.DataStream is not { } data || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                var inner = name.Length == 0 ? entry.Name : $"{name}:{entry.Name}";
                // Only what an image is made of is opened again; an archive that lies within a layer is a file like another.
                if (depth < Deepest && IsPart(entry.Name)) await Part(data, entry.Length, inner, depth, cancel);
                else await One(data, entry.Length, inner, cancel);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException) { throw new Unseen(Blind.Unreadable, $"a layer of the image cannot be read: {name}: {broken.Message}", broken); }
    }

    static bool IsPart(string name) => name.StartsWith("blobs/", StringComparison.Ordinal) || name.StartsWith("./blobs/", StringComparison.Ordinal) || Path.GetFileName(name) == "layer.tar" || IsArchive(name);

    async Task One(Stream from, long size, string name, CancellationToken cancel)
    {
        if (size != long.MaxValue && size > SecretSearch.MostText) { search.Huge++; return; }
        using var held = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int got; (got = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if ((_unpacked += got) > MostUnpacked) throw new Unseen(Blind.TooLarge, $"the image unpacks to more than {MostUnpacked} bytes");
            if (held.Length + got > SecretSearch.MostText) { search.Huge++; return; }
            held.Write(buffer, 0, got);
        }

        var bytes = held.GetBuffer().AsSpan(0, (int)held.Length);
        // What an image's configuration says of its environment and its history stands in JSON texts, one setting in each.
        if (bytes.TrimStart(" \n\r\t"u8).StartsWith("{"u8) && bytes.IndexOf("\"rootfs\""u8) >= 0) Config(held.ToArray(), name);
        else search.Look(bytes, name);
    }

    void Config(byte[] json, string name)
    {
        Value tree;
        try { tree = Value.Parse(json); }
        catch (System.Text.Json.JsonException) { search.Look(json, name); return; } // Then it is a file like another.
        var texts = new List<string>();
        Gather(tree, texts);
        search.Look(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', texts)), $"{name} (configuration).env");
    }

    static void Gather(Value from, List<string> into)
    {
        if (from is Value.Text text) into.AddRange(text.Is.Split(' '));
        foreach (var inner in from is Value.Items items ? items.Are : []) Gather(inner, into);
        foreach (var (_, inner) in from as Value.Fields ?? Value.Fields.Empty) Gather(inner, into);
    }

    /// <summary>A stream with its beginning put back.</summary>
    sealed class Behind(ReadOnlyMemory<byte> head, Stream rest) : Stream
    {
        ReadOnlyMemory<byte> _head = head;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => FromHead(buffer) is var got and > 0 ? got : rest.Read(buffer);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => FromHead(buffer.Span) is var got and > 0 ? got : await rest.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        int FromHead(Span<byte> into)
        {
            var got = Math.Min(into.Length, _head.Length);
            _head.Span[..got].CopyTo(into);
            _head = _head[got..];
            return got;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
