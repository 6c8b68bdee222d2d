using System.Globalization;
using System.Text;
using Muster.Probes;

namespace Muster.Cli;

/// <summary>What an exercise left behind that was ended in the middle, and what became of it.</summary>
static class LeftBehindText
{
    public static string Of(LeftBehind left)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"  An exercise of {left.Began:yyyy-MM-dd HH:mm} UTC ({left.Kind}) was ended in the middle. Cleaned: "));
        text.Append(string.Create(CultureInfo.InvariantCulture, $"{left.Processes} {(left.Processes == 1 ? "process" : "processes")} ended, {Size(left.Bytes)} of files removed"));
        foreach (var undone in left.Undone) text.Append("; undone: ").Append(undone);
        text.Append('.');
        foreach (var open in left.Open) text.Append("\n  STILL TO BE UNDONE, by hand: ").Append(open);
        return text.ToString();
    }

    static string Size(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}
