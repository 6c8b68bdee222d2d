using System.Buffers.Binary;

namespace Muster.Probes;

/// <summary>What a backup's file is, told by how it begins, and whether it comes to its end.</summary>
/// <param name="Name">Null if it is none that is known.</param>
/// <param name="Encryption">Which encryption its head names.</param>
/// <param name="Damage">What is wrong, in words.</param>
/// <param name="Whole">Its end was seen too.</param>
sealed record BackupFormat(string? Name, string? Encryption = null, string? Damage = null, bool Whole = false)
{
    const int Head = 4096, Tail = 4096, MostTail = 66_000;

    /// <param name="toEnd">Reads as far as is needed to know that nothing is cut off; else only how it begins.</param>
    public static BackupFormat Look(Stream file, bool toEnd, CancellationToken cancel)
    {
        var head = new byte[Head];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, Head, throwOnEndOfStream: false)];
        if (Known(head) is not { Name: { } name } known) return new(Name: null);
        return toEnd ? Ended(known, name, head, file, cancel) : known;
    }

    static BackupFormat Known(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("age-encryption.org/v1\n"u8) || head.StartsWith("-----BEGIN AGE ENCRYPTED FILE-----"u8)) return new("age", "age");
        if (head.StartsWith("Salted__"u8)) return new("openssl", "openssl");
        if (head.StartsWith("-----BEGIN PGP MESSAGE-----"u8) || IsOpenPgp(head)) return new("openpgp", "openpgp");
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b, 0x08])) return new("gzip");
        if (head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])) return new("zstd");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) return new("xz");
        if (head.StartsWith("BZh"u8)) return new("bzip2");
        if (head.StartsWith("PK\u0003\u0004"u8)) return new("zip");
        return new(Plain(head));
    }

    /// <summary>What may also be packed in gzip.</summary>
    static string? Plain(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PGDMP"u8)) return "pg_dump custom";
        if (head.StartsWith("REDIS0"u8)) return "rdb";
        if (head.StartsWith("SQLite format 3\0"u8)) return "sqlite";
        if (head.Length >= 512 && head[257..].StartsWith("ustar"u8)) return "tar";
        var comments = head[..Math.Min(head.Length, 512)];
        return comments.StartsWith("--"u8) && (comments.IndexOf("PostgreSQL database"u8) >= 0 || comments.IndexOf("MySQL dump"u8) >= 0 || comments.IndexOf("MariaDB dump"u8) >= 0) ? "sql" : null;
    }

    /// <summary>It begins with a packet that holds a session key, of a version that there is.</summary>
    static bool IsOpenPgp(ReadOnlySpan<byte> head)
    {
        if (head.Length < 6 || (head[0] & 0x80) == 0) return false;
        var isNew = (head[0] & 0x40) != 0;
        var tag = isNew ? head[0] & 0x3f : head[0] >> 2 & 0x0f;
        if (!isNew && (head[0] & 3) == 3 || tag is not (1 or 3)) return false;
        var at = isNew ? head[1] < 192 ? 2 : head[1] < 224 ? 3 : 6 : 1 + (1 << (head[0] & 3));
        return at < head.Length && (tag == 1 ? head[at] is 3 or 6 : head[at] is 4 or 5 or 6);
    }

    static BackupFormat Ended(BackupFormat known, string name, byte[] head, Stream file, CancellationToken cancel)
    {
        if (name == "gzip")
        {
            var unpacked = BackupGzip.Read(file, cancel);
            var inner = Plain(unpacked.Beginning);
            var damage = unpacked.Damage ?? inner switch
            {
                "sql" => Sql(unpacked.Beginning, unpacked.End),
                "tar" => unpacked.End.AsSpan(Math.Max(0, unpacked.End.Length - 1024)).ContainsAnyExcept((byte)0) ? "the archive packed in it is cut off" : null,
                _ => unpacked.Beginning.Length == 0 ? "nothing is packed in it" : null,
            };
            return new(inner is null ? name : $"{inner} in gzip", null, damage, Whole: inner != "pg_dump custom");
        }

        var (seen, wrong) = name switch
        {
            "tar" => (true, BackupEnds.Tar(file, cancel)),
            "zstd" => (true, BackupEnds.Zstandard(file, cancel)),
            "openpgp" when head[0] == '-' => (true, Closed(file, "-----END PGP MESSAGE-----"u8)),
            "openpgp" => (true, BackupEnds.OpenPgp(file, cancel)),
            "age" when head[0] == '-' => (true, Closed(file, "-----END AGE ENCRYPTED FILE-----"u8)),
            "age" => (head.AsSpan().IndexOf("\n--- "u8) >= 0, Age(head, file.Length)),
            "openssl" => (false, file.Length <= 16 ? "it ends with its head" : null),
            "sql" => (true, Sql(head, End(file, Tail))),
            "xz" => (true, End(file, 2).AsSpan().SequenceEqual("YZ"u8) ? null : "it is cut off"),
            "zip" => (true, Contents(End(file, MostTail)) ? null : "it is cut off: its table of contents is missing"),
            "rdb" => (true, End(file, 9) is [0xff, ..] and { Length: 9 } ? null : "it is cut off"),
            "sqlite" => (true, Pages(head, file.Length)),
            _ => (false, null),
        };
        return known with { Whole = seen, Damage = wrong };
    }

    /// <summary>Those who write them end them with a line that says so.</summary>
    static string? Sql(ReadOnlySpan<byte> head, ReadOnlySpan<byte> end)
    {
        var closing = head[..Math.Min(head.Length, 512)].IndexOf("PostgreSQL database cluster"u8) >= 0 ? "PostgreSQL database cluster dump complete" : head[..Math.Min(head.Length, 512)].IndexOf("PostgreSQL"u8) >= 0 ? "PostgreSQL database dump complete" : "Dump completed";
        return Closes(end, closing) ? null : $"it is cut off: it does not end with \"{closing}\"";
    }

    /// <summary>Whether the last line that says anything says this, as a comment; what stands in a row of a table says nothing.</summary>
    public static bool Closes(ReadOnlySpan<byte> end, string words)
    {
        var at = end.LastIndexOf(System.Text.Encoding.ASCII.GetBytes("\n-- " + words));
        if (at < 0) return false;
        // Since 2025 pg_dump takes back there what it restricted at its beginning.
        foreach (var line in end[(at + 1)..].Split((byte)'\n'))
            if (end[(at + 1)..][line].TrimEnd("\r "u8) is { IsEmpty: false } said && !said.StartsWith("--"u8) && !said.StartsWith("\\unrestrict "u8)) return false;
        return true;
    }

    /// <summary>A head up to its authentication, a nonce, and pieces of 64 KiB, each with 16 bytes of its own.</summary>
    static string? Age(ReadOnlySpan<byte> head, long length)
    {
        var mac = head.IndexOf("\n--- "u8);
        var end = mac < 0 ? -1 : head[(mac + 1)..].IndexOf((byte)'\n');
        // More recipients than fit into what is read of the head: then nothing is known of the rest.
        if (mac < 0 || end < 0) return head.Length < Head ? "it is cut off within its head" : null;
        var payload = length - (mac + 1 + end + 1) - 16;
        return payload < 16 || payload % (65536 + 16) is > 0 and < 16 ? "it is cut off" : null;
    }

    /// <summary>The last record of a zip file says how long the note is that may follow it.</summary>
    static bool Contents(ReadOnlySpan<byte> end)
    {
        var at = end.LastIndexOf("PK\u0005\u0006"u8);
        return at >= 0 && end.Length - at >= 22 && end.Length - at == 22 + BinaryPrimitives.ReadUInt16LittleEndian(end[(at + 20)..]);
    }

    static string? Pages(ReadOnlySpan<byte> head, long length)
    {
        if (head.Length < 100) return "it is cut off";
        var size = BinaryPrimitives.ReadUInt16BigEndian(head[16..]) is 1 ? 65536 : BinaryPrimitives.ReadUInt16BigEndian(head[16..]);
        return size < 512 || length < (long)size * BinaryPrimitives.ReadUInt32BigEndian(head[28..]) ? "it has fewer pages than its head says" : null;
    }

    static string? Closed(Stream file, ReadOnlySpan<byte> line) => End(file, Tail).AsSpan().IndexOf(line) >= 0 ? null : "it is cut off: its last line is missing";

    static byte[] End(Stream file, int most)
    {
        var end = new byte[(int)Math.Min(most, file.Length)];
        file.Position = file.Length - end.Length;
        return end[..file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false)];
    }
}
