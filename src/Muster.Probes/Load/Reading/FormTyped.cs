using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A value of the form as one type or another; what does not fit is reported and null.</summary>
static class FormTyped
{
    /// <summary>No time of a plan is longer: a month.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromDays(31);

    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>The highest rate that a plan may ask for, a second.</summary>
    public const double HighestRate = 1_000_000;

    public static string? Text(Value value, string path, FormProblems problems)
    {
        switch (value)
        {
            case Value.Text text: return text.Is;
            case Value.Number number: return problems.Form.Written(path) ?? number.ToString();
            case Value.Truth truth: return truth.Is ? "true" : "false";
            default: return Wrong<string>(problems, path, $"There is {Named(value)} where a text was expected.", "Write a text behind the colon.");
        }
    }

    public static TimeSpan? Duration(Value value, string path, FormProblems problems, TimeSpan most, bool zero)
    {
        if (Text(value, path, problems) is not { } text) return null;
        if (Seconds(text) is not { } seconds) return WrongTime(text, path, problems);
        if (seconds <= most.TotalSeconds && (seconds > 0 || zero && seconds == 0)) return TimeSpan.FromSeconds(seconds);
        problems.Add(path, $"\"{text}\" is {(seconds > 0 ? "too long" : "no time")}.", $"Write at most {Quantity.Show(most)}{(zero ? "" : ", and more than nothing")}.");
        return null;
    }

    /// <summary><c>1s</c>, or <c>1s..3s</c> of which each pause is drawn.</summary>
    public static Pause Pause(Value value, string path, FormProblems problems)
    {
        if (Text(value, path, problems) is not { } text) return default;
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var (least, most) = dots < 0 ? (Seconds(text), Seconds(text)) : (Seconds(text[..dots]), Seconds(text[(dots + 2)..]));
        if (least is not { } from || most is not { } to)
        {
            problems.Add(path, $"\"{text}\" is not a pause.", "Write a duration as 1s, or two with dots between as 1s..3s.");
            return default;
        }

        if (from >= 0 && from <= to && to <= LongestPause.TotalSeconds) return new(TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to));
        problems.Add(path, from > to ? $"\"{text}\" ends before it begins." : from < 0 ? $"\"{text}\" is less than no pause." : $"\"{text}\" is too long a pause.", $"Write the shorter one first, and at most {Quantity.Show(LongestPause)}.");
        return default;
    }

    public static long? Whole(Value value, string path, FormProblems problems, long least, long most)
    {
        var text = value is Value.Number { Is: var number } && number == Math.Floor(number) && Math.Abs(number) < 1e15 ? ((long)number).ToString(CultureInfo.InvariantCulture) : Text(value, path, problems);
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole >= least && whole <= most) return whole;
        problems.Add(path, $"\"{text}\" is not a whole number from {least} to {most}.", "Write it in digits.");
        return null;
    }

    /// <summary>Events a second: <c>500/s</c>, <c>30/m</c>, or a plain number.</summary>
    public static double? Rate(Value value, string path, FormProblems problems, bool zero)
    {
        if (Text(value, path, problems) is not { } text) return null;
        if (!Quantity.TryRead(text, Shape.Rate, out var rate, out _) && !Quantity.TryRead(text, Shape.Number, out rate, out _))
            return WrongRate(problems, path, $"\"{text}\" is not a rate.", "Write 500/s, 30/m or 100/h.");
        if (rate < 0 || rate == 0 && !zero) return WrongRate(problems, path, $"\"{text}\" is no load.", "Write a rate above nothing, as 500/s.");
        if (rate > HighestRate) return WrongRate(problems, path, $"\"{text}\" is more than {HighestRate.ToString("N0", CultureInfo.InvariantCulture)}/s, which no engine on one machine begins.", "Write a lower rate; spread a larger load over machines.");
        return rate;
    }

    /// <summary>A share: <c>50%</c>, or a number from 0 to 1.</summary>
    public static double? Share(Value value, string path, FormProblems problems)
    {
        if (Text(value, path, problems) is not { } text) return null;
        if ((Quantity.TryRead(text, Shape.Percentage, out var share, out _) || Quantity.TryRead(text, Shape.Number, out share, out _)) && share is > 0 and <= 1) return share;
        problems.Add(path, $"\"{text}\" is not a share above 0% and up to 100%.", "Write 50%.");
        return null;
    }

    public static string Named(Value value) => value switch
    {
        Value.Nothing => "nothing",
        Value.Truth => "true or false",
        Value.Number => "a number",
        Value.Text => "a text",
        Value.Items => "a list",
        _ => "a map",
    };

    public static string Shown(Value value) => value is Value.Text or Value.Number ? $"\"{Bounded.Start(value is Value.Text text ? text.Is : value.ToString(), 80)}\"" : Named(value);

    static double? Seconds(string text) => Quantity.TryRead(text.Trim(), Shape.Duration, out var seconds, out _) ? seconds : GoDuration.Seconds(text.Trim());

    static TimeSpan? WrongTime(string text, string path, FormProblems problems)
    {
        var number = Quantity.TryRead(text, Shape.Number, out _, out _);
        problems.Add(path, number ? $"\"{text}\" has no unit." : $"\"{text}\" is not a duration.", number ? $"Write {text}s if seconds are meant." : "Write a number and a unit, as 30s, 5m or 1m30s.");
        return null;
    }

    static double? WrongRate(FormProblems problems, string path, string says, string fix)
    {
        problems.Add(path, says, fix);
        return null;
    }

    static T? Wrong<T>(FormProblems problems, string path, string says, string fix) where T : class
    {
        problems.Add(path, says, fix);
        return null;
    }
}
