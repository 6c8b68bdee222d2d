using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>TCP addresses that are listened on, as /proc/net/tcp and tcp6 list them (proc(5)).</summary>
static class Listeners
{
    const int MostLines = 100_000;
    const string Listen = "0A";

    /// <summary>Each address once, in order, as 127.0.0.1:5432, [::1]:5432, or *:443 for all addresses.</summary>
    public static ImmutableArray<string> Parse(params ReadOnlySpan<string> tables)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var table in tables)
            foreach (var line in table.Split('\n').Skip(1).Take(MostLines))
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, Listen, ..] && End(local) is { } end)
                    found.Add(Shown(end));
        return [.. found];
    }

    /// <summary>What must listen and does not, and what else listens beyond loopback. All addresses stand for each of them, and not the other way round.</summary>
    public static (List<string> Missing, List<string> Unexpected) Beside(ImmutableArray<string> listening, ImmutableArray<string> meant)
    {
        foreach (var one in meant)
            if (Read(one) is null) throw Given.Wrong("listeners", $"is no address and port, as 127.0.0.1:5432, [::1]:5432 or *:443: {one}");
        var wanted = meant.Select(one => Read(one)!).ToHashSet();
        return (
            [.. meant.Where(one => !listening.Any(found => Read(found) is { } end && (end.Equals(Read(one)) || IsAny(end) && end.Port == Read(one)!.Port)))],
            [.. listening.Where(found => Read(found) is { } end && !IPAddress.IsLoopback(end.Address) && !wanted.Contains(end))]);
    }

    static bool IsAny(IPEndPoint end) => end.Address.Equals(IPAddress.Any);

    static IPEndPoint? Read(string text) =>
        text.StartsWith("*:", StringComparison.Ordinal) ? int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? new(IPAddress.Any, port) : null
        : text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var end) && end.Port > 0 ? end : null;

    static string Shown(IPEndPoint end) => IsAny(end) ? string.Create(CultureInfo.InvariantCulture, $"*:{end.Port}") : end.ToString();

    /// <summary>The address stands in hexadecimal, each 32 bits in the order of this machine's bytes, the port in that of the network.</summary>
    public static IPEndPoint? End(string text)
    {
        if (text.Split(':') is not [{ Length: 8 or 32 } address, { Length: 4 } written] || !ushort.TryParse(written, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)) return null;
        var bytes = new byte[address.Length / 2];
        for (var i = 0; i < bytes.Length; i += 4)
        {
            if (!uint.TryParse(address.AsSpan(i * 2, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word)) return null;
            if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i), word);
            else BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i), word);
        }

        var ip = new IPAddress(bytes);
        if (ip.AddressFamily == AddressFamily.InterNetworkV6 && ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        return new(ip.Equals(IPAddress.IPv6Any) ? IPAddress.Any : ip, port); // [::] takes IPv4 too, unless told otherwise; the table does not say.
    }
}
