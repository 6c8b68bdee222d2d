#pragma warning disable RS0030 // Takes over sockets that the guard dialled.
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// One connection of one user on the framework's sockets. What one exchange needs and what comes of it is kept in a <see cref="Call"/>, since an exchange that was broken off is no longer
/// this one's while the pool's thread still works.
/// </summary>
sealed class StreamConnection(StreamWire wire, Origin origin, SslClientAuthenticationOptions? tls) : IDisposable
{
    readonly AnswerReader _reader = new();
    readonly byte[] _buffer = new byte[16 * 1024];
    readonly CancellationTokenSource _ends = new();
    Stream? _stream;
    Call? _call;
    Late? _late;
    int _answers;
    bool _closed;

    public bool Serves(Origin other) =>
        !_closed && _call is null && (ReferenceEquals(other, origin) || (other.Port == origin.Port && other.Scheme == origin.Scheme && other.Host == origin.Host));

    public void Begin(Exchange exchange)
    {
        _call = new Call(exchange) { Began = wire.Loop.Now };
        _late ??= new(this);
        if (exchange.Deadline != long.MaxValue) wire.Loop.Set(_late, exchange.Deadline);
        _ = Carry(_call);
    }

    async Task Carry(Call call)
    {
        await Task.Yield();
        try
        {
            if (_stream is null) await Connect(call);
            _reader.Begin(call.Method == "HEAD", call.ReadBody);
            // At once, since a server may answer before it has the whole request, and read no more of it.
            var writing = Write(call);
            await Read(call);
            call.Keeps &= writing.IsCompleted && call.Broken is null;
        }
        catch (Exception failed) { (call.Failure, call.Detail) = StreamFaults.Of(origin, failed, call.FirstByte >= 0, call.BytesIn, _stream is null); }
        if (_ends.IsCancellationRequested) _stream?.Dispose(); // It came when it was no longer wanted.
        call.Done = wire.Loop.Now;
        wire.Loop.Post(() => Over(call));
    }

