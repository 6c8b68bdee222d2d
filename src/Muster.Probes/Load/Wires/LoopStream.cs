using System.Threading.Tasks.Sources;

namespace Muster.Probes.Load;

/// <summary>
/// What TLS reads from and writes to, within a loop: whoever waits for bytes goes on within the call that brings them, on the loop's thread, and not on one of the pool's.
/// Writing never waits: what a socket does not take at once, its connection keeps.
/// </summary>
sealed class LoopStream(Action<ReadOnlySpan<byte>> write) : Stream, IValueTaskSource<int>
{
    ManualResetValueTaskSourceCore<int> _reading;
    Memory<byte> _into;
    byte[] _have = new byte[4096];
    int _from, _to;
    bool _waiting, _ended;
    string? _broken;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_from == _to) (_from, _to) = (0, 0);
        if (_to + bytes.Length > _have.Length)
        {
            _have.AsSpan(_from, _to - _from).CopyTo(_have);
            (_from, _to) = (0, _to - _from);
            if (_to + bytes.Length > _have.Length) Array.Resize(ref _have, Math.Max(_to + bytes.Length, _have.Length * 2));
        }

        bytes.CopyTo(_have.AsSpan(_to));
        _to += bytes.Length;
        GoOn();
    }

    public void End()
    {
        _ended = true;
        GoOn();
    }

    public void Break(string why)
    {
        _broken = why;
        GoOn();
    }

    void GoOn()
    {
        if (!_waiting) return;
        _waiting = false;
        if (_broken is { } why && _from == _to) _reading.SetException(new IOException(why));
        else _reading.SetResult(Take(_into));
    }

    int Take(Memory<byte> into)
    {
        var length = Math.Min(into.Length, _to - _from);
        _have.AsSpan(_from, length).CopyTo(into.Span);
        _from += length;
        return length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Asking for nothing asks to be told when there is something.
        if (_from < _to) return new(Take(buffer));
        if (_broken is { } why) return ValueTask.FromException<int>(new IOException(why));
        if (_ended) return new(0);
        _reading.Reset();
        (_into, _waiting) = (buffer, true);
        return new(this, _reading.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        write(buffer.Span);
        return default;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    int IValueTaskSource<int>.GetResult(short token) => _reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _reading.OnCompleted(continuation, state, token, flags);

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => write(buffer.AsSpan(offset, count));
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
