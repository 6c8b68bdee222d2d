using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Any service that takes writes over HTTP and can list them: each request as the document writes it.</summary>
sealed class HttpKeeper : Keeper
{
    readonly HttpApi _api;
    readonly RequestTemplate _write, _read, _ready;
    readonly RequestTemplate? _prepare, _clean, _identity, _profile;
    readonly string _items, _id, _digest;
    bool _wasThere, _refused;

    HttpKeeper(Given given, HttpApi api)
    {
        _api = api;
        _write = RequestTemplate.Of(given, "write") ?? throw Given.Wrong("write", "is missing");
        _read = RequestTemplate.Of(given, "read") ?? throw Given.Wrong("read", "is missing: say how all that was written is read back, as { get: /items, items: /items, id: /id, digest: /digest }");
        if (!Placeholder.Names(Value.List([_write.Path, _write.Json ?? Value.Null])).Contains("write:id")) throw Given.Wrong("write", "does not carry $(write:id), so that no write could be told from another");
        _ready = RequestTemplate.Of(given, "ready") ?? new(HttpMethod.Get, "/ready", null, null, null);
        (_prepare, _clean, _identity, _profile) = (RequestTemplate.Of(given, "prepare"), RequestTemplate.Of(given, "clean"), RequestTemplate.Of(given, "identity"), given["profile"] is Value.Fields ? RequestTemplate.Of(given, "profile") : null);
        var map = (Value.Fields)given["read"]!;
        (_items, _id, _digest) = ((map["items"] as Value.Text)?.Is ?? "", (map["id"] as Value.Text)?.Is ?? "/id", (map["digest"] as Value.Text)?.Is ?? "/digest");
    }

    public override string Name => "http";

    public override string Place => $"what {_write.Path} wrote{(_prepare is null ? "" : $" and {_prepare.Path} made")}";

    public static async Task<HttpKeeper> Of(Given given, ProbeContext context, CancellationToken cancel) => new(given, await HttpApi.Of(given, context, cancel));

    public override async Task Begin(CancellationToken cancel)
    {
        if (_prepare is null || await _prepare.Send(_api, cancel) is not { Status: < 200 or > 299 } refused) return;
        // What is there under that name then was made by another, and stays.
        _refused = true;
        throw new Unseen(Blind.Unreadable, $"{_prepare.Path} answers {refused.Status}: there is no place to write to");
    }

    public override Task<Writer> Open(CancellationToken cancel) => Task.FromResult<Writer>(new Requests(_api, _write));

    public override async Task<IReadOnlyList<Kept>> Read(CancellationToken cancel)
    {
        var answer = await _read.Send(_api, cancel);
        // A place that was there and is gone has lost everything, which is to be seen.
        if (_wasThere && answer.Status is 404 or 410) return [];
        var all = HttpApi.Read(_read.Path, answer);
        var items = (_items.Length == 0 ? all : JsonPointer.Find(all, _items)) as Value.Items ?? throw new Unseen(Blind.Unreadable, $"{_read.Path} has no list at \"{_items}\"");
        _wasThere = true;
        return [.. items.Are.Select(item => new Kept(Text(item, _id) ?? throw new Unseen(Blind.Unreadable, $"an item of {_read.Path} has no id at \"{_id}\""), Text(item, _digest)))];
    }

    static string? Text(Value item, string pointer) => JsonPointer.Find(item, pointer) switch { Value.Text text => text.Is, null or Value.Nothing => null, var other => other.ToString() };

    public override async Task<bool> IsReady(CancellationToken cancel) => _ready.Holds(await _ready.Send(_api, cancel));

    public override async Task<Value> Identity(CancellationToken cancel)
    {
        var answer = await (_identity ?? _ready).Send(_api, cancel);
        var who = (Value.Fields)answer.Identity;
        if (_identity is null) return who;
        return who.With("store", _identity.Found(answer) ?? throw new Unseen(Blind.Unreadable, $"{_identity.Path} does not say who it is"));
    }

    public override async Task<string?> Profile(CancellationToken cancel) => _profile is null ? null : _profile.Found(await _profile.Send(_api, cancel)) switch { null => null, Value.Text text => text.Is, var other => other.ToString() };

    public override async Task<Value?> Answer(Value query, string parameter, CancellationToken cancel)
    {
        var request = RequestTemplate.Of(query, parameter);
        return request.Found(await request.Send(_api, cancel));
    }

    public override bool Cleans => _clean is not null;

    public override async Task End(CancellationToken cancel)
    {
        // One that is not there, or was never made, needs no taking away.
        if (_clean is not null && !_refused && await _clean.Send(_api, cancel) is { Status: (< 200 or > 299) and not (404 or 410) } refused) throw new Unseen(Blind.Unreadable, $"{_clean.Path} answers {refused.Status}");
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    sealed class Requests(HttpApi api, RequestTemplate write) : Writer
    {
        public override async Task<bool> Write(string id, string digest, CancellationToken cancel)
        {
            var request = write.For(id, digest);
            return (await request.Send(api, cancel)).Status switch
            {
                >= 200 and <= 299 => true,
                >= 400 and <= 499 => false,
                var status => throw new Unseen(Blind.Unreadable, $"{request.Path} answers {status}"),
            };
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