    async Task Connect(Call call)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_ends.Token);
        late.CancelAfter(wire.Wiring.ConnectTimeout);
        try
        {
            Stream stream = new NetworkStream(await First(late.Token), ownsSocket: true);
            wire.Opened();
            var now = wire.Loop.Now;
            call.Connecting = now - call.Began;
            if (tls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                try { await secure.AuthenticateAsClientAsync(tls, late.Token); }
                catch (Exception failed) when (failed is AuthenticationException or IOException) { throw new AuthenticationException(failed.Message, failed); }
                call.Handshaking = wire.Loop.Now - now;
                using var shown = (X509Certificate2)secure.RemoteCertificate!;
                var leaf = Digest.Of(shown.RawDataMemory.Span);
                wire.Loop.Post(() => wire.Identified?.Invoke(origin, leaf));
            }

            _stream = stream;
        }
        catch (OperationCanceledException) when (!_ends.IsCancellationRequested) { throw new TimeoutException($"no connection with {origin.Authority} within {wire.Wiring.ConnectTimeout.TotalSeconds:0.###} s"); }
    }

    async Task<Socket> First(CancellationToken cancel)
    {
        for (var i = 0; ; i++)
            try { return await wire.Ways.Connect(new(origin.Addresses[i], origin.Port), ProtocolType.Tcp, cancel); }
            catch (SocketException none) when (i + 1 < origin.Addresses.Length && none.SocketErrorCode is not (SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable)) { cancel.ThrowIfCancellationRequested(); }
    }

    async Task Write(Call call)
    {
        call.Sent = wire.Loop.Now;
        try
        {
            await _stream!.WriteAsync(call.Bytes, _ends.Token);
            call.Sending = wire.Loop.Now - call.Sent;
        }
        catch (IOException broken) { call.Broken = broken; } // What is read says the rest.
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException) { call.Broken = new("it was broken off"); }
    }

    async Task Read(Call call)
    {
        while (true)
        {
            var got = await _stream!.ReadAsync(_buffer, _ends.Token);
            if (got == 0)
            {
                if (_reader.End()) return;
                throw call.Broken ?? new EndOfStreamException();
            }

            if (call.FirstByte < 0) call.FirstByte = wire.Loop.Now;
            call.BytesIn += got;
            switch (_reader.Read(_buffer.AsSpan(0, got), out var used))
            {
                case Reading.Done:
                    call.Keeps = _reader.Keeps && used == got;
                    return;
                case Reading.Garbage:
                    (call.Failure, call.Detail) = (Failure.Garbage, $"the answer is no HTTP/1.1: {_reader.Wrong}");
                    return;
                case Reading.TooLarge:
                    (call.Failure, call.Detail) = (Failure.TooLarge, $"the answer's body is larger than {AnswerReader.MostOfBody} bytes, and a step reads it");
                    return;
            }
        }
    }

    /// <summary>On the loop's thread.</summary>
    void Over(Call call)
    {
        if (_call != call) return; // It was broken off, or was late.
        var exchange = call.Exchange;
        _call = null;
        wire.Loop.Cancel(_late!);
        // A server may close a kept connection at any moment; the request that met this begins again, once (RFC 9112, 9.3.1).
        if (_answers > 0 && call.FirstByte < 0 && (call.Failure is Failure.Closed or Failure.Reset) && EpollConnection.IsIdempotent(call.Method))
        {
            wire.Again(this, exchange);
            return;
        }

        (exchange.Failure, exchange.Detail, exchange.Answered) = (call.Failure, call.Detail, call.Failure == Failure.None);
        (exchange.Sent, exchange.FirstByte, exchange.Done) = (call.Sent, call.FirstByte, call.Done);
        (exchange.Connecting, exchange.Handshaking, exchange.Sending, exchange.BytesIn) = (call.Connecting, call.Handshaking, call.Sending, call.BytesIn);
        if (exchange.Answered)
        {
            _answers++;
            var answer = exchange.Answer;
            (answer.Status, answer.Head, answer.Body) = (_reader.Status, _reader.Head, _reader.Body);
            if (exchange.ReadBody && _reader.IsCoded)
            {
                (answer.Body, exchange.Failure, var wrong) = DecodedBody.Of(answer.Head.Span, answer.Body);
                if (wrong is not null) (exchange.Detail, exchange.Answered) = ($"the answer cannot be read: {wrong}", false);
            }
        }

        if (!exchange.Answered || !call.Keeps || wire.Wiring.Reuse == Reuse.Never)
        {
            wire.Close(this);
            exchange.Held = null;
        }

        exchange.User.Over(exchange);
    }

    void IsLate()
    {
        if (_call is not { } call) return;
        (call.Failure, call.Done) = (Failure.Timeout, wire.Loop.Now);
        call.Detail = SocketFaults.Late(origin, call.Connecting > 0 || _answers > 0, call.Connecting == 0 || _stream is not null, call.FirstByte >= 0, call.BytesIn);
        call.Keeps = false;
        Over(call);
    }

    /// <summary>What is under way on it is not told.</summary>
    public void Dispose()
    {
        if (_closed) return;
        (_closed, _call) = (true, null);
        if (_late is not null) wire.Loop.Cancel(_late);
        _ends.Cancel();
        _ends.Dispose();
        _stream?.Dispose();
    }

    sealed class Late(StreamConnection connection) : Alarm
    {
        public override void Ring(long now) => connection.IsLate();
    }

    sealed class Call(Exchange exchange)
    {
        public Exchange Exchange { get; } = exchange;
        public string Method { get; } = exchange.Method;
        public ReadOnlyMemory<byte> Bytes { get; } = exchange.Bytes;
        public bool ReadBody { get; } = exchange.ReadBody;
        public Failure Failure { get; set; }
        public string? Detail { get; set; }
        public IOException? Broken { get; set; }
        public bool Keeps { get; set; }
        public long Began { get; init; }
        public long Sent { get; set; } = -1;
        public long FirstByte { get; set; } = -1;
        public long Done { get; set; }
        public long Connecting { get; set; }
        public long Handshaking { get; set; }
        public long Sending { get; set; }
        public long BytesIn { get; set; }
    }
}
