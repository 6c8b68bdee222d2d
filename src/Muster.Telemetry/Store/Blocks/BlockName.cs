using System.Globalization;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>Names of blocks: the day, for people, and a number that no other has.</summary>
static class BlockName
{
    public static string Of(long day, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UnixEpoch.AddDays(day):yyyyMMdd}-{number:d10}{BlockWriter.Suffix}");

    /// <summary>A day, a number, the ending, and nothing else: no way to another folder.</summary>
    public static bool IsOne(string name) =>
        name.Length > 9 && name[8] == '-' && name.EndsWith(BlockWriter.Suffix, StringComparison.Ordinal) && name[..8].All(char.IsAsciiDigit)
        && name[9..^BlockWriter.Suffix.Length] is { Length: > 0 and <= 18 } number && number.All(char.IsAsciiDigit);

    /// <summary>Days since 1970; the greatest number for what is no such name.</summary>
    public static long DayOf(string name) =>
        name.Length > 8 && DateTimeOffset.TryParseExact(name.AsSpan(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
            ? (long)(day - DateTimeOffset.UnixEpoch).TotalDays
            : long.MaxValue;

    public static long NumberOf(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        var end = name.IndexOf('.', StringComparison.Ordinal);
        return dash >= 0 && end > dash && long.TryParse(name.AsSpan(dash + 1, end - dash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
