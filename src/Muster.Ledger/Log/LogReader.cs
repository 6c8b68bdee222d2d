using Microsoft.Win32.SafeHandles;

namespace Muster.Ledger;

enum LogStep { Record, End, Damaged }

/// <summary>Goes through the log file record by record, checking each checksum. It reads up to the length that the file has when the reader is made.</summary>
sealed class LogReader(SafeFileHandle file, long offset)
{
    readonly byte[] _buffer = new byte[256 * 1024];
    long _bufferStart;
    int _buffered;

    public long Length { get; } = RandomAccess.GetLength(file);

    /// <summary>Where the next record begins, or the damaged one.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Where the last record began.</summary>
    public long Start { get; private set; }

    public LogKind Kind { get; private set; }

    /// <summary>Valid until the next step.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>After <see cref="LogStep.Damaged"/>: what is wrong.</summary>
    public string Says { get; private set; } = "";

    public LogStep Next()
    {
        var header = Bytes(Offset, LogRecord.HeaderLength);
        if (!header.Span.ContainsAnyExcept((byte)0)) return LogStep.End;
        if (header.Length < LogRecord.HeaderLength) return Damaged("the file ends within a record's header.");
        if (LogRecord.ReadHeader(header.Span) is not var (kind, length)) return Damaged("there is no record header where one must be.");
        var crc = LogRecord.PayloadCrc(header.Span);
        var record = Bytes(Offset, LogRecord.Space(length));
        if (record.Length < LogRecord.HeaderLength + length) return Damaged("the file ends within a record.");
        var payload = record.Slice(LogRecord.HeaderLength, length);
        if (Crc.Of(payload.Span) != crc) return Damaged("a record's checksum does not match its bytes.");
        if (record.Span[(LogRecord.HeaderLength + length)..].ContainsAnyExcept((byte)0)) return Damaged("the zeros behind a record are not zero.");
        (Start, Kind, Payload) = (Offset, kind, payload);
        Offset += LogRecord.Space(length);
        return LogStep.Record;
    }

    LogStep Damaged(string says)
    {
        Says = says;
        return LogStep.Damaged;
    }

    /// <summary>Go on from the next place after a damaged record that has a whole one; false if there is none.</summary>
    public bool Resume()
    {
        for (var at = (Offset & ~15L) + 16; at < Length; at += 16)
        {
            var window = Bytes(at, _buffer.Length / 2);
            var found = window.Span.IndexOf("Mr"u8);
            if (found < 0)
            {
                at += Math.Max(16, window.Length - 16 & ~15) - 16;
                continue;
            }

            at += found & ~15;
            Offset = at;
            if ((found & 15) == 0 && Next() == LogStep.Record)
            {
                Offset = at;
                return true;
            }
        }

        Offset = Length;
        return false;
    }

    /// <summary>Up to this many bytes; fewer at the end of the file.</summary>
    public ReadOnlyMemory<byte> Bytes(long at, int count)
    {
        count = (int)Math.Clamp(Length - at, 0, count);
        if (at < _bufferStart || at + count > _bufferStart + _buffered)
        {
            _bufferStart = at;
            _buffered = 0;
            while (_buffered < _buffer.Length && RandomAccess.Read(file, _buffer.AsSpan(_buffered), at + _buffered) is var read and > 0) _buffered += read;
            count = (int)Math.Min(count, _buffered);
        }

        return _buffer.AsMemory((int)(at - _bufferStart), count);
    }
}
