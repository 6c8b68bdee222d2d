using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The outbox keeps order and bounds, and neither a damaged file nor a clock that is set stops it.</summary>
public sealed class OutboxTests : IDisposable
{
    static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    readonly Scratch _scratch = new();
    readonly SetClock _clock = new(At);
    readonly StringWriter _talk = new();

    Outbox Box => new(_scratch.Folder);

    static Message Make(int number, DateTimeOffset? at = null) => new($"muster_{number}", "test", at ?? At, """{"type":"test","data":{}}""");

    Host Host => new() { Clock = _clock, Folder = _scratch.Folder, Data = TextWriter.Null, Talk = _talk, Interactive = false, CanAsk = false, Variable = _ => null, Cancel = TestContext.Current.CancellationToken };

    async Task<Delivered> Deliver(Receiver receiver, bool now = false)
    {
        _scratch.Write("secret", Receiver.Secret);
        return await new Delivery(Host, Box, Webhook.Open(Host, receiver.Url, "secret")!).Run(now, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_signature_is_that_of_the_published_example()
    {
        _scratch.Write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSecret.Open(Host, "secret").Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));
    }

    [Fact]
    public async Task Messages_leave_in_the_order_they_came_and_a_name_of_ten_follows_one_of_nine()
    {
        for (var i = 1; i <= 12; i++) Assert.Equal(0, Box.Put(Make(i)));
        await using var receiver = Receiver.Start();
        Assert.Equal(12, (await Deliver(receiver)).Sent);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => $"muster_{i}"), receiver.Got.Select(got => got.Id));
    }

    [Fact]
    public void The_same_message_waits_once()
    {
        Box.Put(Make(1));
        Box.Put(Make(1));
        Assert.Single(Box.Waiting());
    }

    [Fact]
    public void More_than_it_holds_drops_the_oldest_and_says_how_many()
    {
        for (var i = 1; i <= Outbox.MostMessages; i++) Assert.Equal(0, Box.Put(Make(i)));
        Assert.Equal(1, Box.Put(Make(9999)));
        Assert.Equal(Outbox.MostMessages, Box.Waiting().Count());
        Assert.Equal("muster_2", Box.Waiting().First().Message!.Id);
    }

    [Fact]
    public async Task What_nobody_took_for_a_week_and_what_is_no_message_is_dropped_counted_and_told()
    {
        Box.Put(Make(1));
        _scratch.Write("outbox/000000000002.json", "{ not a message");
        _clock.Move(TimeSpan.FromDays(8));
        Box.Put(Make(3, _clock.GetUtcNow()));
        await using var receiver = Receiver.Start();

        var came = await Deliver(receiver);

        Assert.Equal((1, 0, 2, 2L), (came.Sent, came.Waiting, came.Dropped, Box.Dropped));
        Assert.Equal("muster_3", Assert.Single(receiver.Got).Id);
        Assert.Contains("nobody took for 7 days was dropped", _talk.ToString(), StringComparison.Ordinal);
        Assert.Contains("no message was dropped", _talk.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_longer_after_each_attempt_at_most_an_hour_and_as_long_as_it_is_asked_to()
    {
        Box.Put(Make(1));
        await using var receiver = Receiver.Start();
        receiver.Answer = _ => 500;
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var next = (await Deliver(receiver)).Next!.Value;
            waits.Add(next - _clock.GetUtcNow());
            Assert.Equal(next, (await Deliver(receiver)).Next); // not due: nothing is sent
            _clock.Move(next - _clock.GetUtcNow());
        }

        Assert.Equal(20, receiver.Got.Count);
        Assert.InRange(waits[0], TimeSpan.FromSeconds(0.49), TimeSpan.FromSeconds(1));
        Assert.All(Enumerable.Range(0, 10), i => Assert.InRange(waits[i].TotalSeconds, Math.Pow(2, i) / 2 - 0.01, Math.Pow(2, i)));
        Assert.InRange(waits[^1], TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_hold_a_message_for_days()
    {
        _clock.Move(TimeSpan.FromDays(2));
        Box.Put(Make(1, _clock.GetUtcNow()));
        await using var receiver = Receiver.Start();
        receiver.Answer = _ => 500;
        await Deliver(receiver);
        _clock.Move(TimeSpan.FromDays(-2));
        receiver.Answer = _ => 200;
        Assert.Equal(1, (await Deliver(receiver)).Sent);
    }

    [Fact]
    public async Task Who_finds_another_at_it_sends_nothing()
    {
        Box.Put(Make(1));
        await using var receiver = Receiver.Start();
        using var other = Box.Hold();
        var came = await Deliver(receiver, now: true);
        Assert.Equal((0, 1), (came.Sent, came.Waiting));
        Assert.Empty(receiver.Got);
    }

    [Fact]
    public void Whatever_stands_in_its_files_is_read_without_a_fault() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            foreach (var text in (byte[][])[bytes, [.. "{\"told\":{\"go\":"u8, .. bytes, .. "}}"u8], Encoding.UTF8.GetBytes("{\"told\":{\"go\":{\"verdict\":\"" + bytes.Length + "\"}},\"id\":" + bytes.Length + "}")])
            {
                _ = Message.Read(text);
                _ = RoundsState.Read(text);
                _ = DeliveryState.Read(text);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void What_is_remembered_is_read_back_the_same()
    {
        var told = new Told(Digest.Of("e"u8), Digest.Of("s"u8), Verdict.ConditionalGo, true, false, At);
        var state = new RoundsState { Dropped = 3, Failing = "x", About = new("shop", "go", "local"), Told = System.Collections.Immutable.ImmutableSortedDictionary<string, Told>.Empty.Add("go", told) };
        Assert.Equal(Encoding.UTF8.GetString(state.Bytes()), Encoding.UTF8.GetString(RoundsState.Read(state.Bytes())!.Bytes()));
        var message = Make(1) with { Attempts = 2, Next = At, LastError = "it answered 500" };
        Assert.Equal(message, Message.Read(message.Bytes()));
    }

    public void Dispose() => _scratch.Dispose();
}
