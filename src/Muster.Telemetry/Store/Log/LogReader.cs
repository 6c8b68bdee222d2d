using System.Buffers.Binary;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Log;

/// <summary>How a segment was found.</summary>
/// <param name="Good">Where its last good record ends.</param>
/// <param name="Torn">Bytes behind that: a record that was being written when the power or the process went.</param>
/// <param name="Damaged">Records in the middle that do not match their checksum; they are left out.</param>
/// <param name="DamagedBytes">Their bytes.</param>
/// <param name="Lost">Samples of good records whose series stood in a damaged one.</param>
sealed record LogReading(long Good, long Torn, int Damaged, long DamagedBytes, int Lost);

/// <summary>Reads a segment from its start, as far as it goes.</summary>
static class LogReader
{
    const int Window = 1 << 20;

    /// <summary>How often, in the mean, each byte is read in search of the next good record: whoever sends may write as many marks into what is sent as he likes.</summary>
    const int MostReadings = 16;

    const long LeastReadings = 256 << 20;

    /// <summary>No record is longer: a length beyond it is damage.</summary>
    public const int LongestRecord = 1 << 29;

    /// <returns>Null: the file does not begin as a segment does.</returns>
    public static LogReading? Read(IReadableFile file, long generation, ILogTarget target)
    {
        var length = file.Length;
        Span<byte> start = stackalloc byte[LogSegment.Start];
        if (length < LogSegment.Start) return null;
        file.Read(0, start);
        if (!start[..8].SequenceEqual(LogSegment.Magic) || BinaryPrimitives.ReadInt64LittleEndian(start[8..]) != generation) return null;
        var at = (long)LogSegment.Start;
        var good = at;
        var (damaged, damagedBytes, lost) = (0, 0L, 0);
        var window = new LogWindow(file, Window);
        var readings = (MostReadings * length) + LeastReadings;
        while (at < length)
        {
            if (Whole(window, at, length) is { } size && TryTell(window.At(at, size), target, ref lost))
            {
                at += size;
                good = at;
                continue;
            }

            var next = Next(window, at, length, ref readings);
            if (readings < 0)
            {
                // Good records may follow: nothing is cut.
                return new(good, 0, damaged + 1, damagedBytes + length - at, lost);
            }

            if (next < 0) break;
            damaged++;
            damagedBytes += next - at;
            at = next;
        }

        return new(good, length - good, damaged, damagedBytes, lost);
    }

    static bool TryTell(ReadOnlySpan<byte> record, ILogTarget target, ref int lost)
    {
        try
        {
            lost += RecordReader.Read(record[LogRecord.Frame..], target);
            return true;
        }
        catch (InvalidDataException) { return false; }
    }

    /// <summary>The size of the good record that stands there; null: there is none.</summary>
    static int? Whole(LogWindow window, long at, long length)
    {
        if (Told(window, at, length) is not { } size) return null;
        var record = window.At(at, size);
        return LogRecord.Sum(record) == BinaryPrimitives.ReadUInt32LittleEndian(record[8..]) ? size : null;
    }

    /// <summary>The size that a frame tells; null: there is none, or the file is too short for it.</summary>
    static int? Told(LogWindow window, long at, long length)
    {
        if (length - at < LogRecord.Frame) return null;
        var frame = window.At(at, LogRecord.Frame);
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != LogRecord.Mark) return null;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        return size <= LongestRecord && size <= length - at - LogRecord.Frame ? LogRecord.Frame + (int)size : null;
    }

    /// <summary>Where the next good record behind a bad one begins; -1: there is none.</summary>
    /// <param name="readings">How many bytes may still be read on the way; below 0: it was given up.</param>
    static long Next(LogWindow window, long bad, long length, ref long readings)
    {
        // Where the frame is whole, so is what is behind it: what a sender wrote into the record is not taken for one.
        if (Told(window, bad, length) is { } told && (bad + told == length || Whole(window, bad + told, length) is not null)) return bad + told == length ? -1 : bad + told;
        var at = bad + 1;
        Span<byte> mark = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, LogRecord.Mark);
        while (length - at >= LogRecord.Frame)
        {
            var part = window.At(at, (int)Math.Min(Window, length - at));
            var found = part.IndexOf(mark);
            if (found < 0)
            {
                at += part.Length - 3;
                continue;
            }

            at += found;
            readings -= Told(window, at, length) ?? 0;
            if (readings < 0) return -1;
            if (Whole(window, at, length) is not null) return at;
            at++;
        }

        return -1;
    }
}
