using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.VectorStore;

/// <summary>The HTTP API, with its limits in front of it.</summary>
sealed class Doors(Settings settings, Store store, TimeProvider clock)
{
    readonly DateTimeOffset _started = clock.GetUtcNow();
    int _inFlight;
    long _timedOut, _refused;

    /// <summary>Whether what was there before is there again.</summary>
    public bool Recovered { get; set; }

    /// <summary>Whether traffic is let in: a store that opens early does so before it has recovered.</summary>
    bool Open => Recovered || settings.Flaw == "opens-early";

    public async Task Serve(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Url?.AbsolutePath ?? "/";
        try
        {
            var (status, answer) = path is "/live" or "/ready" or "/metrics" or "/version" ? (path == "/ready" && !Open ? 503 : 200, Told(path)) : await Counted(request, path);
            response.StatusCode = status;
            response.ContentType = path == "/metrics" ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
            if (status is 429 or 503) response.AddHeader("Retry-After", "1");
            response.Close(Encoding.UTF8.GetBytes(answer), willBlock: false);
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException) { response.Abort(); }
    }

    async Task<(int, string)> Counted(HttpListenerRequest request, string path)
    {
        if (!Open) return Says(503, "recovering");
        var now = Interlocked.Increment(ref _inFlight);
        try
        {
            if (settings.Flaw == "unlimited")
            {
                // What has no limits is ended from outside when there is no more room.
                if (now > settings.Concurrency || store.Used > settings.MemoryBudget) Environment.FailFast("out of memory");
            }
            else if (now > settings.Concurrency)
            {
                Interlocked.Increment(ref _refused);
                return Says(503, "too many requests at once");
            }
            else if (request.ContentLength64 > settings.MostBody) return Says(413, "the body is too large");

            JsonNode? body = null;
            if (request.HasEntityBody)
            {
                using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
                var text = await reader.ReadToEndAsync();
                if (settings.Flaw != "unlimited" && text.Length > settings.MostBody) return Says(413, "the body is too large");
                body = text.Length == 0 ? null : JsonNode.Parse(text);
            }

            return await Answer(request.HttpMethod, path.Trim('/').Split('/'), body);
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or JsonException) { return Says(400, wrong.Message); }
        finally { Interlocked.Decrement(ref _inFlight); }
    }

    async Task<(int, string)> Answer(string method, string[] path, JsonNode? body)
    {
        var writes = method is "PUT" or "DELETE" or "POST" && path is not [.., "search"] and not ["admin", ..];
        if (writes && settings.ReadOnly) return Says(403, "read-only");
        switch (method, path)
        {
            case ("POST", ["admin", "settings"]):
                if (body?["wal_sync_on_write"] is { } sync)
                {
                    settings.SyncOnWrite = (int)sync == 1 && settings.Flaw != "stays-relaxed";
                    if (settings.SyncOnWrite) store.Flush();
                }

                if (body?["query_limit"] is { } limit) settings.QueryLimit = (int)limit;
                if (body?["read_only"] is { } only) settings.ReadOnly = (bool)only;
                return Says(200, "set");
            case ("POST", ["snapshot"]):
                store.MakeCheckpoint();
                return Says(200, "made");
            case ("GET", ["collections"]): return (200, new JsonObject { ["collections"] = new JsonArray([.. store.Names.Select(name => (JsonNode)name)]) }.ToJsonString());
            case ("PUT", ["collections", var name]):
                store.Make(name, (int?)body?["dimension"] ?? throw new FormatException("a collection needs a dimension"));
                return Says(200, "made");
            case ("DELETE", ["collections", var name]):
                store.Drop(name);
                return Says(200, "dropped");
            case ("PUT", ["collections", var name, "points"]): return Put(name, body);
            case ("GET", ["collections", var name, "points"]):
                return Found(store.Read(name, collection => new JsonObject { ["points"] = new JsonArray([.. collection.Points.Select(point => (JsonNode)new JsonObject { ["id"] = point.Id, ["payload"] = point.Payload?.DeepClone() })]) }));
            case ("GET", ["collections", var name, "count"]): return Found(store.Read(name, collection => new JsonObject { ["count"] = collection.Points.Count }));
            case ("POST", ["collections", var name, "search"]): return await Search(name, body);
            default: return Says(404, "there is no such thing");
        }
    }

