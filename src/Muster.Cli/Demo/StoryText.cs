using Muster.Readiness;

namespace Muster.Cli.Demo;

/// <summary>How the demo is told: in colour, with a board that moves in place, at a reader's pace in a terminal; plain and at once everywhere else.</summary>
sealed class StoryText(Host host)
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(700);
    readonly TextWriter _to = host.Data;
    readonly TextStyle _style = Board.Style(host);
    int _drawn; // lines of the board that the next one is drawn over

    public void Heading(int number, string says, string command)
    {
        Say("");
        Say($" {Ink("1;36", number.ToString(System.Globalization.CultureInfo.InvariantCulture))}  {Ink("1", says)}");
        Say(Ink("2", $"    $ {command}"));
        Say("");
        _drawn = 0;
        _to.Flush();
    }

    /// <summary>The first look: each control with what was expected and what was seen.</summary>
    public void Found(Decision decision)
    {
        Verdict(decision);
        Say("");
        var width = Width(decision);
        foreach (var control in decision.Controls)
        {
            Say($"    {Mark(control.State)} {Ink("1", control.Id.PadRight(width))}  {Cut(control.Title, width)}");
            if (control.State != State.Met) Say(Ink("2", $"      {"".PadRight(width)}  {Cut(control.Because, width)}"));
        }

        _to.Flush();
    }

    /// <summary>What happened, and the board as it now is: drawn anew over the last one in a terminal, one line elsewhere.</summary>
    public void Moved(string says, Decision decision)
    {
        if (!host.Interactive)
        {
            Say($"    {Mark(State.Met)} {says}: {VerdictWords.Of(decision.Verdict)}, {Count(decision)}");
            _to.Flush();
            return;
        }

        if (_drawn > 0) _to.Write($"\u001b[{_drawn}A\u001b[0J");
        Say($"    {Mark(State.Met)} {says}");
        _drawn = 0;
        Say("");
        Rows(decision);
        Say("");
        Verdict(decision);
        _to.Flush();
    }

    public void Line(bool good, string says)
    {
        Say($"    {Mark(good ? State.Met : State.Failed)} {says}");
        _to.Flush();
    }

    public void End(string folder)
    {
        Say("");
        Say(Ink("1", " That was the main job. The document was samples/shop/muster.yaml; what the demo wrote lies in"));
        Say($"    {folder}");
        Say("");
        Say("    Look around there:");
        foreach (var (command, says) in (IEnumerable<(string, string)>)
        [
            ("muster why edge.certificate", "expected beside observed, the evidence, the rule that decided"),
            ("muster report -f html -o board.html", "the page for people who decide"),
            ("muster replay last", "the same verdict again, from the ledger alone"),
            ("muster ledger verify", "every record, signature and proof"),
        ])
            Say($"    {command.PadRight(36)}{Ink("2", says)}");
        _to.Flush();
    }

    /// <summary>Time to read, only where somebody reads.</summary>
    public Task Pause(CancellationToken cancel) => host.Interactive ? Task.Delay(Beat, host.Clock, cancel) : Task.CompletedTask;

    void Rows(Decision decision)
    {
        var width = Width(decision);
        foreach (var row in decision.Controls.Chunk(3))
            Say("    " + string.Join("   ", row.Select(control => $"{Mark(control.State)} {Ink(control.State == State.Met ? "0" : "2", control.Id.PadRight(width))}")));
    }

    void Verdict(Decision decision) => Say($"    {Ink(Badge(decision.Verdict), $" {VerdictWords.Of(decision.Verdict)} ")}  {Count(decision)}");

    void Say(string line)
    {
        _to.WriteLine(line);
        _drawn++;
    }

    static int Width(Decision decision) => decision.Controls.Max(control => control.Id.Length);

    static string Count(Decision decision) =>
        $"{decision.BlockingMet} of {decision.Blocking} blocking controls met{(decision.Verdict == Readiness.Verdict.Held && !decision.ToSign.IsEmpty ? $", to be signed by {VerdictWords.ToSign(decision.ToSign)}" : "")}";

    string Cut(string text, int width) => text.Length <= _style.Width - width - 9 ? text : text[..(_style.Width - width - 10)] + "…";

    string Mark(State state) => state switch
    {
        State.Met => Ink("32", _style.Unicode ? "✓" : "+"),
        State.Failed => Ink("31", _style.Unicode ? "✗" : "x"),
        _ => Ink("33", "?"),
    };

    static string Badge(Verdict verdict) => verdict >= Readiness.Verdict.ConditionalGo ? "1;30;42" : verdict == Readiness.Verdict.Held ? "1;30;43" : "1;37;41";

    string Ink(string code, string text) => host.Interactive ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
