using System.Text.RegularExpressions;

namespace Muster.House.Tests;

/// <summary>
/// Every socket that Muster opens goes through the outbound guard's dial function. Its folder alone may open one; the folders of loopback
/// fixtures, and where the server asks whether an address can be had, may listen and never connect (a datagram server answers whoever asked by SendTo); an HTTP handler elsewhere must be given the dial function as its ConnectCallback.
/// </summary>
static partial class Outbound
{
    const string Guard = "src/Muster.Probes/Outbound/";

    public static readonly string[] Listeners = ["src/Muster.Probes/Loopback/", "src/Muster.Probes/Fixtures/", "src/Muster.Server/ListenAddress.cs"];

    public static IEnumerable<string> Broken(SourceFile file)
    {
        if (file.Path.StartsWith(Guard, StringComparison.Ordinal)) yield break;
        var listens = Listeners.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal));
        foreach (Match opens in (listens ? Connects() : Opens()).Matches(file.Code))
            yield return $"{file.Path}:{file.LineOf(opens.Index)}: {opens.Value.Trim()} opens connections past the outbound guard; use its dial function";
        foreach (Match handler in Handlers().Matches(file.Code))
            if (!Dialled().IsMatch(file.Code[handler.Index..]))
                yield return $"{file.Path}:{file.LineOf(handler.Index)}: a SocketsHttpHandler without ConnectCallback dials by itself";
    }

    /// <summary>Types of the base library that reach the network by themselves; an HttpClient only when nobody hands it a handler.</summary>
    [GeneratedRegex(@"\bnew\s+HttpClient\s*(\(\s*\)|\{)|\bHttpClient\s+\w+\s*=\s*new\s*\(\s*\)|\b(HttpClientHandler|TcpClient|UdpClient|TcpListener|HttpListener|ClientWebSocket|SmtpClient|WebClient|FtpWebRequest|HttpWebRequest|WebRequest|QuicConnection|QuicListener|Ping)\b(?=\s*[(.?]|\s+\w+\s*[=;,)])|\bnew\s+Socket\b|\bSocket\s+\w+\s*=\s*new\b|\bDns\s*\.")]
    private static partial Regex Opens();

    [GeneratedRegex(@"\bnew\s+HttpClient\s*(\(\s*\)|\{)|\b(HttpClientHandler|TcpClient|UdpClient|ClientWebSocket|SmtpClient|WebClient|WebRequest|QuicConnection|Ping)\b|\bDns\s*\.|\.\s*(Connect|ConnectAsync|BeginConnect)\s*\(")]
    private static partial Regex Connects();

    [GeneratedRegex(@"\bnew\s+SocketsHttpHandler\b|\bSocketsHttpHandler\s+\w+\s*=\s*new\b")]
    private static partial Regex Handlers();

    [GeneratedRegex(@"\bConnectCallback\s*=(?!\s*null)")]
    private static partial Regex Dialled();
}
