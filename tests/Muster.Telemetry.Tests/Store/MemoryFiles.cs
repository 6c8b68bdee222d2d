using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Tests.Store;

/// <summary>
/// A file system in memory that keeps what is on the disk apart from what was only written: files' bytes last from their sync on, names from the sync
/// of their folder on. It can be full, and it can fail at the n-th change.
/// </summary>
sealed class MemoryFiles : IFiles
{
    sealed class Node
    {
        public byte[] Bytes = [];
        public byte[] Synced = [];
        public int Length;
    }

    readonly Lock _gate = new();
    Dictionary<string, Node> _names = [];
    Dictionary<string, Node> _lasting = [];
    HashSet<string> _locks = [];

    /// <summary>Bytes that may be written until the disk is full.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>What it says that is free, where that is not <see cref="Room"/>.</summary>
    public long? Free { get; set; }

    /// <summary>So many changes (a write, a sync, a rename, a deletion) go well; then all fail.</summary>
    public int Changes { get; set; } = int.MaxValue;

    public int Syncs { get; private set; }

    /// <summary>Called before a file is made or gets another name, with its path.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Syncs fail; writes do not.</summary>
    public bool SyncsFail { get; set; }

    public IEnumerable<string> Paths
    {
        get
        {
            lock (_gate) return [.. _names.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public void Release() => _locks = [];

    public void CutPower()
    {
        lock (_gate)
        {
            _locks = [];
            _names = new(_lasting);
            foreach (var node in _names.Values) (node.Bytes, node.Length) = (node.Synced.ToArray(), node.Synced.Length);
        }
    }

    public byte[] Read(string path)
    {
        lock (_gate) return _names[path].Bytes[.._names[path].Length];
    }

    /// <summary>Changes what is on the disk, of a file that may be new.</summary>
    public void Change(string path, Func<byte[], byte[]> change)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(path, out var node)) node = _names[path] = _lasting[path] = new();
            node.Bytes = change(node.Bytes[..node.Length]);
            node.Length = node.Bytes.Length;
            node.Synced = node.Bytes.ToArray();
        }
    }

    public void MakeFolder(string folder) { }

    public IReadOnlyList<string> List(string folder)
    {
        lock (_gate) return [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    public bool Exists(string path)
    {
        lock (_gate) return _names.ContainsKey(path);
    }

    public IWritableFile Create(string path)
    {
        Before?.Invoke(path);
        lock (_gate)
        {
            Changing();
            var node = new Node();
            _names[path] = node;
            return new File(this, node);
        }
    }

    public IWritableFile Continue(string path)
    {
        lock (_gate) return new File(this, Found(path));
    }

    public IReadableFile Open(string path)
    {
        lock (_gate) return new File(this, Found(path));
    }

    public void Rename(string from, string to)
    {
        Before?.Invoke(to);
        lock (_gate)
        {
            Changing();
            _names[to] = Found(from);
            _names.Remove(from);
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Changing();
            if (_names.Remove(path, out var node) && Room < long.MaxValue) Room += node.Length;
        }
    }

    public void Link(string from, string to)
    {
        lock (_gate)
        {
            Changing();
            _names.Add(to, Found(from));
        }
    }

    public void SyncFolder(string folder)
    {
        lock (_gate)
        {
            Changing();
            foreach (var path in _lasting.Keys.Where(path => Path.GetDirectoryName(path) == folder).ToArray()) _lasting.Remove(path);
            foreach (var (path, node) in _names)
            {
                if (Path.GetDirectoryName(path) == folder) _lasting[path] = node;
            }
        }
    }

    public long FreeBytes(string folder) => Free ?? Room;

    public IDisposable Lock(string path) => _locks.Add(path) ? new Held(this, path) : throw new IOException("another process has it");

    Node Found(string path) => _names.TryGetValue(path, out var node) ? node : throw new FileNotFoundException(path);

    void Changing()
    {
        if (Changes-- <= 0) throw new IOException("the disk does not answer");
    }

    sealed class Held(MemoryFiles files, string path) : IDisposable
    {
        readonly HashSet<string> _locks = files._locks;

        public void Dispose() => _locks.Remove(path);
    }

    sealed class File(MemoryFiles files, Node node) : IWritableFile, IReadableFile
    {
        bool _isClosed;

        public long Length => node.Length;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            lock (files._gate)
            {
                files.Changing();
                var fits = (int)Math.Min(bytes.Length, files.Room);
                if (node.Bytes.Length < node.Length + fits) Array.Resize(ref node.Bytes, Math.Max(node.Length + fits, node.Bytes.Length * 2));
                bytes[..fits].CopyTo(node.Bytes.AsSpan(node.Length));
                node.Length += fits;
                if (files.Room < long.MaxValue) files.Room -= fits;
                if (fits < bytes.Length) throw new IOException("No space left on device", 28);
            }
        }

        public void Cut(long length)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            lock (files._gate)
            {
                files.Changing();
                if (files.Room < long.MaxValue) files.Room += node.Length - length;
                node.Length = (int)length;
            }
        }

        public void Sync()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            lock (files._gate)
            {
                files.Changing();
                if (files.SyncsFail) throw new IOException("Input/output error", 5);
                files.Syncs++;
                node.Synced = node.Bytes[..node.Length];
            }
        }

        public void Read(long at, Span<byte> into)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            lock (files._gate)
            {
                if (at + into.Length > node.Length) throw new EndOfStreamException();
                node.Bytes.AsSpan((int)at, into.Length).CopyTo(into);
            }
        }

        /// <summary>As with a real one nothing can be done with it any more.</summary>
        public void Dispose() => _isClosed = true;
    }
}
