using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One value, read piece by piece into a digest: what has an order in that order, and what has none sorted.</summary>
static class RedisValue
{
    const int FirstBytes = 64 * 1024, NextBytes = 1024 * 1024, Elements = 128, MostElements = 20_000_000;

    public static ReadOnlyMemory<byte> Word(string word) => Encoding.ASCII.GetBytes(word);

    /// <summary>The command for its first piece, so that those of many keys travel together.</summary>
    public static ReadOnlyMemory<byte>[] First(string type, ReadOnlyMemory<byte> key) => type switch
    {
        "string" => [Word("GETRANGE"), key, Word("0"), Number(FirstBytes - 1)],
        "list" => [Word("LRANGE"), key, Word("0"), Number(Elements - 1)],
        "zset" => [Word("ZRANGE"), key, Word("0"), Number(Elements - 1), Word("WITHSCORES")],
        "set" => [Word("SSCAN"), key, Word("0"), Word("COUNT"), Number(Elements)],
        "hash" => [Word("HSCAN"), key, Word("0"), Word("COUNT"), Number(Elements)],
        "stream" => [Word("XRANGE"), key, Word("-"), Word("+"), Word("COUNT"), Number(Elements)],
        _ => throw new Unseen(Blind.NotCapable, $"there are keys of type {type}, which only the module that made it can read"),
    };

    public static async Task<byte[]> Digest(RedisLink link, ReadOnlyMemory<byte> key, string type, RedisReply first, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        switch (type)
        {
            case "string":
                var text = (RedisReply.Bulk)Right(first);
                hash.AppendData(text.Bytes.Span);
                for (long at = FirstBytes; text.Bytes.Length > 0 && (at == FirstBytes ? text.Bytes.Length == FirstBytes : text.Bytes.Length == NextBytes); at += NextBytes)
                {
                    text = (RedisReply.Bulk)await Ask(link, cancel, Word("GETRANGE"), key, Number(at), Number(at + NextBytes - 1));
                    hash.AppendData(text.Bytes.Span);
                }

                break;
            case "list" or "zset":
                var each = type == "list" ? 1 : 2;
                var items = (RedisReply.List)Right(first);
                for (long at = Elements; Add(hash, items) == Elements * each; at += Elements)
                    items = (RedisReply.List)await Ask(link, cancel, type == "list" ? [Word("LRANGE"), key, Number(at), Number(at + Elements - 1)] : [Word("ZRANGE"), key, Number(at), Number(at + Elements - 1), Word("WITHSCORES")]);
                break;
            case "set" or "hash":
                await Unordered(link, hash, key, type, first, cancel);
                break;
            default:
                await Stream(link, hash, key, (RedisReply.List)Right(first), cancel);
                break;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>A scan gives elements in any order, and may give one twice.</summary>
    static async Task Unordered(RedisLink link, IncrementalHash hash, ReadOnlyMemory<byte> key, string type, RedisReply first, CancellationToken cancel)
    {
        var (all, each) = (new HashSet<UInt128>(), type == "set" ? 1 : 2);
        for (var reply = Right(first); ;)
        {
            if (reply is not RedisReply.List { Are: [RedisReply.Bulk { Is: var cursor }, RedisReply.List { Are: var members }] }) throw Odd(type);
            for (var i = 0; i + each <= members.Length; i += each)
            {
                using var one = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                for (var j = 0; j < each; j++) Add(one, ((RedisReply.Bulk)members[i + j]).Bytes.Span);
                all.Add(BinaryPrimitives.ReadUInt128LittleEndian(one.GetHashAndReset()));
            }

            if (all.Count > MostElements) throw new Unseen(Blind.TooLarge, $"a {type} has more than {MostElements} elements");
            if (cursor == "0") break;
            reply = await Ask(link, cancel, Word(type == "set" ? "SSCAN" : "HSCAN"), key, Word(cursor), Word("COUNT"), Word("1000"));
        }

        var bytes = new byte[16];
        foreach (var one in all.Order())
        {
            BinaryPrimitives.WriteUInt128LittleEndian(bytes, one);
            hash.AppendData(bytes);
        }
    }

    /// <summary>Its entries, where it stands, and how far each group of readers is.</summary>
    static async Task Stream(RedisLink link, IncrementalHash hash, ReadOnlyMemory<byte> key, RedisReply.List entries, CancellationToken cancel)
    {
        while (true)
        {
            foreach (var entry in entries.Are)
            {
                if (entry is not RedisReply.List { Are: [var id, RedisReply.List said] }) throw Odd("stream");
                Add(hash, Encoding.UTF8.GetBytes(id.Text ?? ""));
                Add(hash, said);
            }

            if (entries.Are.Length < Elements) break;
            var last = ((RedisReply.List)entries.Are[^1]).Are[0].Text;
            entries = (RedisReply.List)await Ask(link, cancel, Word("XRANGE"), key, Word("(" + last), Word("+"), Word("COUNT"), Number(Elements));
        }

        foreach (var (command, names) in ((string, string[])[])[("STREAM", ["last-generated-id"]), ("GROUPS", ["name", "pending", "last-delivered-id"])])
            if (await Ask(link, cancel, Word("XINFO"), Word(command), key) is RedisReply.List told)
                foreach (var named in command == "STREAM" ? [told] : told.Are.OfType<RedisReply.List>())
                    for (var i = 0; i + 1 < named.Are.Length; i += 2)
                        if (names.Contains(named.Are[i].Text)) Add(hash, Encoding.UTF8.GetBytes(named.Are[i + 1].Text ?? ""));
    }

    /// <summary>With its length before it, so that no two lists of pieces look the same.</summary>
    public static void Add(IncrementalHash hash, ReadOnlySpan<byte> piece)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, piece.Length);
        hash.AppendData(length);
        hash.AppendData(piece);
    }

    static int Add(IncrementalHash hash, RedisReply.List items)
    {
        foreach (var item in items.Are) Add(hash, item is RedisReply.Bulk bulk ? bulk.Bytes.Span : Encoding.UTF8.GetBytes(item.Text ?? ""));
        return items.Are.Length;
    }

    static async Task<RedisReply> Ask(RedisLink link, CancellationToken cancel, params ReadOnlyMemory<byte>[] words) => Right((await link.Say([words], cancel))[0]);

    static RedisReply Right(RedisReply reply) => reply is RedisReply.Error refused ? throw new Unseen(refused.Code is "NOPERM" ? Blind.NotAdmitted : Blind.Unreadable, $"a key cannot be read: {Bounded.Start(refused.Says, 120)}") : reply;

    static Unseen Odd(string type) => new(Blind.Unreadable, $"a {type} is answered as none");

    static ReadOnlyMemory<byte> Number(long number) => Word(number.ToString(CultureInfo.InvariantCulture));
}
