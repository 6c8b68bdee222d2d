using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// What a Redis holds, as sets: for each database the keys that last by their type, and those that pass by the time at which they do, each with a digest that does not depend on any order.
/// Values are read type by type, since two servers may pack the same value differently. Nothing is written.
/// </summary>
sealed class RedisContent
{
    const int Batch = 200, MostKeys = 20_000_000;
    static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    /// <summary>By database and class: <c>0</c> and <c>hash</c>, or <c>0</c> and <c>until m12</c>.</summary>
    public SortedDictionary<(int Database, string Class), SetDigest> Sets { get; } = [];

    /// <summary>The libraries of functions, in one digest; empty without any.</summary>
    public string Functions { get; private set; } = "";

    public long Keys => Sets.Values.Sum(one => one.Count);

    /// <param name="taken">From where the time of passing keys is counted.</param>
    /// <param name="tell">Keys so far, of how many.</param>
    public static async Task<RedisContent> Read(RedisLink link, DateTimeOffset taken, Action<long, long> tell, TimeProvider clock, CancellationToken cancel)
    {
        var content = new RedisContent { Functions = await LibrariesOf(link, cancel) };
        var databases = RedisInfo.Read(Text(await link.Say(cancel, "INFO", "keyspace")) ?? throw Refused("INFO")).Where(line => line.Key.StartsWith("db", StringComparison.Ordinal))
            .Select(line => (Number: int.Parse(line.Key[2..], NumberStyles.None, CultureInfo.InvariantCulture), Keys: long.Parse(line.Value.Split(',')[0].Split('=')[1], NumberStyles.None, CultureInfo.InvariantCulture))).ToList();
        var (all, done, told) = (databases.Sum(one => one.Keys), 0L, clock.GetTimestamp());
        if (all > MostKeys) throw new Unseen(Blind.TooLarge, $"there are more than {MostKeys} keys");
        foreach (var (number, _) in databases)
        {
            if (await link.Say(cancel, "SELECT", number.ToString(CultureInfo.InvariantCulture)) is not RedisReply.Simple) throw Refused("SELECT");
            // SCAN may give a key twice.
            var seen = new HashSet<UInt128>();
            for (var cursor = "0"; ;)
            {
                if (await link.Say(cancel, "SCAN", cursor, "COUNT", "500") is not RedisReply.List { Are: [{ Text: { } next }, RedisReply.List { Are: var keys }] }) throw Refused("SCAN");
                var fresh = keys.OfType<RedisReply.Bulk>().Where(key => seen.Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(key.Bytes.Span)))).ToList();
                for (var at = 0; at < fresh.Count; at += Batch) await content.Read(link, number, fresh.GetRange(at, Math.Min(Batch, fresh.Count - at)), taken, cancel);
                done += fresh.Count;
                if (clock.GetElapsedTime(told) > TellEvery)
                {
                    told = clock.GetTimestamp();
                    tell(done, all);
                }

                if ((cursor = next) == "0") break;
            }
        }

        return content;
    }

    async Task Read(RedisLink link, int database, List<RedisReply.Bulk> keys, DateTimeOffset taken, CancellationToken cancel)
    {
        var about = await link.Say([.. keys.SelectMany(key => (ReadOnlyMemory<byte>[][])[[RedisValue.Word("TYPE"), key.Bytes], [RedisValue.Word("PEXPIRETIME"), key.Bytes]])], cancel);
        var live = new List<(ReadOnlyMemory<byte> Key, string Type, long Expires)>();
        for (var i = 0; i < keys.Count; i++)
        {
            if (about[2 * i + 1] is RedisReply.Error { Code: "ERR" }) throw new Unseen(Blind.NotCapable, "the server does not know PEXPIRETIME, which Redis has from version 7.0 on");
            if (about[2 * i] is not RedisReply.Simple { Is: var type } || about[2 * i + 1] is not RedisReply.Integer { Is: var expires }) throw Refused("TYPE or PEXPIRETIME");
            // One that has expired meanwhile is none.
            if (type != "none" && expires != -2) live.Add((keys[i].Bytes, type, expires));
        }

        var first = await link.Say([.. live.Select(one => RedisValue.First(one.Type, one.Key))], cancel);
        for (var i = 0; i < live.Count; i++)
        {
            var (key, type, expires) = live[i];
            var value = await RedisValue.Digest(link, key, type, first[i], cancel);
            var at = (database, expires < 0 ? type : PassingKeys.Class(taken, expires));
            if (!Sets.TryGetValue(at, out var set)) Sets[at] = set = new();
            set.Add(Entry(database, type, expires, key.Span, value));
        }
    }

    /// <summary>One key with all that is compared of it.</summary>
    /// <param name="expires">-1 for one that lasts.</param>
    public static byte[] Entry(int database, string type, long expires, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        RedisValue.Add(hash, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{database} {type} {expires}")));
        RedisValue.Add(hash, key);
        RedisValue.Add(hash, value);
        return hash.GetHashAndReset();
    }

    static async Task<string> LibrariesOf(RedisLink link, CancellationToken cancel)
    {
        if (await link.Say(cancel, "FUNCTION", "LIST", "WITHCODE") is not RedisReply.List { Are: { IsEmpty: false } libraries }) return "";
        var set = new SetDigest();
        foreach (var library in libraries) set.Add(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', ((RedisReply.List)library).Are.Select(word => word.Text)))));
        return set.Hex;
    }

    static string? Text(RedisReply reply) => (reply as RedisReply.Bulk)?.Is;

    static Unseen Refused(string what) => new(Blind.NotAdmitted, $"{what} is refused; the target's user must be allowed to read every key");
}

/// <summary>Keys that pass are compared by when they do, since a restore rightly leaves out those whose time is over.</summary>
static class PassingKeys
{
    const string Until = "until ";
    const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>Minutes within a day, hours within a week, days within two years, and later. Of the class whose time is running nothing but a bound is compared, so that it must be short while a backup is young.</summary>
    public static string Class(DateTimeOffset taken, long expires)
    {
        var left = Math.Max(0, expires - taken.ToUnixTimeMilliseconds());
        return Until + (left < Day ? string.Create(CultureInfo.InvariantCulture, $"m{left / Minute}") : left < 7 * Day ? string.Create(CultureInfo.InvariantCulture, $"h{left / Hour}") : left < 730 * Day ? string.Create(CultureInfo.InvariantCulture, $"d{left / Day}") : "later");
    }

    public static bool Is(string @class) => @class.StartsWith(Until, StringComparison.Ordinal);

    /// <summary>When the first and the last of the class end; null if it is none that is written here.</summary>
    public static (DateTimeOffset From, DateTimeOffset To)? Span(DateTimeOffset taken, string @class)
    {
        if (@class == Until + "later") return (taken.AddDays(730), DateTimeOffset.MaxValue);
        if (@class.Length < Until.Length + 2 || !int.TryParse(@class.AsSpan(Until.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 10_000) return null;
        return @class[Until.Length] switch { 'm' => (taken.AddMinutes(number), taken.AddMinutes(number + 1)), 'h' => (taken.AddHours(number), taken.AddHours(number + 1)), 'd' => (taken.AddDays(number), taken.AddDays(number + 1)), _ => null };
    }
}
