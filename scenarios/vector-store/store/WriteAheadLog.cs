using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Muster.VectorStore;

/// <summary>Records one behind the other: length, eight bytes of their digest, text. A torn one at the end was never acknowledged under the safe profile, and is cut.</summary>
sealed class WriteAheadLog : IDisposable
{
    const int Head = 12, Most = 16 * 1024 * 1024;
    readonly FileStream _file;
    readonly MemoryStream _held = new();
    readonly Settings _settings;

    public WriteAheadLog(string path, Settings settings) => (_file, _settings) = (new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1), settings);

    public long Size => _file.Length + _held.Length;

    public long Errors { get; private set; }

    /// <summary>Every whole record, in order.</summary>
    public List<string> Replay()
    {
        var records = new List<string>();
        var head = new byte[Head];
        _file.Position = 0;
        while (true)
        {
            var at = _file.Position;
            var whole = _file.ReadAtLeast(head, Head, throwOnEndOfStream: false) == Head;
            var length = whole ? BinaryPrimitives.ReadInt32LittleEndian(head) : 0;
            var body = whole && length is > 0 and <= Most ? new byte[length] : [];
            if (body.Length == 0 || _file.ReadAtLeast(body, length, throwOnEndOfStream: false) < length || !SHA256.HashData(body).AsSpan(0, 8).SequenceEqual(head.AsSpan(4)))
            {
                if (whole) Errors++;
                _file.SetLength(at);
                _file.Position = at;
                return records;
            }

            records.Add(Encoding.UTF8.GetString(body));
        }
    }

    /// <summary>Under the safe profile it is on the device when this is done; else it is in this process's memory.</summary>
    public void Append(string record)
    {
        var body = Encoding.UTF8.GetBytes(record);
        var bytes = new byte[Head + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, body.Length);
        SHA256.HashData(body).AsSpan(0, 8).CopyTo(bytes.AsSpan(4));
        body.CopyTo(bytes, Head);
        _held.Write(bytes);
        if (_settings.SyncOnWrite) Flush(toDevice: true);
    }

    public void Flush(bool toDevice)
    {
        _held.WriteTo(_file);
        _held.SetLength(0);
        _file.Flush(toDevice);
    }

    /// <summary>What it held stands in a snapshot now.</summary>
    public void Clear()
    {
        _held.SetLength(0);
        _file.SetLength(0);
        _file.Position = 0;
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();
}
