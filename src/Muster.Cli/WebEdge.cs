using System.Collections.Immutable;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The document behind <c>muster check URL</c>: the built-in pack, one environment, one gate that nobody signs.</summary>
static class WebEdge
{
    public const string Pack = "web-edge@2";

    /// <exception cref="Refusal">The URL is none that can be checked.</exception>
    public static Document Document(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Host.Length == 0) throw Refusal.Usage($"{url}: not a URL", "as https://host:8443");
        if (parsed.UserInfo.Length > 0) throw Refusal.Usage("the URL carries credentials, which would be shown", "leave them out");
        var text = $"""
            muster: 1
            system: {Quote(parsed.Host)}
            title: {Quote("The web edge of " + parsed.Authority)}
            include: [ "pack:{Pack}" ]
            environments: {"{"} here: {"{}"} {"}"}
            targets: {"{"} edge: {Quote(parsed.GetLeftPart(UriPartial.Path).TrimEnd('/'))} {"}"}
            gates: {"{"} web-edge: {"{"} environment: here, require: all {"}"} {"}"}
            """;
        var main = new Fetched.File(Encoding.UTF8.GetBytes(text));
        var reading = DocumentReader.Read("muster.yaml", path => path == "muster.yaml" ? main : new Fetched.Missing(), ProbeKinds.Catalogue, Workspace.Zone, Packs.Fetch);
        return reading.Document ?? throw new InvalidOperationException("the built-in pack has mistakes\n" + ProblemText.Render(reading.Problems));
    }

    static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
