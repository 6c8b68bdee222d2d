using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Tells progress one at a time, so that a listener needs no lock.</summary>
sealed class Progress(Action<ProbeProgress>? tell, int of)
{
    readonly Lock _one = new();
    int _done;

    public void Began(Ask ask)
    {
        if (tell is null) return;
        lock (_one) tell(new(ask, null, _done, of));
    }

    public void Answered(Ask ask, Run run)
    {
        if (tell is null) return;
        lock (_one) tell(new(ask, run, ++_done, of));
    }
}
