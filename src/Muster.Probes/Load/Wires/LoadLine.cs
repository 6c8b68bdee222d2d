using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>One thread's loop and the wire that fits this system and the run: epoll where there is one, the framework's sockets elsewhere, the framework's HTTP for HTTP/2.</summary>
sealed class LoadLine : IDisposable
{
    LoadLine(ILoop loop, IWire wire) => (Loop, Wire) = (loop, wire);

    public ILoop Loop { get; }

    public IWire Wire { get; }

    /// <param name="identified">Told of each connection over TLS, with the digest of the certificate that was shown on it; on the loop's thread.</param>
    public static LoadLine Open(LoadClock clock, Wiring wiring, WaysOut ways, TrustAnchors trust, Action<Origin, Digest>? identified = null)
    {
        if (wiring.HttpVersion == "2")
        {
            var any = Beginning.IsHere ? (ILoop)new EpollLoop(clock) : new WaitingLoop(clock);
            return new(any, new ClientWire(any, wiring, ways, trust) { Identified = identified });
        }

        if (!Beginning.IsHere)
        {
            var waiting = new WaitingLoop(clock);
            return new(waiting, new StreamWire(waiting, wiring, ways, trust) { Identified = identified });
        }

        var loop = new EpollLoop(clock);
        return new(loop, new EpollWire(loop, wiring, ways, trust) { Identified = identified });
    }

    public void Dispose()
    {
        Wire.Dispose();
        (Loop as IDisposable)?.Dispose();
    }
}
