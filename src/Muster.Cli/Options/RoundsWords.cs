using System.CommandLine;
using System.Globalization;

namespace Muster.Cli;

/// <summary>The options of <c>muster check</c> that make it go on.</summary>
sealed class RoundsWords
{
    static readonly TimeSpan LongestEvery = TimeSpan.FromDays(31);

    readonly Option<string?> _every = new("--every") { Description = "Check again and again, as every 1h, and tell only changes of verdict. Once the gate has opened, rounds ask whether that still holds.", HelpName = "DURATION" };
    readonly Option<string?> _jitter = new("--jitter") { Description = "Begin each round up to so much later, at random (default: a tenth of --every).", HelpName = "DURATION" };
    readonly Option<int?> _most = new("--rounds")
    {
        Description = "End after so many rounds, and exit by the last verdict. --rounds 1 is one round as a timer starts it.",
        HelpName = "N",
        CustomParser = result =>
        {
            var word = result.Tokens is [var token] ? token.Value : "";
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1) return number;
            result.AddError($"--rounds {word}: not a whole number from 1");
            return null;
        },
    };

    readonly WebhookOptions _webhook = new();

    public void AddTo(Command command)
    {
        command.Add(_every);
        command.Add(_jitter);
        command.Add(_most);
        _webhook.AddTo(command);
    }

    /// <summary>Null for one check as people make it: it prints the whole board, and tells nobody.</summary>
    public RoundsOptions? Read(Host host, ParseResult parsed)
    {
        var (every, most) = (parsed.GetValue(_every), parsed.GetValue(_most));
        if (every is null && most is null)
        {
            if (parsed.GetValue(_jitter) is not null) throw Refusal.Usage("--jitter without --every", "say how often: --every 1h");
            return _webhook.Said(parsed) ? throw Refusal.Usage("--webhook without rounds tells nobody", "--every 1h, or --rounds 1 for one round") : null;
        }

        if (every is null && most > 1) throw Refusal.Usage($"--rounds {most} without --every", "say how often: --every 1h");
        var often = every is null ? (TimeSpan?)null : Durations.Read(every, "--every");
        if (often > LongestEvery) throw Refusal.Usage($"--every {every}: longer than 31 days", "a shorter time; freshness is what a control says under `fresh:`");
        var jitter = parsed.GetValue(_jitter) is { } said ? Durations.Read(said, "--jitter") : (often ?? TimeSpan.Zero) / 10;
        if (jitter > often) throw Refusal.Usage($"--jitter {parsed.GetValue(_jitter)}: longer than --every", "at most as long");
        return new() { Every = often, Jitter = jitter, Most = most, Webhook = _webhook.Open(host, parsed) };
    }
}
