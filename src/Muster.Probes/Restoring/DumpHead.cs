using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Probes;

/// <summary>What pg_dump wrote at the beginning of a dump.</summary>
/// <param name="Format">custom, directory, tar or plain; the table of contents in a folder calls itself tar.</param>
/// <param name="Server">The version of the server that was dumped.</param>
/// <param name="Made">By the clock of the machine that dumped, which writes no zone beside it: taken as UTC. A plain dump says nothing of it.</param>
sealed partial record DumpHead(string Format, string? Server, string? Dumper, string? Database, DateTime? Made)
{
    /// <summary>A dump's own beginning is within this.</summary>
    public const int Length = 8192;
    const int LongestText = 1024;
    const int TarName = 257;

    /// <summary>What can read it must not be older than the server that was dumped, nor than the program that wrote it.</summary>
    public int? Major => Of(Server) is not { } server ? null : Math.Max(server, Of(Dumper) ?? 0);

    static int? Of(string? version) => version is not null && int.TryParse(version.AsSpan(0, version.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : version.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;

    /// <summary>Null where the bytes are the beginning of no dump.</summary>
    public static DumpHead? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("PGDMP"u8)) return Archive(bytes);
        // The first file of a dump as tar is its table of contents.
        if (bytes.Length >= 512 && bytes.StartsWith("toc.dat\0"u8) && bytes[TarName..].StartsWith("ustar"u8)) return Archive(bytes[512..]) is { } inside ? inside with { Format = "tar" } : null;
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Length)]);
        return Plain().IsMatch(text) ? new("plain", From().Match(text) is { Success: true } server ? server.Groups[1].Value : null, By().Match(text) is { Success: true } dumper ? dumper.Groups[1].Value : null, null, null) : null;
    }

    static DumpHead? Archive(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes.StartsWith("PGDMP"u8) || bytes[5] != 1 || bytes[8] is < 1 or > 8) return null;
        var (minor, width) = (bytes[6], bytes[8]);
        var format = bytes[10] switch { 1 => "custom", 3 => "tar", 5 => "directory", _ => null };
        var at = 11;
        // Since 1.15 (PostgreSQL 16) one byte names the compression; before that a number its level.
        if (format is null || minor >= 15 && ++at > bytes.Length || minor < 15 && Number(bytes, ref at, width) is null) return null;
        Span<int> time = stackalloc int[7];
        for (var i = 0; i < time.Length; i++)
            if (Number(bytes, ref at, width) is { } part) time[i] = part;
            else return null;
        var (database, server, dumper) = (Text(bytes, ref at, width), Text(bytes, ref at, width), Text(bytes, ref at, width));
        return server is null ? null : new(format, server, dumper, database, Time(time));
    }

    static DateTime? Time(ReadOnlySpan<int> tm)
    {
        if (tm[5] is < 70 or > 8000 || tm[4] is < 0 or > 11 || tm[3] is < 1 or > 31 || tm[2] is < 0 or > 23 || tm[1] is < 0 or > 59 || tm[0] is < 0 or > 60) return null;
        var (year, month) = (1900 + tm[5], 1 + tm[4]);
        return tm[3] > DateTime.DaysInMonth(year, month) ? null : new DateTime(year, month, tm[3], tm[2], tm[1], Math.Min(tm[0], 59), DateTimeKind.Utc);
    }

    /// <summary>A byte for the sign, then the bytes of the number, the lowest first.</summary>
    static int? Number(ReadOnlySpan<byte> bytes, ref int at, int width)
    {
        if (bytes.Length - at < 1 + width) return null;
        long number = 0;
        for (var i = 0; i < width; i++) number |= (long)bytes[at + 1 + i] << (8 * i);
        if (number is < 0 or > int.MaxValue) return null;
        if (bytes[at] != 0) number = -number;
        at += 1 + width;
        return (int)number;
    }

    static string? Text(ReadOnlySpan<byte> bytes, ref int at, int width)
    {
        if (Number(bytes, ref at, width) is not (>= 0 and <= LongestText and var length) || bytes.Length - at < length) return null;
        var text = Encoding.UTF8.GetString(bytes.Slice(at, length));
        at += length;
        return text;
    }

    [GeneratedRegex(@"\A(--\s*\n)*-- PostgreSQL database dump\r?\n")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^-- Dumped from database version (\d+\S*)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"^-- Dumped by pg_dump version (\d+\S*)", RegexOptions.Multiline)]
    private static partial Regex By();
}
