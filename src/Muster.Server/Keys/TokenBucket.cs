namespace Muster.Server.Keys;

/// <summary>
/// So many samples a second on average, and a burst at once. A batch that is larger than what is left is taken as long as anything is
/// left, and paid for afterwards: it could never be taken otherwise. Safe from several threads.
/// </summary>
sealed class TokenBucket
{
    readonly Lock _gate = new();
    readonly double _perSecond, _burst;
    readonly TimeProvider _time;
    double _left;
    long _filled;

    public TokenBucket(double perSecond, double burst, TimeProvider time)
    {
        (_perSecond, _burst, _time, _left, _filled) = (perSecond, burst, time, burst, time.GetTimestamp());
    }

    /// <param name="wait">When there is something again; 0 when it was taken.</param>
    public bool TryTake(int count, out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            _left = Math.Min(_burst, _left + (_time.GetElapsedTime(_filled, now).TotalSeconds * _perSecond));
            _filled = now;
            wait = TimeSpan.Zero;
            if (_left > 0)
            {
                _left -= count;
                return true;
            }

            // A little more than nothing, so that who comes back at that moment is not sent away again.
            wait = TimeSpan.FromSeconds(Math.Min(3600, (1 - _left) / _perSecond));
            return false;
        }
    }
}

/// <summary>A project sends more than it may; nothing of the batch was taken.</summary>
sealed class QuotaExceeded(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
