using System.Net;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>
/// The ranges that no rule can allow: link-local and metadata addresses (a cloud's credentials are served there), and addresses that are no host at all.
/// Sources: RFC 6890 and its IANA registries; the metadata addresses are those that the clouds document.
/// </summary>
static class NeverAllowed
{
    static readonly (IPNetwork Network, string Says)[] Ranges =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "\"this network\""),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local and metadata"),
        (IPNetwork.Parse("192.0.0.0/24"), "protocol assignments and metadata"),
        (IPNetwork.Parse("100.100.100.200/32"), "metadata"),
        (IPNetwork.Parse("168.63.129.16/32"), "metadata"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved and broadcast"),
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        (IPNetwork.Parse("fec0::/10"), "site-local"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
        (IPNetwork.Parse("fd00:ec2::/32"), "metadata"),
        (IPNetwork.Parse("fd20:ce::/32"), "metadata"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "local NAT64"),
    ];

    /// <summary>What the address is, if it is never allowed.</summary>
    public static string? Says(IPAddress address)
    {
        foreach (var (network, says) in Ranges)
            if (network.Contains(address)) return says;
        return null;
    }

    /// <summary>IPv4 addresses that the IPv6 address carries within it: mapped, translated, compatible, NAT64, 6to4, Teredo, ISATAP. A packet to it may end up there.</summary>
    public static IEnumerable<IPAddress> Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) yield break;
        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || IsCompatible(bytes) || StartsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0) || StartsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) yield return new(bytes.AsSpan(12));
        if (StartsWith(bytes, 0x20, 0x02)) yield return new(bytes.AsSpan(2, 4));
        if (StartsWith(bytes, 0x20, 0x01, 0, 0))
        {
            yield return new(bytes.AsSpan(4, 4));
            yield return new([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]);
        }

        if (bytes[8] is 0x00 or 0x02 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe) yield return new(bytes.AsSpan(12));
    }

    /// <summary><c>::a.b.c.d</c>, but neither <c>::</c> nor <c>::1</c>.</summary>
    static bool IsCompatible(byte[] bytes) =>
        !bytes.AsSpan(0, 12).ContainsAnyExcept((byte)0) && (bytes[12] | bytes[13] | bytes[14]) != 0;

    static bool StartsWith(byte[] bytes, params ReadOnlySpan<byte> prefix) => bytes.AsSpan().StartsWith(prefix);
}
