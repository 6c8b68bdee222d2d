using System.Globalization;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Log;

/// <summary>
/// One file of the log: what one generation of the head was told. It begins with 16 bytes: a mark, the version, the generation. A record is written
/// whole or taken back; when even that fails, nothing is written until it has been.
/// </summary>
sealed class LogSegment : IDisposable
{
    public const int Start = 16;

    public const string Suffix = ".log";

    readonly IWritableFile _file;
    long _good;
    bool _torn;

    LogSegment(IWritableFile file, long good) => (_file, _good) = (file, good);

    public static ReadOnlySpan<byte> Magic => "MUSTLOG1"u8;

    /// <summary>Bytes that are written and good.</summary>
    public long Length => Volatile.Read(ref _good);

    public static string NameOf(long generation) => generation.ToString("d12", CultureInfo.InvariantCulture) + Suffix;

    public static long? GenerationOf(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <exception cref="IOException"/>
    public static LogSegment Create(IFiles files, string folder, long generation)
    {
        var file = files.Create(Path.Combine(folder, NameOf(generation)));
        try
        {
            var head = new Bytes();
            head.Raw(Magic);
            head.UInt64((ulong)generation);
            file.Write(head.Written);
            file.Sync();
            files.SyncFolder(folder);
            return new(file, Start);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Goes on behind what was found to be good; the rest is cut.</summary>
    public static LogSegment Continue(IFiles files, string folder, long generation, long good)
    {
        var file = files.Continue(Path.Combine(folder, NameOf(generation)));
        if (file.Length > good) file.Cut(good);
        return new(file, good);
    }

    /// <exception cref="IOException">Nothing of it is there.</exception>
    public void Write(ReadOnlySpan<byte> record)
    {
        if (_torn) TakeBack();
        try { _file.Write(record); }
        catch
        {
            _torn = true;
            try { TakeBack(); }
            catch (IOException) { /* tried again before the next record */ }
            throw;
        }

        Volatile.Write(ref _good, _good + record.Length);
    }

    public void Sync() => _file.Sync();

    public void Dispose() => _file.Dispose();

    void TakeBack()
    {
        _file.Cut(_good);
        _torn = false;
    }
}
