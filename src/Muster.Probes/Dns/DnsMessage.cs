using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Muster.Probes;

/// <summary>The record types that can be asked for, by their numbers.</summary>
enum DnsType : ushort { A = 1, NS = 2, CNAME = 5, MX = 15, TXT = 16, AAAA = 28, CAA = 257 }

/// <summary>A DNS message (RFC 1035, 4), as far as one question and its answer need it. Reading is bounded and never throws, whatever the bytes.</summary>
abstract record DnsMessage
{
    const int MostRecords = 500;
    const int Header = 12;

    DnsMessage() { }

    /// <param name="Code">The response code, 0 for "no error", 3 for "no such name".</param>
    /// <param name="Ttl">The least time to live of the records, in seconds; 0 when there are none.</param>
    public sealed record Answer(int Code, bool Authoritative, ImmutableArray<string> Records, uint Ttl) : DnsMessage;

    /// <summary>Cut by the transport: to be asked again over TCP.</summary>
    public sealed record Truncated : DnsMessage;

    /// <summary>An answer to something else; whoever waits goes on waiting.</summary>
    public sealed record NotOurs : DnsMessage;

    public sealed record Malformed(string Says) : DnsMessage;

    static readonly DnsMessage Cut = new Truncated();
    static readonly DnsMessage Foreign = new NotOurs();

    /// <summary>A question with recursion desired, or null if the name is none that DNS can carry.</summary>
    public static byte[]? Ask(ushort id, string name, DnsType type)
    {
        var message = new List<byte>(64) { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > 63 || !Ascii.IsValid(label)) return null;
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, (byte)((ushort)type >> 8), (byte)type, 0, 1]);
        return message.Count - Header - 4 <= 255 ? [.. message] : null;
    }

    public static DnsMessage Read(ReadOnlySpan<byte> message, ushort id, string name, DnsType type)
    {
        if (message.Length < Header || U16(message, 0) != id || (message[2] & 0x80) == 0) return Foreign;
        var at = Header;
        if (U16(message, 4) != 1 || DnsName.Read(message, ref at) is not { } asked || at + 4 > message.Length) return new Malformed("the question is not echoed");
        if (!asked.Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase) || U16(message, at) != (ushort)type) return Foreign;
        if ((message[2] & 0x02) != 0) return Cut;
        at += 4;
        int answers = U16(message, 6);
        if (answers > MostRecords) return new Malformed($"{answers} records, more than {MostRecords}");
        return Collect(message, at, answers, asked, type, out var records, out var ttl) is { } wrong
            ? new Malformed(wrong)
            : new Answer(message[3] & 0x0f, (message[2] & 0x04) != 0, records, ttl);
    }

    /// <summary>Reads the records that answer the name itself, or where its aliases lead; says what is wrong, or null.</summary>
    static string? Collect(ReadOnlySpan<byte> message, int at, int count, string name, DnsType type, out ImmutableArray<string> records, out uint ttl)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var owners = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        (records, ttl) = ([], 0);
        var least = uint.MaxValue;
        for (var i = 0; i < count; i++)
        {
            if (DnsName.Read(message, ref at) is not { } owner) return "a name that cannot be read";
            if (at + 10 > message.Length) return "a record that ends early";
            var (kind, time, length) = (U16(message, at), BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]), U16(message, at + 8));
            at += 10;
            if (at + length > message.Length) return "a record that ends early";
            if (owners.Contains(owner) && (kind == (ushort)type || kind == (ushort)DnsType.CNAME))
            {
                if (DnsData.Read(message, at, length, (DnsType)kind) is not { } data) return $"a record of type {kind} that cannot be read";
                least = Math.Min(least, time);
                if (kind == (ushort)type) found.Add(data);
                else owners.Add(data);
            }

            at += length;
        }

        found.Sort(StringComparer.Ordinal);
        records = found.DrainToImmutable();
        ttl = least == uint.MaxValue ? 0 : least;
        return null;
    }

    static ushort U16(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
}
