namespace Muster.Probes.Load;

/// <summary>For wires that carry requests and their answers alone.</summary>
static class NoUpgrade
{
    /// <summary>The exchange is over in a turn of its own, unless it is broken off before.</summary>
    public static void Refuse(ILoop loop, Exchange exchange, string because)
    {
        var stands = new object();
        (exchange.Failure, exchange.Detail, exchange.Done, exchange.Held) = (Failure.Protocol, because, loop.Now, stands);
        loop.Post(() =>
        {
            if (exchange.Held != stands) return;
            exchange.Held = null;
            exchange.User.Over(exchange);
        });
    }
}
