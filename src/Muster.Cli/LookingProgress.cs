using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>One line on standard error while probes run: moving in a terminal, said once where nobody looks.</summary>
sealed class LookingProgress(Host host, int of, DueOptions options)
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    readonly long _began = host.Clock.GetTimestamp();
    readonly bool _live = host.Interactive && !Console.IsErrorRedirected;
    readonly Lock _one = new();
    int _done;
    int _blind;
    long _said;

    /// <summary>What a long look is at: a restore tells its rate and the time that is left.</summary>
    public void Tell(Ask ask, string doing)
    {
        var name = ask.Cells is [var first, ..] ? first : "";
        lock (_one)
            if (_live) host.Talk.Write(Fitted($"  {_done} of {of}  {name}: {doing}"));
            else if (host.Clock.GetElapsedTime(_said == 0 ? _began : _said) >= Silence)
            {
                _said = host.Clock.GetTimestamp();
                host.Talk.WriteLine($"  {name}: {doing}");
            }
    }

    static string Fitted(string line) => $"\r\u001b[K{(line.Length > 110 ? line[..109] + "…" : line)}";

    public void Show(ProbeProgress step)
    {
        lock (_one) Said(step);
    }

    void Said(ProbeProgress step)
    {
        if (step.Run is { } run)
        {
            _done++;
            if (run.Sights.Any(sight => sight.Blind is not null)) _blind++;
        }

        var name = step.Ask.Cells is [var first, ..] ? first : "";
        if (_live) host.Talk.Write(Fitted($"  {_done} of {of}  {name}"));
        else if (host.Clock.GetElapsedTime(_said == 0 ? _began : _said) >= Silence)
        {
            _said = host.Clock.GetTimestamp();
            host.Talk.WriteLine($"  {_done} of {of} looked at, {host.Clock.GetElapsedTime(_began).TotalSeconds:0} s");
        }
    }

    public void End()
    {
        if (_live) host.Talk.Write("\r\u001b[K");
        if (of == 0) host.Talk.WriteLine(options.OnlyFailed ? "  Nothing has failed, so nothing was asked." : "  Nothing is due (--again asks anew).");
        else host.Talk.WriteLine($"  {_done} of {of} questions answered in {host.Clock.GetElapsedTime(_began).TotalSeconds:0.0} s{(_blind == 0 ? "" : $"; {_blind} saw nothing")}");
    }
}
