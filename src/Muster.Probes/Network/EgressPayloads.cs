using System.Globalization;
using System.Net;

namespace Muster.Probes;

/// <summary>An address that must not be fetched, by the class that it is of.</summary>
sealed record EgressPayload(string Class, string Name, string Url)
{
    /// <summary>Whether it leads to our own listener, which hears whoever comes: there an error of any kind is a refusal when nobody came.</summary>
    public bool IsHeard { get; init; } = Class is "own" or "disguise" or "rebinding" || Class == "redirect" && !Name.StartsWith("to ", StringComparison.Ordinal);

    /// <summary>Spellings that a service may take for the address, and whose connection goes to an IPv6 address at which nobody of ours listens.</summary>
    public static bool IsElsewhere(string spelling) => spelling is "compatible" or "translated";
}

/// <summary>What a filter of addresses is tried with: the same few addresses in every spelling that a resolver or a URL parser takes, other schemes, and ways around.</summary>
static class EgressPayloads
{
    public static readonly string[] Classes = ["own", "metadata", "link_local", "private", "scheme", "disguise", "redirect", "rebinding", "public"];

    /// <summary>Every class unless said; addresses of the public network are denied only where the question says so.</summary>
    public static readonly string[] Usual = [.. Classes.Where(name => name != "public")];

    public static IEnumerable<EgressPayload> Of(IPAddress allowed, IPAddress denied, EgressSink sink)
    {
        var port = ":" + sink.Port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, host) in Spellings(denied)) yield return new("own", $"{denied} {name}", $"http://{host}{port}/") { IsHeard = !EgressPayload.IsElsewhere(name) };
        if (sink.HasSix)
            foreach (var host in (string[])["[::1]", "[0:0:0:0:0:0:0:1]"]) yield return new("own", host, $"http://{host}{port}/");

        var metadata = IPAddress.Parse("169.254.169.254");
        foreach (var (name, host) in Spellings(metadata)) yield return new("metadata", $"{metadata} {name}", $"http://{host}/latest/meta-data/");
        foreach (var host in (string[])["[fd00:ec2::254]", "100.100.100.200", "168.63.129.16"]) yield return new("metadata", host, $"http://{host}/");
        foreach (var host in (string[])["169.254.1.1", "[fe80::1]", "0.0.0.0", "[::]", "224.0.0.1", "255.255.255.255"]) yield return new("link_local", host, $"http://{host}/");
        foreach (var host in (string[])["10.255.255.1", "172.31.255.254", "192.168.255.254", "[fd12:3456::1]", "0x0aff0001", "[::ffff:10.255.255.1]"]) yield return new("private", host, $"http://{host}/");
        yield return new("public", "198.51.100.7", "http://198.51.100.7/");

        foreach (var url in (string[])["file:///etc/passwd", "file://localhost/etc/passwd", $"gopher://{denied}{port}/_GET%20/", $"ftp://{denied}{port}/", $"dict://{denied}{port}/stat", $"ldap://{denied}{port}/", $"tftp://{denied}{port}/a", $"jar:http://{denied}{port}/a.jar!/b", "data:text/plain,root:x:0:0:"])
            yield return new("scheme", url[..url.IndexOf(':', StringComparison.Ordinal)] + (url.Contains("localhost", StringComparison.Ordinal) ? " localhost" : ""), url);

        yield return new("disguise", "user name", $"http://{allowed}@{denied}{port}/");
        yield return new("disguise", "user name and password", $"http://{allowed}:80@{denied}{port}/");
        yield return new("disguise", "fragment", $"http://{denied}{port}/#@{allowed}/");
        yield return new("disguise", "query", $"http://{denied}{port}/?http://{allowed}/");
        yield return new("disguise", "backslash", $"http://{denied}{port}\\@{allowed}/");
        yield return new("disguise", "upper-case scheme", $"HTTP://{denied}{port}/");
        yield return new("disguise", "without scheme", $"//{denied}{port}/");

        foreach (var status in (int[])[301, 302, 303, 307, 308])
            yield return new("redirect", string.Create(CultureInfo.InvariantCulture, $"by {status}"), $"http://{allowed}{port}{sink.Redirect($"http://{denied}{port}/", status)}");
        var second = sink.Redirect($"http://{denied}{port}/", 302);
        yield return new("redirect", "a chain", $"http://{allowed}{port}{sink.Redirect($"http://{allowed}{port}{second}", 302)}");
        yield return new("redirect", "to metadata", $"http://{allowed}{port}{sink.Redirect($"http://{metadata}/latest/meta-data/", 302)}");
        yield return new("redirect", "to another spelling", $"http://{allowed}{port}{sink.Redirect($"http://{Number(denied)}{port}/", 302)}");
        yield return new("redirect", "to a file", $"http://{allowed}{port}{sink.Redirect("file:///etc/passwd", 302)}");
    }

    static uint Number(IPAddress address)
    {
        var b = address.GetAddressBytes();
        return (uint)(b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
    }

    /// <summary>How an IPv4 address may be written where a host goes (inet_aton(3); RFC 4291, 2.5.5; RFC 6052).</summary>
    public static IEnumerable<(string Name, string Host)> Spellings(IPAddress address)
    {
        var (b, number) = (address.GetAddressBytes(), Number(address));
        string Each(Func<byte, string> part) => string.Join('.', b.Select(part));
        yield return ("as it is", address.ToString());
        yield return ("decimal", number.ToString(CultureInfo.InvariantCulture));
        yield return ("hex", $"0x{number:x8}");
        yield return ("upper-case hex", $"0X{number:X8}");
        yield return ("hex parts", Each(part => $"0x{part:x}"));
        yield return ("octal parts", Each(part => "0" + Convert.ToString(part, 8)));
        yield return ("octal parts with zeros", Each(part => "000" + Convert.ToString(part, 8).PadLeft(3, '0')));
        yield return ("octal", "0" + Convert.ToString((long)number, 8));
        yield return ("two parts", string.Create(CultureInfo.InvariantCulture, $"{b[0]}.{number & 0xffffff}"));
        yield return ("three parts", string.Create(CultureInfo.InvariantCulture, $"{b[0]}.{b[1]}.{number & 0xffff}"));
        yield return ("mapped", $"[::ffff:{address}]");
        yield return ("mapped in hex", $"[::ffff:{number >> 16:x}:{number & 0xffff:x}]");
        yield return ("compatible", $"[::{address}]");
        yield return ("translated", $"[64:ff9b::{address}]");
        yield return ("with a trailing dot", address + ".");
        // Wide digits, which a name is normalised from (RFC 5891).
        yield return ("wide digits", string.Concat(address.ToString().Select(letter => char.IsAsciiDigit(letter) ? (char)(letter - '0' + '\uff10') : letter)));
    }
}
