using System.Collections.Concurrent;
using System.Globalization;

namespace Muster.EdgePlatform;

/// <summary>Which replica holds which session, and how far each came: in the cache that all replicas share, or in this process alone where there is none.</summary>
sealed class SessionBook(Settings settings) : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, long> _mine = new(StringComparer.Ordinal);
    readonly CacheLine? _cache = settings.Sessions is { } at ? new(at) : null;

    /// <summary>Null if the session is this replica's from now on; else whose it is.</summary>
    public async Task<string?> Claim(string session)
    {
        if (_cache is not null)
        {
            await _cache.Ask("SET", "owner:" + session, settings.Name, "NX", "EX", "600");
            if (await _cache.Ask("GET", "owner:" + session) is { } owner && owner != settings.Name) return owner;
        }

        _mine.TryAdd(session, 0);
        return null;
    }

    public async Task<long> Last(string session) =>
        _cache is null ? _mine.GetValueOrDefault(session) : long.TryParse(await _cache.Ask("GET", "last:" + session), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;

    public async Task Came(string session, long number)
    {
        _mine[session] = number;
        if (_cache is not null) await _cache.Ask("SET", "last:" + session, number.ToString(CultureInfo.InvariantCulture), "EX", "600");
    }

    /// <summary>Lets all go, so that other replicas may take them up.</summary>
    public async Task Release()
    {
        if (_cache is null) return;
        foreach (var session in _mine.Keys)
            if (await _cache.Ask("GET", "owner:" + session) == settings.Name) await _cache.Ask("DEL", "owner:" + session);
    }

    public ValueTask DisposeAsync() => _cache?.DisposeAsync() ?? ValueTask.CompletedTask;
}
