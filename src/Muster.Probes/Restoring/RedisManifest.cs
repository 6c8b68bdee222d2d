using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a backup of a Redis must hold, captured when it was made. It lies beside the backup as <c>NAME.manifest.json</c>.</summary>
/// <param name="Sets">By database and class: how many keys, and their digest.</param>
sealed record RedisManifest(DateTimeOffset Taken, string Functions, ImmutableSortedDictionary<(int Database, string Class), (long Keys, string Digest)> Sets)
{
    const string Format = "muster-redis-manifest/2";
    const long MostBytes = 16 * 1024 * 1024;

    public string? ServerVersion { get; init; }

    public long Keys => Sets.Values.Sum(one => one.Keys);

    public static RedisManifest Of(RedisContent content, DateTimeOffset taken, string? version) =>
        new(taken, content.Functions, content.Sets.ToImmutableSortedDictionary(set => set.Key, set => (set.Value.Count, set.Value.Hex))) { ServerVersion = version };

    public Value.Fields Written => Value.Of(("format", Format), ("taken", Taken), ("keys", Keys),
        ("sets", Value.List(Sets.Select(set => (Value)Value.Of(("database", set.Key.Database), ("keys", set.Value.Keys), ("digest", set.Value.Digest), ("of", set.Key.Class)))))).With(("server_version", ServerVersion), ("functions", Functions.Length > 0 ? Functions : null));

    public static async Task<RedisManifest> Read(string path, CancellationToken cancel)
    {
        var name = Path.GetFileName(path);
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} is larger than {MostBytes} bytes");
            return Read(await File.ReadAllBytesAsync(path, cancel)) ?? throw new Unseen(Blind.Unreadable, $"{name} is no manifest as \"muster manifest redis\" writes it");
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (IOException error) { throw new Unseen(Blind.Unreadable, $"{name} cannot be read: {error.Message}", error); }
    }

    /// <summary>Null where the bytes are no such manifest.</summary>
    public static RedisManifest? Read(byte[] bytes)
    {
        Value read;
        try { read = Value.Parse(bytes); }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { return null; } // Cut off, or not ours.
        if (read.Text("format") != Format || !Instant.TryRead(read.Text("taken"), out var taken) || read.At("sets") is not Value.Items { Are: var items }) return null;
        var sets = ImmutableSortedDictionary.CreateBuilder<(int, string), (long, string)>();
        foreach (var item in items)
        {
            if (item.At("database") is not Value.Number { Is: >= 0 and <= 100_000 and var database } || item.At("keys") is not Value.Number { Is: > 0 and <= 9007199254740992d and var keys } || item.Text("of") is not { Length: > 0 } of || item.Text("digest") is not { Length: 64 } digest) return null;
            if (PassingKeys.Is(of) && PassingKeys.Span(taken, of) is null || !sets.TryAdd(((int)database, of), ((long)keys, digest))) return null;
        }

        return new(taken, read.Text("functions") ?? "", sets.ToImmutable()) { ServerVersion = read.Text("server_version") };
    }

    /// <param name="from">When the restored server began to load: keys whose time was over by then are rightly not in it.</param>
    /// <param name="to">When all of it had been read.</param>
    public RedisCompared Compare(RedisContent restored, DateTimeOffset from, DateTimeOffset to)
    {
        var seen = restored.Sets.ToDictionary(set => set.Key, set => (Keys: set.Value.Count, Digest: set.Value.Hex));
        var (structure, counts, content, compared, passed) = (new List<string>(), new List<string>(), new List<string>(), 0L, 0L);
        if (Functions != restored.Functions) structure.Add(restored.Functions.Length == 0 ? "the libraries of functions are gone" : Functions.Length == 0 ? "there are libraries of functions that were not there" : "the libraries of functions are others");
        foreach (var at in Sets.Keys.Concat(seen.Keys).Distinct().Order())
        {
            var (want, have) = (Sets.GetValueOrDefault(at), seen.GetValueOrDefault(at));
            var name = $"database {at.Database}, {(PassingKeys.Is(at.Class) ? "keys that pass, " + at.Class[6..] : at.Class)}";
            if (PassingKeys.Is(at.Class) && PassingKeys.Span(Taken, at.Class) is var (_, ends) && ends <= from)
            {
                passed += want.Keys;
                continue;
            }

            if (PassingKeys.Is(at.Class) && PassingKeys.Span(Taken, at.Class) is var (begins, _) && begins < to)
            {
                // Some of these are over and some not: no more of them than there were.
                if (have.Keys > want.Keys) counts.Add($"{name}: {have.Keys} keys, and there were {want.Keys}");
                passed += want.Keys - Math.Min(have.Keys, want.Keys);
                continue;
            }

            compared += want.Keys;
            if (have.Keys == 0) (PassingKeys.Is(at.Class) ? counts : structure).Add($"{name}: all {want.Keys} keys are gone");
            else if (want.Keys == 0) (PassingKeys.Is(at.Class) ? counts : structure).Add($"{name}: {have.Keys} keys that were not there");
            else if (have.Keys != want.Keys) counts.Add($"{name}: {have.Keys} keys, and there were {want.Keys}");
            else if (have.Digest != want.Digest) content.Add($"{name}: as many keys, {have.Keys}, and not the same keys or values");
        }

        return new(structure, counts, content, compared, passed);
    }
}

/// <summary>What a restored Redis lacks, by the rung that shows it.</summary>
/// <param name="Keys">How many keys of the manifest were compared.</param>
/// <param name="Passed">How many were not, because their time was over.</param>
sealed record RedisCompared(List<string> Structure, List<string> Counts, List<string> Content, long Keys, long Passed);
