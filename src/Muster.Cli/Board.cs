using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A verdict in the format that was asked for.</summary>
static class Board
{
    static readonly string[] Locales = ["LC_ALL", "LC_CTYPE", "LANG"];

    public static void Print(Decision decision, Output output, Host host, bool verbose = false) => output.Data.Write(output.Format switch
    {
        Format.Json => JsonReport.Render(decision),
        Format.Md => MarkdownReport.Render(decision),
        Format.Html => HtmlReport.Render(decision, null),
        _ => TextReport.Render(decision, Style(host, verbose)),
    });

    public static TextStyle Style(Host host, bool verbose = false) => new()
    {
        Width = host.Interactive ? Math.Clamp(Console.WindowWidth, 60, 140) : 100,
        Colour = host.Interactive,
        Unicode = Locale(host) is not ("C" or "POSIX"),
        Verbose = verbose,
    };

    /// <summary>As POSIX has it: the first of these that is set. A machine that sets none is taken to read UTF-8, as containers do.</summary>
    static string? Locale(Host host) => Locales.Select(host.Variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
