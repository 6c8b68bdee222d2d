namespace Muster.Telemetry.Store.Disk;

/// <summary>What the store asks of a file system; a test answers in its place, and forgets what was not synced, or has no room. Failures are <see cref="IOException"/>.</summary>
interface IFiles
{
    void MakeFolder(string folder);

    /// <summary>Names of the files in a folder, without the folder.</summary>
    IReadOnlyList<string> List(string folder);

    bool Exists(string path);

    /// <summary>Makes a file, or empties it, for writing at its end.</summary>
    IWritableFile Create(string path);

    /// <summary>Opens a file for writing at its end.</summary>
    IWritableFile Continue(string path);

    IReadableFile Open(string path);

    /// <summary>Replaces what may be there.</summary>
    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>A second name for a file, or a copy where that cannot be.</summary>
    void Link(string from, string to);

    /// <summary>Makes creations, renames and deletions in a folder last.</summary>
    void SyncFolder(string folder);

    /// <summary>How much can still be written to the disk of this folder.</summary>
    long FreeBytes(string folder);

    /// <summary>Takes the folder for one holder until it is disposed.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    IDisposable Lock(string path);
}

/// <summary>One thread writes; another may sync at the same time.</summary>
interface IWritableFile : IDisposable
{
    long Length { get; }

    void Write(ReadOnlySpan<byte> bytes);

    void Cut(long length);

    void Sync();
}

/// <summary>Safe from several threads.</summary>
interface IReadableFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills the buffer.</summary>
    /// <exception cref="EndOfStreamException">The file is shorter.</exception>
    void Read(long at, Span<byte> into);
}
