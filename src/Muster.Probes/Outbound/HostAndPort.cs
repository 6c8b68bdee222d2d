using System.Buffers;
using System.Globalization;

namespace Muster.Probes;

/// <summary>A target as host and port: from a URL, or from <c>host:port</c>, <c>[::1]:443</c>, <c>host</c>.</summary>
static class HostAndPort
{
    static readonly SearchValues<char> NeverInHosts = SearchValues.Create(" /@?#\r\n\t");

    /// <param name="otherwise">The port when none is said; null makes it required.</param>
    public static (string Host, int Port) Read(string target, int? otherwise)
    {
        if (target.Contains("://", StringComparison.Ordinal))
            return Uri.TryCreate(target, UriKind.Absolute, out var url) && url.Host.Length > 0 && (url.Port > 0 || otherwise is not null)
                ? (url.IdnHost, url.Port > 0 ? url.Port : otherwise!.Value)
                : throw Wrong(target);
        string host, port = "";
        if (target.StartsWith('['))
        {
            var end = target.IndexOf(']', StringComparison.Ordinal);
            if (end < 0) throw Wrong(target);
            host = target[1..end];
            if (end + 1 < target.Length) port = target[end + 1] == ':' && end + 2 < target.Length ? target[(end + 2)..] : throw Wrong(target);
        }
        else if (target.Count(character => character == ':') == 1)
        {
            host = target[..target.IndexOf(':', StringComparison.Ordinal)];
            port = target[(host.Length + 1)..];
            if (port.Length == 0) throw Wrong(target);
        }
        else
        {
            host = target;
        }

        if (host.Length == 0 || host.AsSpan().ContainsAny(NeverInHosts)) throw Wrong(target);
        if (port.Length == 0) return otherwise is { } usual ? (host, usual) : throw Wrong(target);
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? (host, number) : throw Wrong(target);
    }

    static Unseen Wrong(string target) => Given.Wrong("target", $"is not host:port: {target}");
}
