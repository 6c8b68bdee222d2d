using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The numbers of one session: which were sent and when, and which were answered how often. They outlive the socket that carried them.</summary>
sealed class DrainSession(string name, string template, TimeProvider clock)
{
    readonly Lock _turn = new();
    readonly List<(long At, int Answers)> _numbers = [];
    readonly Regex _echo = new("^" + string.Join(@"(\d+)", template.Split("{n}").Select(Regex.Escape)) + "$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public string Name => name;

    public int Sent { get { lock (_turn) return _numbers.Count; } }

    public int Answered { get { lock (_turn) return _numbers.Count(one => one.Answers > 0); } }

    public int Doubled { get { lock (_turn) return _numbers.Sum(one => Math.Max(0, one.Answers - 1)); } }

    /// <summary>The highest number that was answered; 0 for none.</summary>
    public int Last { get { lock (_turn) return _numbers.FindLastIndex(one => one.Answers > 0) + 1; } }

    /// <summary>What the next message says.</summary>
    public string Next()
    {
        lock (_turn)
        {
            _numbers.Add((clock.GetTimestamp(), 0));
            return Text(_numbers.Count);
        }
    }

    string Text(int number) => template.Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Whether that is an answer to something that was sent.</summary>
    public bool Hear(string text)
    {
        if (_echo.Match(text) is not { Success: true } match || !int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        lock (_turn)
        {
            if (number < 1 || number > _numbers.Count) return false;
            _numbers[number - 1] = (_numbers[number - 1].At, _numbers[number - 1].Answers + 1);
            return true;
        }
    }

    /// <summary>What was sent last and has no answer: it may have been under way when the socket closed, and is sent again over the next.</summary>
    public IReadOnlyList<string> Trailing()
    {
        lock (_turn) return [.. Enumerable.Range(Last + 1, Math.Max(0, _numbers.Count - Last)).Select(Text)];
    }

    /// <summary>
    /// How many were lost: passed over by a later answer, or without one though there was time for it. What was sent just before the closing is nobody's loss where no other socket took it up.
    /// </summary>
    public int Lost(long closed, TimeSpan grace, bool takenUp)
    {
        lock (_turn)
        {
            var last = Last;
            return _numbers.Where((one, i) => one.Answers == 0 && (takenUp || i + 1 < last || clock.GetElapsedTime(one.At, closed) > grace)).Count();
        }
    }
}
