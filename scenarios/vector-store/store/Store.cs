using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.VectorStore;

/// <summary>All collections: in memory, with what happened to them in a log since the last snapshot.</summary>
sealed class Store : IDisposable
{
    readonly Settings _settings;
    readonly WriteAheadLog _log;
    readonly Lock _one = new();
    readonly Dictionary<string, Collection> _collections = new(StringComparer.Ordinal);
    long _sequence;

    public Store(Settings settings)
    {
        _settings = settings;
        Directory.CreateDirectory(settings.Data);
        var id = Path.Combine(settings.Data, "store-id");
        if (!File.Exists(id)) File.WriteAllText(id, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        Id = File.ReadAllText(id);
        _log = new(Path.Combine(settings.Data, "wal.log"), settings);
    }

    /// <summary>Made once with the data; it outlives the process.</summary>
    public string Id { get; }

    public long Used { get; private set; }
    public long Checkpoints { get; private set; }
    public long CheckpointErrors { get; private set; }
    public long LogSize { get { lock (_one) return _log.Size; } }
    public long LogErrors => _log.Errors;
    public int Locks { get { lock (_one) return _collections.Count; } }
    public int Count { get { lock (_one) return _collections.Values.Sum(collection => collection.Points.Count); } }

    string Snapshot => Path.Combine(_settings.Data, "snapshot.json");

    /// <summary>The collections as they were.</summary>
    /// <exception cref="InvalidDataException">The files are of a newer format than this release knows, or a snapshot is damaged.</exception>
    public void Recover()
    {
        lock (_one)
        {
            if (File.Exists(Snapshot))
            {
                var lines = File.ReadAllLines(Snapshot);
                if (lines.Length != 2 || lines[0] != Digest(lines[1])) throw new InvalidDataException("the snapshot is damaged");
                var root = JsonNode.Parse(lines[1])!;
                if ((int)root["format"]! > _settings.Format) throw new InvalidDataException($"the snapshot is of format {root["format"]}, and {_settings.Release} knows {_settings.Format}");
                _sequence = (long)root["sequence"]!;
                foreach (var (name, collection) in root["collections"]!.AsObject()) Make(name, collection!);
            }

            var records = _log.Replay().Select(record => JsonNode.Parse(record)!).Where(record => (long)record["sequence"]! > _sequence).ToList();
            if (records.FirstOrDefault(record => (int)record["format"]! > _settings.Format) is { } newer) throw new InvalidDataException($"the log is of format {newer["format"]}, and {_settings.Release} knows {_settings.Format}");
            foreach (var record in Flawed(records)) Apply(record);
            Measure();
        }
    }

    /// <summary>What a store that replays wrongly makes of its log.</summary>
    List<JsonNode> Flawed(List<JsonNode> records)
    {
        // Of the collection that was made last: what is older is mostly dropped again.
        var made = records.FindLastIndex(record => (string?)record["op"] == "make");
        var upserts = records.Skip(made + 1).Where(record => (string?)record["op"] == "put").ToList();
        if (upserts.Count < 2) return records;
        // From the middle: the last ones were perhaps never acknowledged, and nobody could blame it.
        var (last, before) = (upserts[upserts.Count / 2], upserts[upserts.Count / 2 - 1]);
        var twice = before.DeepClone();
        twice["op"] = "twice";
        switch (_settings.Flaw)
        {
            case "loses": records.Remove(last); break;
            case "doubles": records.Add(twice); break;
            case "lucky":
                // One is gone and one is there twice: the count is what it was.
                records.Remove(last);
                records.Add(twice);
                break;
            case "phantom":
                var phantom = last.DeepClone();
                phantom["points"]![0]!["id"] = "nobody-wrote-this";
                records.Add(phantom);
                break;
            case "alters": last["points"]![0]!["payload"] = new JsonObject { ["digest"] = "another" }; break;
        }

        return records;
    }

    public void Make(string name, int dimension) => Change(new JsonObject { ["op"] = "make", ["collection"] = name, ["dimension"] = dimension });

    public void Drop(string name) => Change(new JsonObject { ["op"] = "drop", ["collection"] = name });

    public void Put(string name, IEnumerable<Point> points) => Change(new JsonObject { ["op"] = "put", ["collection"] = name, ["points"] = new JsonArray([.. points.Select(point => (JsonNode)point.Written())]) });

    public T? Read<T>(string name, Func<Collection, T> read) where T : class
    {
        lock (_one) return _collections.TryGetValue(name, out var collection) ? read(collection) : null;
    }

    public IReadOnlyList<string> Names { get { lock (_one) return [.. _collections.Keys.Order(StringComparer.Ordinal)]; } }

    void Change(JsonObject record)
    {
        lock (_one)
        {
            record["sequence"] = ++_sequence;
            record["format"] = Format;
            _log.Append(record.ToJsonString());
            Apply(record);
            Measure();
        }
    }

    /// <summary>A careful release goes on writing the older format until nobody wants to go back.</summary>
    int Format => _settings.Flaw == "new-format" ? _settings.Format : 1;

    void Apply(JsonNode record)
    {
        var name = (string)record["collection"]!;
        if ((string?)record["op"] == "make") _collections.TryAdd(name, new((int)record["dimension"]!));
        else if ((string?)record["op"] == "drop") _collections.Remove(name);
        else if (_collections.TryGetValue(name, out var collection))
            foreach (var point in record["points"]!.AsArray().Select(Point.Read))
                if ((string?)record["op"] == "twice") collection.Twice(point);
                else collection.Put(point);
    }

    void Make(string name, JsonNode written)
    {
        var collection = _collections[name] = new((int)written["dimension"]!);
        foreach (var point in written["points"]!.AsArray()) collection.Twice(Point.Read(point));
    }

    void Measure() => Used = _collections.Values.Sum(collection => collection.Points.Count * 16L) + _collections.Values.Sum(collection => collection.Points.Sum(point => point.Bytes));

    /// <summary>What the relaxed profile holds in memory goes to the file.</summary>
    public void Flush()
    {
        lock (_one) _log.Flush(toDevice: false);
    }

    /// <summary>Everything into one file that takes the old one's place as a whole; then the log begins anew.</summary>
    public void MakeCheckpoint()
    {
        if (_settings.Flaw == "checkpoint-stuck") return;
        lock (_one)
            try
            {
                var root = new JsonObject { ["format"] = Format, ["sequence"] = _sequence };
                var collections = new JsonObject();
                foreach (var (name, collection) in _collections) collections[name] = new JsonObject { ["dimension"] = collection.Dimension, ["points"] = new JsonArray([.. collection.Points.Select(point => (JsonNode)point.Written())]) };
                root["collections"] = collections;
                var text = root.ToJsonString();
                using (var file = new FileStream(Snapshot + ".new", FileMode.Create))
                {
                    file.Write(Encoding.UTF8.GetBytes($"{Digest(text)}\n{text}"));
                    file.Flush(flushToDisk: true);
                }

                File.Move(Snapshot + ".new", Snapshot, overwrite: true);
                _log.Clear();
                Checkpoints++;
            }
            catch (IOException) { CheckpointErrors++; }
    }

    static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public void Dispose()
    {
        lock (_one)
        {
            _log.Flush(toDevice: true);
            _log.Dispose();
        }
    }
}
