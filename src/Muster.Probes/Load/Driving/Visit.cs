namespace Muster.Probes.Load;

/// <summary>One request with its redirects, on its way to becoming a sample.</summary>
sealed class Visit
{
    long _intended;
    long _sent;
    long _firstByte;
    long _done;
    long _connecting;
    long _handshaking;
    long _sending;
    long _bytesIn;
    int _bytesOut;

    public int Hops { get; set; }
    public int ChecksPassed { get; set; }
    public int ChecksFailed { get; set; }

    public void Begin(long intended)
    {
        _intended = intended;
        _sent = _firstByte = -1;
        _connecting = _handshaking = _sending = _bytesIn = 0;
        _bytesOut = Hops = ChecksPassed = ChecksFailed = 0;
    }

    /// <summary>It could not be sent.</summary>
    public void Never(long now) => _done = now;

    public void Hop(Exchange exchange)
    {
        if (_sent < 0) _sent = exchange.Sent;
        _firstByte = exchange.FirstByte;
        _done = exchange.Done;
        _connecting += exchange.Connecting;
        _handshaking += exchange.Handshaking;
        _sending += exchange.Sending;
        _bytesIn += exchange.BytesIn;
        if (exchange.Sent >= 0) _bytesOut += exchange.Bytes.Length;
    }

    /// <summary>What is measured of a session as a request is its opening; what it said is counted apart.</summary>
    public void Session(SocketVisit session)
    {
        if (session.OpenedAt >= 0) _done = session.OpenedAt;
        _bytesOut += session.BytesOut;
    }

    public Sample Sample(int status, Failure failure) => new()
    {
        Intended = _intended, Sent = _sent, FirstByte = _firstByte, Done = _done, Connecting = _connecting, Handshaking = _handshaking, Sending = _sending,
        Status = status, Failure = failure, BytesIn = _bytesIn, BytesOut = _bytesOut, ChecksPassed = ChecksPassed, ChecksFailed = ChecksFailed,
    };
}
