using System.Buffers;

namespace Muster.Probes.Load;

/// <summary>
/// What a user says over a WebSocket, from its opening to its close. When a message is due follows from what came before it as the plan says, so that a loop which is late hides nothing:
/// without waiting for answers by the message before, otherwise by its answer.
/// </summary>
sealed class SocketVisit(Lane lane, UserVariables variables) : Alarm, IUpgraded
{
    // A peer that does not read is not written to without end.
    const int MostUnsent = 1024 * 1024;
    const long MostClosing = 5_000_000_000;
    const int Normal = 1000;

    enum Phase { Opening, Pausing, Draining, Awaiting, Staying, Closing }

    readonly SocketFrames _frames = new();
    readonly ArrayBufferWriter<byte> _text = new(256);
    readonly ArrayBufferWriter<byte> _frame = new(256);
    RequestStep _step = null!;
    ILine? _line;
    Phase _at;
    long _intended, _due;
    int _next;
    bool _counts;

    /// <summary>When the server's 101 came; below 0 if it did not.</summary>
    public long OpenedAt { get; private set; }

    /// <summary>In frames, the opening not among them.</summary>
    public int BytesOut { get; private set; }

    SocketTalk Talk => _step.Socket!;

    /// <param name="counts">The warm-up is over.</param>
    public void Begin(RequestStep step, long intended, bool counts)
    {
        (_step, _intended, _counts, _line, _at, _next, OpenedAt, BytesOut) = (step, intended, counts, null, Phase.Opening, 0, -1, 0);
        _frames.Begin();
    }

    /// <summary>It is over, or broken off.</summary>
    public void Over(long now)
    {
        lane.Loop.Cancel(this);
        if (_line is null) return;
        _line = null;
        if (_counts && now >= 0) lane.Tick.Sockets.Session.Add(now - _intended);
    }

    public void Opened(ILine line, long now)
    {
        (_line, OpenedAt, _due) = (line, now, now);
        if (_counts)
        {
            lane.Tick.Sockets.Sessions++;
            lane.Tick.Sockets.Connecting.Add(now - _intended);
        }

        Say(now);
    }

    public override void Ring(long now)
    {
        if (_line is null) return;
        if (_at == Phase.Staying) Close();
        else Say(now);
    }

    public void Drained()
    {
        if (_at == Phase.Draining) Say(lane.Loop.Now);
    }

    /// <summary>What is due: messages as long as nothing is to be waited for, then staying, then the close.</summary>
    void Say(long now)
    {
        while (_next < Talk.Messages.Length)
        {
            if (_line!.Unsent > MostUnsent)
            {
                _at = Phase.Draining;
                _line.Within(now + (long)_step.Timeout.TotalNanoseconds);
                return;
            }

            _text.ResetWrittenCount();
            if (Talk.Messages[_next].Render(variables, _text) is { } missing)
            {
                _line.End(Failure.Extraction, $"$({missing}) has no value");
                return;
            }

            _next++;
            Send(WebsocketMessages.Text, _text.WrittenSpan);
            if (_counts) lane.Tick.Sockets.Sent++;
            if (Talk.AwaitAnswer)
            {
                _at = Phase.Awaiting;
                _line.Within(now + (long)_step.Timeout.TotalNanoseconds);
                return;
            }

            if (Pauses(_due)) return;
        }

        Stay();
    }

    /// <returns>Whether the next message is not due yet.</returns>
    bool Pauses(long from)
    {
        _due = from;
        if (_next == Talk.Messages.Length) return false;
        var pause = variables.Draw(Talk.Between);
        _due += pause;
        if (pause == 0) return false;
        Wait(Phase.Pausing);
        return true;
    }

    void Stay()
    {
        _due += (long)Talk.Stay.TotalNanoseconds;
        if (Talk.Stay > TimeSpan.Zero) Wait(Phase.Staying);
        else Close();
    }

    void Wait(Phase at)
    {
        _at = at;
        _line!.Within(long.MaxValue);
        lane.Loop.Set(this, _due);
    }

    void Close()
    {
        _at = Phase.Closing;
        _line!.Within(lane.Loop.Now + Math.Min(MostClosing, (long)_step.Timeout.TotalNanoseconds));
        Send(WebsocketMessages.Close, [Normal >> 8, Normal & 0xff]);
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        // Whoever is told that a session is over may begin the next one at once.
        for (var line = _line; !bytes.IsEmpty && line is not null && ReferenceEquals(line, _line);)
        {
            var what = _frames.Read(bytes, out var used);
            bytes = bytes[used..];
            switch (what)
            {
                case Framed.Message:
                    Heard();
                    break;
                case Framed.Ping when _line!.Unsent <= MostUnsent: // Of several only the last must be answered (5.5.3).
                    Send(WebsocketMessages.Pong, _frames.Control.Span);
                    break;
                case Framed.Close:
                    Closed(line);
                    break;
                case Framed.Garbage:
                    Send(WebsocketMessages.Close, [1002 >> 8, 1002 & 0xff]);
                    line.End(Failure.Garbage, $"what comes is no WebSocket's: {_frames.Wrong}");
                    break;
                case Framed.TooLarge:
                    Send(WebsocketMessages.Close, [1009 >> 8, 1009 & 0xff]);
                    line.End(Failure.TooLarge, $"a message has more than {SocketFrames.MostOfMessage} bytes");
                    break;
            }
        }
    }

    void Heard()
    {
        if (_counts) lane.Tick.Sockets.Received++;
        if (_at != Phase.Awaiting) return;
        var now = lane.Loop.Now;
        if (_counts) lane.Tick.Sockets.RoundTrip.Add(now - _due);
        _at = Phase.Pausing;
        if (!Pauses(now)) Say(now);
    }

    void Closed(ILine line)
    {
        if (_at == Phase.Closing)
        {
            line.End(Failure.None, null);
            return;
        }

        Send(WebsocketMessages.Close, _frames.Control.Span[..Math.Min(2, _frames.Control.Length)]);
        line.End(Failure.Closed, $"the WebSocket of {_step.Name} was closed by the server with {_frames.Code} before its time");
    }

    public void Late()
    {
        // A server that does not answer the close has still carried the session to its end.
        if (_at == Phase.Closing) _line!.End(Failure.None, null);
        else _line!.End(Failure.Timeout, _at == Phase.Awaiting ? $"message {_next} of {_step.Name} was not answered within {_step.Timeout.TotalSeconds:0.###} s" : $"the server did not read what {_step.Name} sends within {_step.Timeout.TotalSeconds:0.###} s");
    }

    public void Ended(Failure failure, string detail)
    {
        if (_at == Phase.Closing) _line!.End(Failure.None, null);
        else _line!.End(failure, detail);
    }

    void Send(int code, ReadOnlySpan<byte> payload)
    {
        _frame.ResetWrittenCount();
        SocketFrames.Write(code, payload, variables.Random.Next(int.MinValue, int.MaxValue), _frame);
        BytesOut += _frame.WrittenCount;
        _line!.Write(_frame.WrittenMemory);
    }
}