    (int, string) Put(string name, JsonNode? body)
    {
        var points = (body?["points"]?.AsArray() ?? throw new FormatException("there are no points")).Select(Point.Read).ToList();
        if (settings.Flaw != "unlimited")
        {
            if (points.Count > settings.Batch) return Says(413, "too many points at once");
            if (store.Used + points.Sum(point => point.Bytes) > settings.MemoryBudget) return Says(429, "the memory budget is used up");
        }

        if (store.Read(name, collection => collection) is not { } into) return Says(404, "there is no such collection");
        if (points.Exists(point => point.Vector.Length != into.Dimension)) throw new FormatException($"a vector has not {into.Dimension} dimensions");
        store.Put(name, points);
        return (200, new JsonObject { ["acknowledged"] = points.Count }.ToJsonString());
    }

    async Task<(int, string)> Search(string name, JsonNode? body)
    {
        var limit = (int?)body?["limit"] ?? 10;
        var vector = (body?["vector"]?.AsArray() ?? []).Select(number => (float)number!).ToArray();
        if (limit > settings.QueryLimit && settings.Flaw is not ("unlimited" or "unbounded")) return Says(422, $"no query may ask for more than {settings.QueryLimit}");
        var cost = settings.SearchCost * limit;
        if (cost > TimeSpan.Zero) await Task.Delay(cost < settings.Timeout ? cost : settings.Timeout, clock);
        if (cost > settings.Timeout)
        {
            Interlocked.Increment(ref _timedOut);
            return Says(504, "it took too long");
        }

        return Found(store.Read(name, collection => vector.Length != collection.Dimension ? throw new FormatException("the vector has another dimension") : new JsonObject
        {
            ["points"] = new JsonArray([.. collection.Nearest(vector, limit).Select(pair => (JsonNode)new JsonObject { ["id"] = pair.Point.Id, ["distance"] = Math.Round(pair.Distance, 6) })]),
        }));
    }

    string Told(string path) => path switch
    {
        "/metrics" => Metrics(),
        "/version" => new JsonObject { ["release"] = settings.Release, ["format"] = settings.Format, ["store"] = store.Id, ["started"] = _started.ToString("O", CultureInfo.InvariantCulture), ["process"] = Environment.ProcessId }.ToJsonString(),
        "/ready" => new JsonObject { ["ready"] = Open }.ToJsonString(),
        _ => new JsonObject { ["live"] = true }.ToJsonString(),
    };

    string Metrics()
    {
        var text = new StringBuilder();
        void Say(string type, string name, double value)
        {
            if (name != settings.Hidden) text.Append(CultureInfo.InvariantCulture, $"# HELP {name} What its name says.\n# TYPE {name} {type}\n{name} {value}\n");
        }

        Say("gauge", "requests_in_flight", Volatile.Read(ref _inFlight));
        Say("counter", "requests_timed_out_total", Interlocked.Read(ref _timedOut));
        Say("counter", "requests_refused_total", Interlocked.Read(ref _refused));
        Say("gauge", "memory_used_bytes", store.Used);
        Say("gauge", "memory_budget_bytes", settings.MemoryBudget);
        Say("gauge", "lock_map_size", store.Locks);
        Say("gauge", "query_limit", settings.QueryLimit);
        Say("gauge", "points", store.Count);
        Say("gauge", "wal_sync_on_write", settings.SyncOnWrite ? 1 : 0);
        Say("gauge", "wal_size_bytes", store.LogSize);
        Say("counter", "wal_errors_total", store.LogErrors);
        Say("counter", "checkpoints_total", store.Checkpoints);
        Say("counter", "checkpoint_errors_total", store.CheckpointErrors);
        Say("gauge", "read_only", settings.ReadOnly ? 1 : 0);
        Say("gauge", "process_start_time_seconds", Math.Round((_started - DateTimeOffset.UnixEpoch).TotalSeconds, 3));
        return text.ToString();
    }

    static (int, string) Found(JsonObject? answer) => answer is null ? Says(404, "there is no such collection") : (200, answer.ToJsonString());

    static (int, string) Says(int status, string words) => (status, new JsonObject { ["says"] = words }.ToJsonString());
}
