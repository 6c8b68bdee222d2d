using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Server.Api;

/// <summary>The parameters of a request, from its address or its form, and what is wrong with them.</summary>
sealed class Asked(IQueryCollection query, IFormCollection? form)
{
    public static async Task<Asked> Of(HttpContext context) => new(context.Request.Query, context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null);

    public string? Text(string name) => All(name) is [var first, ..] ? first : null;

    public string[] All(string name)
    {
        var values = query.TryGetValue(name, out var inQuery) ? inQuery : StringValues.Empty;
        if (form is not null && form.TryGetValue(name, out var inForm)) values = StringValues.Concat(values, inForm);
        return [.. values.Where(value => !string.IsNullOrEmpty(value)).Select(value => value!)];
    }

    public string Needed(string name) => Text(name) ?? throw new BadRequest($"invalid parameter \"{name}\": it is not given");

    /// <summary>Seconds since 1970 with a fraction, or RFC 3339; in milliseconds.</summary>
    public long Time(string name, long otherwise) => Text(name) is { } text ? Time(name, text) : otherwise;

    public long NeededTime(string name) => Time(name, Needed(name));

    static long Time(string name, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 9.2e15) return (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) && text.Length > 9) return moment.ToUnixTimeMilliseconds();
        throw new BadRequest($"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid timestamp");
    }

    /// <summary>A number of seconds, or 1h30m; in milliseconds.</summary>
    public long? Duration(string name)
    {
        if (Text(name) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 9.2e12) return (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        return Durations.TryRead(text, out var milliseconds) ? milliseconds : throw new BadRequest($"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid duration");
    }

    /// <returns>0: no bound.</returns>
    public int Limit() => Text("limit") is not { } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : throw new BadRequest("invalid parameter \"limit\": it must be a number, 0 or more");

    public IReadOnlyList<ImmutableArray<Matcher>> Selectors() => [.. All("match[]").Select(Selector)];

    static ImmutableArray<Matcher> Selector(string text)
    {
        try { return PromqlParser.ParseSelector(text); }
        catch (QueryProblem problem) { throw new BadRequest($"invalid parameter \"match[]\": {ParseErrorText.Of(text, problem)}"); }
    }
}
