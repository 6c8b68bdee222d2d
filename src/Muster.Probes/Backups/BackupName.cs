using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Probes;

/// <summary>The time that a backup's name tells: 20261127, 2026-11-27T02-00-00Z, 2026-11-27_0200. Without a zone it is of the one that is said, else UTC.</summary>
static partial class BackupName
{
    /// <param name="Exact">Whether the time of day is told too.</param>
    public readonly record struct Told(DateTimeOffset At, bool Exact);

    public static Told? Time(string name, TimeSpan zone)
    {
        // One that is no day may share the sign before the next.
        for (var match = Written().Match(name); match.Success; match = Written().Match(name, match.Index + 1))
        {
            var clock = match.Groups["h"].Success;
            var text = $"{match.Groups["y"]}{match.Groups["m"]}{match.Groups["d"]}" + (clock ? $"{match.Groups["h"]}{match.Groups["i"]}{(match.Groups["s"].Success ? match.Groups["s"].Value : "00")}" : "000000");
            if (!DateTime.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) continue;
            return new(new DateTimeOffset(local, match.Groups["z"].Success ? TimeSpan.Zero : zone).ToUniversalTime(), clock);
        }

        return null;
    }

    [GeneratedRegex(@"(?:^|[^0-9])(?<y>20[0-9]{2})[-_.]?(?<m>[0-9]{2})[-_.]?(?<d>[0-9]{2})(?:[T_. -]?(?<h>[0-9]{2})[-_:.]?(?<i>[0-9]{2})(?:[-_:.]?(?<s>[0-9]{2}))?(?<z>Z)?)?(?:[^0-9]|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();
}
