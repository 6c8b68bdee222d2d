namespace Muster.Probes.Load;

/// <summary>Chooses what carries a plan's requests: the fastest that this system has and that speaks what was asked for.</summary>
static class Wire
{
    public static (ILoop Loop, IWire Wire) Open(Wiring wiring, LoadClock clock, ProbeContext context, TrustAnchors trust)
    {
        if (!OperatingSystem.IsLinux()) return Over(new WaitingLoop(clock));
        var loop = new EpollLoop(clock);
        return wiring.HttpVersion == "2" ? Over(loop) : (loop, new EpollWire(loop, wiring, context.WaysOut, trust));

        (ILoop, IWire) Over(ILoop slower) => (slower, wiring.HttpVersion == "2" ? new ClientWire(slower, wiring, context.WaysOut, trust) : new StreamWire(slower, wiring, context.WaysOut, trust));
    }
}
