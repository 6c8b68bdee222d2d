#pragma warning disable RS0030 // Takes over sockets that the guard dialled.
using System.Net.Sockets;

namespace Muster.Probes.Load;

/// <summary>One connection of one user, from its first address to its end, and the exchange that is under way on it.</summary>
sealed unsafe partial class EpollConnection : Watched, ISecured
{
    const int MostReads = 16; // in one turn, so that an endless answer does not hold up the others

    enum State { Connecting, Securing, Open, Leaving, Closed }

    readonly AnswerReader _reader = new();
    readonly Deadline _deadline;
    readonly Origin _origin;
    State _state = State.Connecting;
    Exchange? _exchange;
    Socket? _socket; // whose handle it is, where another one made it
    int _handle = -1, _address, _answers, _unsent, _broken;
    long _began, _connectBy;
    TlsLayer? _tls;
    byte[] _encrypted = []; // what the socket has not taken yet; the last _unsent bytes of its first _filled
    int _filled;
    bool _ends; // the peer has closed or broken the connection: nothing more is to be waited for

    public EpollConnection(EpollWire wire, Origin origin)
    {
        (Wire, _origin) = (wire, origin);
        _deadline = new(this);
    }

    public EpollWire Wire { get; }

    EpollLoop Loop => Wire.Loop;

    bool IsUp => _state is State.Securing or State.Open;

    public bool Serves(Origin origin) =>
        _state == State.Open && _exchange is null && (ReferenceEquals(origin, _origin) || (origin.Port == _origin.Port && origin.Scheme == _origin.Scheme && origin.Host == _origin.Host));

    /// <summary>Sends it over the connection that stands.</summary>
    public void Begin(Exchange exchange)
    {
        _exchange = exchange;
        Arm();
        Ask();
    }

    void Ask()
    {
        var exchange = _exchange!;
        _reader.Begin(exchange.Method == "HEAD", exchange.ReadBody, exchange.Upgrade is not null);
        if (_tls is not null)
        {
            if (_tls.Send(exchange.Bytes)) return;
            _broken = SocketFaults.BrokenPipe;
            Loop.Later(this);
            return;
        }

        _unsent = exchange.Bytes.Length;
        Write();
    }

    public override void Happened(uint events)
    {
        if (_state == State.Connecting && !Connected(events)) return;
        if (IsUp && _unsent > 0 && (events & Libc.Out) != 0)
        {
            Write();
            if (_unsent == 0) _upgraded?.Drained();
        }

        _ends |= (events & (Libc.ReadHup | Libc.Hup | Libc.Err)) != 0;
        if (_state == State.Leaving && _ends) Close();
        if (IsUp && (events & ~Libc.Out) != 0) Read();
    }

    void ISecured.Take(ReadOnlySpan<byte> plain) => Take(plain);

    void ISecured.Faulted(Exception fault) => Loop.Fault(fault);

    void ISecured.Ended(string? because)
    {
        if (because is null) Ended();
        else Break(_broken, because);
    }

    /// <summary>Takes all of it: what the socket does not take now, it is given later.</summary>
    void ISecured.Write(ReadOnlySpan<byte> encrypted) => Keep(encrypted);

    void Keep(ReadOnlySpan<byte> encrypted)
    {
        if (_unsent == 0) _filled = 0;
        if (_filled + encrypted.Length > _encrypted.Length) Array.Resize(ref _encrypted, Math.Max(_filled + encrypted.Length, _encrypted.Length * 2));
        encrypted.CopyTo(_encrypted.AsSpan(_filled));
        _filled += encrypted.Length;
        _unsent += encrypted.Length;
        if (_unsent == encrypted.Length) Write();
    }

    void Write()
    {
        var exchange = _exchange;
        var bytes = _tls is null && _upgraded is null ? exchange!.Bytes.Span : _encrypted.AsSpan(0, _filled);
        var pieces = 0;
        while (_unsent > 0)
        {
            var now = Loop.Now;
            nint sent;
            fixed (byte* from = bytes[^_unsent..]) sent = Libc.Send(_handle, from, _unsent, Libc.NoSignal | Libc.DontWait);
            if (sent >= 0)
            {
                if (_state != State.Open || exchange is null || _upgraded is not null) { } // The handshake's own, or of a session.
                else if (exchange.Sent < 0) exchange.Sent = now;
                else pieces++;
                _unsent -= (int)sent;
                continue;
            }

            var error = Libc.Error;
            if (error == SocketFaults.Interrupted) continue;
            if (error == SocketFaults.WouldWait) break;
            // The answer may be there already, and say why the rest was not wanted.
            _broken = error;
            Loop.Later(this);
            return;
        }

        if (pieces > 0 && _unsent == 0) exchange!.Sending = Loop.Now - exchange.Sent;
    }

    void Read()
    {
        var buffer = Wire.Buffer;
        for (var reads = 0; IsUp; reads++)
        {
            if (reads == MostReads)
            {
                Loop.Later(this);
                return;
            }

            nint got;
            fixed (byte* into = buffer) got = Libc.Receive(_handle, into, buffer.Length, Libc.DontWait);
            if (got > 0)
            {
                if (_tls is null) Take(buffer.AsSpan(0, (int)got));
                else _tls.Feed(buffer.AsSpan(0, (int)got));
                // Whatever comes from now on is told anew.
                if (got < buffer.Length && !_ends && _broken == 0) return;
            }
            else if (got == 0)
            {
                if (_tls is null) Ended();
                else _tls.End();
                if (_tls is not null) return;
            }
            else if (Libc.Error is var error && error != SocketFaults.Interrupted)
            {
                if (error == SocketFaults.WouldWait && _broken == 0) return;
                _broken = error == SocketFaults.WouldWait ? _broken : error;
                if (_tls is null)
                {
                    Break(_broken);
                    continue;
                }

                _tls.Break(SocketFaults.Says(_broken));
                return;
            }
        }
    }

