using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Server.Api;

/// <summary>The parameters of a request, from its address or its form, and what is wrong with them.</summary>
sealed partial class Asked(IQueryCollection query, IFormCollection? form)
{
    public static async Task<Asked> Of(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return new(context.Request.Query, null);
        try { return new(context.Request.Query, await context.Request.ReadFormAsync(context.RequestAborted)); }
        catch (InvalidDataException bad) { throw new BadRequest($"the form cannot be read: {bad.Message}"); }
    }

    /// <returns>Null: it is not given, or empty.</returns>
    public string? Text(string name) => Array.Find(All(name), static value => value.Length > 0);

    /// <summary>What the form says comes before what the address says.</summary>
    public string[] All(string name)
    {
        var values = form is not null && form.TryGetValue(name, out var inForm) ? inForm : StringValues.Empty;
        if (query.TryGetValue(name, out var inQuery)) values = StringValues.Concat(values, inQuery);
        return [.. values.Select(value => value ?? "")];
    }

    public string Needed(string name) => Text(name) ?? throw new BadRequest($"invalid parameter \"{name}\": it is not given");

    /// <summary>Seconds since 1970 with a fraction, or RFC 3339; in milliseconds.</summary>
    public long Time(string name, long otherwise) => Text(name) is { } text ? Time(name, text) : otherwise;

    public long NeededTime(string name) => Time(name, Needed(name));

    const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    static long Time(string name, string text)
    {
        // A difference of two, or a time and an offset, must still be a time.
        if (double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 9.2e15) return Math.Clamp((long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero), long.MinValue / 4, long.MaxValue / 4);
        // .NET reads much else for a moment, and guesses which number is the month.
        if (Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)) return moment.ToUnixTimeMilliseconds();
        throw new BadRequest($"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid timestamp");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    /// <summary>A number of seconds, or 1h30m; in milliseconds.</summary>
    public long? Duration(string name)
    {
        if (Text(name) is not { } text) return null;
        if (double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 9.2e9) return (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        return Durations.TryRead(text, out var milliseconds) && milliseconds < 9_200_000_000_000 ? milliseconds : throw new BadRequest($"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid duration");
    }

    /// <returns>0: no bound.</returns>
    public int Limit() => Text("limit") is not { } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : throw new BadRequest("invalid parameter \"limit\": it must be a number, 0 or more");

    public IReadOnlyList<ImmutableArray<Matcher>> Selectors() => [.. All("match[]").Select(text => Read("match[]", text, PromqlParser.ParseSelector))];

    /// <summary>What cannot be read is told with the parameter it stands in and the place.</summary>
    public static T Read<T>(string name, string text, Func<string, T> read)
    {
        try { return read(text); }
        catch (QueryProblem problem) when (problem.Kind == QueryProblemKind.BadData) { throw new BadRequest($"invalid parameter \"{name}\": {ParseErrorText.Of(text, problem)}"); }
    }
}
