namespace Muster.Probes.Load;

// What comes after an answer: the connection is handed on, or given up.
sealed partial class EpollConnection : ILine
{
    // Whoever closes first keeps the port for a minute; a server that was told to close does so at once.
    const long Patience = 50_000_000;
    const int MostLeaving = 256;
    IUpgraded? _upgraded;

    int ILine.Unsent => _unsent;

    void Upgrade(Exchange exchange, long now, ReadOnlySpan<byte> rest)
    {
        if (_tls is null && _unsent > 0)
        {
            Fail(exchange, Failure.Garbage, $"{_origin.Authority} opens a WebSocket before it has the whole request");
            return;
        }

        (exchange.Answer.Status, exchange.Answer.Head, exchange.Answer.Body) = (_reader.Status, _reader.Head, default);
        if (SocketOpening.Wrong(exchange) is var (failure, wrong))
        {
            Fail(exchange, failure, $"{_origin.Authority} {wrong}");
            return;
        }

        _upgraded = exchange.Upgrade!;
        exchange.Deadline = long.MaxValue;
        _upgraded.Opened(this, now);
        if (!rest.IsEmpty) _upgraded?.Take(rest);
    }

    void ILine.Write(ReadOnlyMemory<byte> bytes)
    {
        if (_tls is null) Keep(bytes.Span);
        else if (!_tls.Send(bytes))
        {
            _broken = SocketFaults.BrokenPipe;
            Loop.Later(this);
        }
    }

    void ILine.Within(long deadline)
    {
        _exchange!.Deadline = deadline;
        Arm();
    }

    void ILine.End(Failure failure, string? detail)
    {
        var exchange = _exchange!;
        if (failure != Failure.None)
        {
            Fail(exchange, failure, detail!);
            return;
        }

        Close();
        (exchange.Answered, exchange.Done, exchange.Held) = (true, Loop.Now, null);
        exchange.User.Over(exchange);
    }

    /// <summary>Closes it; where the server was told to close, after the server if it does not take long.</summary>
    void Leave(long now)
    {
        if (Wire.Keeps || _state != State.Open || _ends || _broken != 0 || _unsent > 0 || Wire.Leaving == MostLeaving)
        {
            Close();
            return;
        }

        _state = State.Leaving;
        Wire.Leaving++;
        Loop.Set(_deadline, now + Patience);
    }
}