    void Take(ReadOnlySpan<byte> bytes)
    {
        if (_exchange is not { } exchange)
        {
            Close(); // Nobody asked.
            return;
        }

        var now = Loop.Now;
        if (exchange.FirstByte < 0) exchange.FirstByte = now;
        exchange.BytesIn += bytes.Length;
        if (_upgraded is { } other)
        {
            other.Take(bytes);
            return;
        }

        switch (_reader.Read(bytes, out var used))
        {
            case Reading.Done when _reader.Status == 101:
                Upgrade(exchange, now, bytes[used..]);
                break;
            case Reading.Done:
                Finish(exchange, now, _reader.Keeps && Wire.Keeps && used == bytes.Length && !_ends && _unsent == 0);
                break;
            case Reading.Garbage:
                Fail(exchange, Failure.Garbage, $"the answer is no HTTP/1.1: {_reader.Wrong}");
                break;
            case Reading.TooLarge:
                Fail(exchange, Failure.TooLarge, $"the answer's body is larger than {AnswerReader.MostOfBody} bytes, and a step reads it");
                break;
        }
    }

    void Finish(Exchange exchange, long now, bool keeps)
    {
        var answer = exchange.Answer;
        answer.Status = _reader.Status;
        answer.Head = _reader.Head;
        answer.Body = _reader.Body;
        if (exchange.ReadBody && _reader.IsCoded)
        {
            var (body, failure, wrong) = DecodedBody.Of(answer.Head.Span, answer.Body);
            if (failure != Failure.None)
            {
                Fail(exchange, failure, $"the answer cannot be read: {wrong}");
                return;
            }

            answer.Body = body;
        }

        exchange.Answered = true;
        exchange.Done = now;
        _answers++;
        _exchange = null;
        if (!keeps)
        {
            Leave(now);
            exchange.Held = null;
        }

        exchange.User.Over(exchange);
    }

    void Ended()
    {
        if (_exchange is { } exchange && _reader.End()) Finish(exchange, Loop.Now, keeps: false);
        else Break(0);
    }

    /// <param name="error">The system's; 0 when the peer closed in order.</param>
    /// <param name="because">What TLS says to it.</param>
    void Break(int error, string? because = null)
    {
        if (_exchange is not { } exchange)
        {
            Close();
            return;
        }

        if (_upgraded is { } other)
        {
            var (why, says) = SocketFaults.Broken(_origin, error, exchange, because, "in the middle of the session");
            other.Ended(why, says);
            return;
        }

        if (exchange.FirstByte < 0 && _answers > 0 && (exchange.Sent < 0 || IsIdempotent(exchange.Method)))
        {
            // A server may close a kept connection at any moment; the request that met this begins again, once (RFC 9112, 9.3.1).
            _exchange = null;
            Close();
            Wire.Retried++;
            (exchange.Sent, exchange.Sending) = (-1, 0);
            Wire.Open(exchange);
            return;
        }

        var (failure, detail) = SocketFaults.Broken(_origin, error, exchange, because);
        Fail(exchange, failure, detail);
    }

    /// <summary>RFC 9110, 9.2.2.</summary>
    public static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS" or "TRACE";

    void Fail(Exchange exchange, Failure failure, string detail)
    {
        _exchange = null;
        Close();
        (exchange.Failure, exchange.Detail, exchange.Done, exchange.Held) = (failure, detail, Loop.Now, null);
        exchange.User.Over(exchange);
    }

    void Late(long now)
    {
        if (_state == State.Leaving) Close();
        if (_exchange is not { } exchange) return;
        if (now >= exchange.Deadline && _upgraded is { } other) other.Late();
        else if (now >= exchange.Deadline) Fail(exchange, Failure.Timeout, SocketFaults.Late(_origin, _state != State.Connecting, _state != State.Securing, exchange.FirstByte >= 0, exchange.BytesIn));
        else if (_state != State.Open && now >= _connectBy) Fail(exchange, Failure.NoConnection, $"no connection with {_origin.Authority} within {Wire.ConnectTimeout / 1e9:0.###} s");
        else Arm();
    }

    /// <summary>An alarm that is set already and rings earlier is left where it is, and set anew when it rings: a request that is answered in time moves none.</summary>
    void Arm()
    {
        var when = _state != State.Open ? Math.Min(_exchange!.Deadline, _connectBy) : _exchange!.Deadline;
        if (when != long.MaxValue && (_deadline.At < 0 || when < _deadline.When)) Loop.Set(_deadline, when);
    }

    /// <summary>An exchange that is under way is not told.</summary>
    public void Close()
    {
        if (_state == State.Closed) return;
        if (_state == State.Leaving) Wire.Leaving--;
        _state = State.Closed;
        (_exchange, _upgraded) = (null, null);
        Loop.Cancel(_deadline);
        _tls?.Dispose();
        Drop();
    }

    void Drop()
    {
        if (_handle < 0) return;
        Loop.Forget(this);
        if (_socket is null) _ = Libc.Close(_handle);
        else _socket.Dispose();
        (_handle, _socket) = (-1, null);
    }

    sealed class Deadline(EpollConnection connection) : Alarm
    {
        public override void Ring(long now) => connection.Late(now);
    }
}
