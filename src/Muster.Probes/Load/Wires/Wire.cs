namespace Muster.Probes.Load;

/// <summary>Chooses what carries a plan's requests on this system.</summary>
static class Wire
{
    public static (ILoop Loop, IWire Wire) Open(Wiring wiring, LoadClock clock, ProbeContext context, TrustAnchors trust)
    {
        var loop = new EpollLoop(clock);
        return (loop, new EpollWire(loop, wiring, context.WaysOut, trust));
    }
}
