using System.Text;

namespace Muster.Cli.Load;

/// <summary>A line that fits a terminal: one that wraps would be two, and whoever redraws a block counts its lines.</summary>
static class TerminalLine
{
    const char Escape = '\u001b';

    /// <summary>At most so many characters that are seen. Colours take no room, and one that is on where the line is cut is taken off.</summary>
    public static string Cut(string line, int width)
    {
        var (shown, coloured) = (0, false);
        var cut = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == Escape && line.IndexOf('m', i) is >= 0 and var end)
            {
                coloured = line.AsSpan(i, end - i) is not [Escape, '[', '0'];
                cut.Append(line, i, end - i + 1);
                i = end;
                continue;
            }

            if (shown == Math.Max(1, width))
            {
                if (coloured) cut.Append(Escape).Append("[0m");
                return cut.ToString();
            }

            cut.Append(line[i]);
            shown++;
        }

        return cut.ToString();
    }
}
