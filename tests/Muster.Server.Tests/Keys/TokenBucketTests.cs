using Muster.Server.Keys;

namespace Muster.Server.Tests.Keys;

public sealed class TokenBucketTests
{
    sealed class Clock : TimeProvider
    {
        long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }

    [Fact]
    public void What_is_over_the_burst_has_to_wait_as_long_as_it_says()
    {
        var clock = new Clock();
        var bucket = new TokenBucket(100, 1000, clock);
        Assert.True(bucket.TryTake(999, out _));
        Assert.True(bucket.TryTake(101, out var none));
        Assert.Equal(TimeSpan.Zero, none);
        Assert.False(bucket.TryTake(1, out var wait));
        Assert.Equal(1.01, wait.TotalSeconds, 0.001);
        clock.Pass(wait.TotalSeconds * 0.9);
        Assert.False(bucket.TryTake(1, out _));
        clock.Pass(wait.TotalSeconds * 0.1);
        Assert.True(bucket.TryTake(1, out _));
    }

    [Fact]
    public void A_batch_larger_than_the_burst_is_taken_and_paid_for_afterwards()
    {
        var clock = new Clock();
        var bucket = new TokenBucket(100, 200, clock);
        Assert.True(bucket.TryTake(1200, out _));
        Assert.False(bucket.TryTake(1, out var wait));
        Assert.Equal(10, wait.TotalSeconds, 0.1);
        clock.Pass(wait.TotalSeconds);
        Assert.True(bucket.TryTake(1, out _));
    }

    [Fact]
    public void Who_sent_nothing_for_long_has_its_burst_and_no_more()
    {
        var clock = new Clock();
        var bucket = new TokenBucket(100, 1000, clock);
        clock.Pass(86_400);
        Assert.True(bucket.TryTake(1000, out _));
        Assert.False(bucket.TryTake(1, out _));
    }

    [Fact]
    public void Over_a_long_time_no_more_is_taken_than_may_be()
    {
        var clock = new Clock();
        var random = new Random(5);
        var bucket = new TokenBucket(1000, 5000, clock);
        var (taken, seconds) = (0L, 0.0);
        for (var turn = 0; turn < 10_000; turn++)
        {
            var (count, pass) = (random.Next(1, 500), random.NextDouble() * 0.2);
            if (bucket.TryTake(count, out _)) taken += count;
            clock.Pass(pass);
            seconds += pass;
        }

        Assert.InRange(taken, (seconds * 1000) * 0.95, (seconds * 1000) + 5000 + 500);
    }
}
