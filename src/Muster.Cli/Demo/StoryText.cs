using Muster.Readiness;

namespace Muster.Cli.Demo;

/// <summary>How the demo is told: in colour and at a reader's pace in a terminal, plain and at once everywhere else.</summary>
sealed class StoryText(Host host)
{
    readonly TextWriter _to = host.Data;

    public void Heading(string number, string says, string command)
    {
        _to.WriteLine();
        _to.WriteLine(Ink("1", $" {number}  {says}"));
        _to.WriteLine(Ink("2", $"    $ {command}"));
        _to.WriteLine();
        _to.Flush();
    }

    public void Board(Decision decision)
    {
        _to.Write(TextReport.Render(decision, Muster.Cli.Board.Style(host)));
        _to.Flush();
    }

    /// <summary>One line for each mended fault, and the row of all controls beneath it, so that the eye sees the board move.</summary>
    public void Mended(Fault fault, Decision before, Decision after)
    {
        var was = before.Controls.First(control => control.Id == fault.Control).State;
        var now = after.Controls.First(control => control.Id == fault.Control).State;
        Step($"{fault.Mended}: {fault.Control} was {Word(was)}, is {Word(now)}", after);
    }

    public void Step(string says, Decision decision)
    {
        _to.WriteLine($"    {says}");
        _to.WriteLine($"      {Row(decision)}  {Verdict(decision)}, {decision.BlockingMet} of {decision.Blocking} blocking controls met");
        _to.Flush();
    }

    public void Line(string says)
    {
        _to.WriteLine($"    {says}");
        _to.Flush();
    }

    public void End(string folder)
    {
        _to.WriteLine();
        _to.WriteLine(Ink("1", " That was the main job. The document was samples/shop/muster.yaml."));
        _to.WriteLine($"    What the demo wrote, ledger and certificate included, lies in {folder}");
        _to.WriteLine("    Look around there: muster why edge.certificate, muster report -f html -o board.html, muster ledger verify, muster replay last");
        _to.Flush();
    }

    /// <summary>Time to read, only where somebody reads.</summary>
    public Task Pause(CancellationToken cancel) => host.Interactive ? Task.Delay(TimeSpan.FromMilliseconds(900), host.Clock, cancel) : Task.CompletedTask;

    string Row(Decision decision) => string.Concat(decision.Controls.Select(control => control.State switch
    {
        State.Met => Ink("32", host.Interactive ? "●" : "+"),
        State.Failed => Ink("31", host.Interactive ? "●" : "x"),
        _ => Ink("33", host.Interactive ? "○" : "?"),
    }));

    string Verdict(Decision decision) => Ink(decision.Verdict >= Readiness.Verdict.ConditionalGo ? "1;32" : decision.Verdict == Readiness.Verdict.Held ? "1;33" : "1;31", VerdictWords.Of(decision.Verdict));

    static string Word(State state) => state.ToString().ToLowerInvariant();

    string Ink(string code, string text) => host.Interactive ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
