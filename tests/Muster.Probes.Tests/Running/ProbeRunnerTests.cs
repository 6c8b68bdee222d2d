using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Tests.Running;

public class ProbeRunnerTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_takes_something_away_comes_last_and_alone()
    {
        var (under, most, order) = (0, 0, new List<string>());
        var one = new Lock();
        async Task<Sight> Look(Asked asked, ProbeContext context, CancellationToken cancel)
        {
            lock (one)
            {
                most = Math.Max(most, asked.Kind == "takes" ? ++under + 1000 : ++under);
                order.Add(asked.Kind);
            }

            await Task.Yield();
            lock (one) under--;
            return Probing.Saw(("a", 1));
        }

        var options = Probing.With(Look);
        var fake = options.Kinds[0];
        options = options with { Kinds = [fake, fake with { Kind = fake.Kind with { Name = "takes", Hazard = Hazard.Destructive } }] };
        using var runner = new ProbeRunner(options);

        await runner.Look([Probing.Ask("takes"), Probing.Ask("fake"), Probing.Ask("takes"), Probing.Ask("fake")], TestContext.Current.CancellationToken);

        Assert.Equal(["fake", "fake", "takes", "takes"], order);
        Assert.Equal(1001, most);
    }

    [Fact]
    public async Task Every_ask_gets_exactly_one_run_in_order_even_when_probes_throw()
    {
        var options = Probing.With((asked, _, _) => asked.Parameters["n"] is Value.Number { Is: var n } && n % 3 == 0
            ? throw new InvalidOperationException("broken") : Task.FromResult(Probing.Saw(("n", asked.Parameters["n"]!))));
        using var runner = new ProbeRunner(options);
        ImmutableArray<Ask> asks = [.. Enumerable.Range(0, 100).Select(n => Probing.Ask("fake", ("n", n)))];

        var runs = await runner.Look(asks, Cancel);

        Assert.Equal(asks.Select(ask => ask.Question.Digest), runs.Select(run => run.Question));
        Assert.Equal(34, runs.Count(run => run.Sights[0].Blind == Blind.Crashed));
        Probing.Blind(runs[0].Sights[0], Blind.Crashed, "broken");
        Assert.Equal(1, runs[1].Sights[0].Observation!["n"]);
    }

    [Fact]
    public async Task A_run_says_when_where_for_which_release_and_by_whom()
    {
        var clock = new FakeClock();
        var options = Probing.With((_, _, _) => { clock.Move(TimeSpan.FromMilliseconds(1500.7)); return Task.FromResult(Probing.Saw(("a", 1))); }) with { Clock = clock };

        var run = await Probing.Run(options, Probing.Ask("fake"));

        Assert.Equal(Probing.Release, run.Release);
        Assert.Equal("staging", run.Environment);
        Assert.Equal(["control"], run.Cells);
        Assert.Equal(Origin.Live, run.Origin);
        Assert.Matches(@"^muster \d+\.\d+\.\d+$", run.By);
        Assert.Equal("2026-03-01T12:00:00.123Z", Instant.Write(run.Started));
        Assert.Equal("2026-03-01T12:00:01.624Z", Instant.Write(run.Finished));
        Assert.Equal(0, run.Started.Ticks % TimeSpan.TicksPerMillisecond);
        Assert.Equal(0, run.Finished.Ticks % TimeSpan.TicksPerMillisecond);
    }

    [Fact]
    public async Task A_deadline_is_a_blind_sight()
    {
        var clock = new FakeClock();
        var options = Probing.With((_, _, cancel) => Never(cancel)) with { Clock = clock };

        var running = Probing.Run(options, Probing.Ask(new Asked("", "fake", Value.Of(), Deadline: TimeSpan.FromSeconds(7))));
        await clock.Waiting(timers: 1);
        clock.Move(TimeSpan.FromSeconds(7));

        Probing.Blind((await running).Sights[0], Blind.Deadline, "7 s");
    }

    [Fact]
    public async Task A_probe_that_does_not_listen_cannot_hold_its_question_open()
    {
        var clock = new FakeClock();
        var options = Probing.With((_, _, _) => new TaskCompletionSource<Sight>().Task) with { Clock = clock };

        var running = Probing.Run(options, Probing.Ask("fake"));
        await clock.Waiting(timers: 1);
        clock.Move(TimeSpan.FromMinutes(1));

        Assert.Equal(Blind.Deadline, (await running).Sights[0].Blind);
    }

    [Fact]
    public async Task The_callers_cancel_is_thrown_and_is_no_deadline()
    {
        using var caller = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        using var runner = new ProbeRunner(Probing.With((_, _, cancel) => { began.SetResult(); return Never(cancel); }));

        var running = runner.Look(Probing.Ask("fake"), caller.Token);
        await began.Task;
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_probe_that_cancels_itself_is_a_crash_not_a_deadline()
    {
        var options = Probing.With((_, _, _) => throw new OperationCanceledException("of its own"));

        Probing.Blind((await Probing.Run(options, Probing.Ask("fake"))).Sights[0], Blind.Crashed, "of its own");
    }

    [Theory]
    [InlineData(5, 100, 5)]
    [InlineData(100, 3, 3)]
    public async Task No_more_questions_are_under_way_than_allowed_overall_and_for_each_target(int jobs, int perTarget, int most)
    {
        int now = 0, peak = 0;
        var full = new TaskCompletionSource();
        var options = Probing.With(async (_, _, _) =>
        {
            var mine = Interlocked.Increment(ref now);
            InterlockedMax(ref peak, mine);
            if (mine == most) full.TrySetResult();
            await full.Task;
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return Probing.Saw(("a", 1));
        }) with
        { Jobs = jobs, JobsPerTarget = perTarget };
        using var runner = new ProbeRunner(options);

        await runner.Look([.. Enumerable.Range(0, 60).Select(n => Probing.Ask("fake", ("target", "http://shop.test/"), ("n", n)))], Cancel);

        Assert.Equal(most, peak);
    }

    [Fact]
    public async Task Progress_names_each_question_twice_and_counts_to_the_end()
    {
        var told = new List<ProbeProgress>();
        using var runner = new ProbeRunner(Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("a", 1)))) with { Progress = told.Add });

        await runner.Look([.. Enumerable.Range(0, 20).Select(n => Probing.Ask("fake", ("n", n)))], Cancel);

        Assert.Equal(20, told.Count(one => one.Run is null));
        Assert.Equal(Enumerable.Range(1, 20), told.Where(one => one.Run is not null).Select(one => one.Done));
        Assert.All(told, one => Assert.Equal(20, one.Of));
    }

    [Fact]
    public async Task Within_asks_again_until_it_is_settled_and_counts_the_attempts()
    {
        var clock = new FakeClock();
        var asked = 0;
        var options = Probing.With((_, _, _) => Task.FromResult(++asked == 1 ? new() { Blind = Blind.Unreachable } : Probing.Saw(("n", asked)))) with { Clock = clock };
        var ask = Probing.Ask(new Asked("", "fake", Value.Of(), Within: TimeSpan.FromSeconds(60))) with { Settled = (_, seen) => ((Value.Fields)seen)["n"]!.Equals((Value)3) };

        var running = Probing.Run(options, ask);
        while (!running.IsCompleted) { await Task.WhenAny(clock.Waiting(1), running); clock.Move(TimeSpan.FromSeconds(1)); }

        var sight = (await running).Sights[0];
        Assert.Equal(3, sight.Attempts);
        Assert.Equal(3, sight.Observation!["n"]);
    }

    [Fact]
    public async Task A_judge_that_breaks_takes_only_its_own_question_down()
    {
        using var runner = new ProbeRunner(Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("a", 1)))) with { Secrets = (_, _) => throw new InvalidOperationException("no vault") });
        var broken = Probing.Ask(new Asked("", "fake", Value.Of(), Within: TimeSpan.FromSeconds(5))) with { Settled = (_, _) => throw new InvalidOperationException("bad matcher") };

        var runs = await runner.Look([broken, Probing.Ask("fake", ("target", "$(env:X)")), Probing.Ask("fake")], Cancel);

        Probing.Blind(runs[0].Sights[0], Blind.Crashed, "bad matcher");
        Probing.Blind(runs[1].Sights[0], Blind.Crashed, "no vault");
        Assert.NotNull(runs[2].Sights[0].Observation);
    }

    [Fact]
    public async Task Within_ends_with_the_last_that_was_seen()
    {
        var clock = new FakeClock();
        var options = Probing.With((_, _, _) => { clock.Move(TimeSpan.FromSeconds(4)); return Task.FromResult(Probing.Saw(("a", 1))); }) with { Clock = clock };
        var ask = Probing.Ask(new Asked("", "fake", Value.Of(), Within: TimeSpan.FromSeconds(5))) with { Settled = (_, _) => false };

        var running = Probing.Run(options, ask);
        await clock.Waiting(1);
        clock.Move(TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await running).Sights[0].Attempts);
        Assert.NotNull((await running).Sights[0].Observation);
    }

    [Fact]
    public async Task A_hazard_without_consent_is_not_asked()
    {
        var asked = 0;
        var options = Probing.With((_, _, _) => { asked++; return Task.FromResult(Probing.Saw(("a", 1))); }, Hazard.Destructive) with
        {
            Consent = environment => environment == "lab" ? [Hazard.Active, Hazard.Destructive] : [Hazard.Active],
        };

        Probing.Blind((await Probing.Run(options, Probing.Ask("fake"))).Sights[0], Blind.NoConsent, "destructive");
        Assert.Equal(0, asked);
        Assert.NotNull((await Probing.Run(options, Probing.Ask("fake") with { Environment = "lab" })).Sights[0].Observation);
    }

    [Fact]
    public async Task Another_vantage_and_an_unknown_kind_see_nothing()
    {
        var options = Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("a", 1))));

        Probing.Blind((await Probing.Run(options, new(new("outside", [new("", "fake", Value.Of())]), "staging", []))).Sights[0], Blind.NoVantage, "outside");
        Probing.Blind((await Probing.Run(options, Probing.Ask("absent"))).Sights[0], Blind.NotCapable, "absent");
    }

    [Fact]
    public async Task Steps_run_in_order_and_use_what_earlier_ones_saw_and_one_nonce()
    {
        var options = Probing.With((asked, _, _) => Task.FromResult(Probing.Saw(("id", 7), ("echo", asked.Parameters))));
        var ask = Probing.Ask(
            new Asked("write", "fake", Value.Of(("name", "$(nonce)"))),
            new Asked("read", "fake", Value.Of(("path", "/items/$(write.id)"), ("whole", "$(write.id)"), ("deep", "$(write.echo.name)"), ("nonce", "$(nonce)"))));

        var sights = (await Probing.Run(options, ask)).Sights;
        var again = (await Probing.Run(options, ask)).Sights;

        var echo = (Value.Fields)sights[1].Observation!["echo"]!;
        Assert.Equal(["write", "read"], sights.Select(sight => sight.Step));
        Assert.Equal("/items/7", echo["path"]);
        Assert.Equal(7, echo["whole"]);
        Assert.Equal(echo["nonce"], echo["deep"]);
        Assert.NotEqual(sights[0].Observation, again[0].Observation);
    }

    [Fact]
    public async Task After_a_blind_step_only_those_that_always_run_do_and_a_missing_value_is_named()
    {
        var options = Probing.With((asked, _, _) => Task.FromResult(asked.Name == "a" ? new() { Blind = Blind.Unreachable } : Probing.Saw(("a", 1))));

        var sights = (await Probing.Run(options, Probing.Ask(
            new Asked("a", "fake", Value.Of()), new Asked("b", "fake", Value.Of()), new Asked("c", "fake", Value.Of(), Always: true),
            new Asked("d", "fake", Value.Of(("x", "$(a.id)")), Always: true)))).Sights;

        Probing.Blind(sights[1], Blind.NotReached, "\"a\"");
        Assert.NotNull(sights[2].Observation);
        Probing.Blind(sights[3], Blind.NotReached, "$(a.id)");
    }

    [Fact]
    public async Task An_observation_is_bounded_and_what_is_cut_counts_as_not_seen()
    {
        var options = Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("text", new string('é', 100_000)), ("status", 200), ("list", Value.List(Enumerable.Repeat((Value)"x", 20_000))))));

        var seen = (await Probing.Run(options, Probing.Ask("fake"))).Sights[0].Observation!;

        Assert.True(CanonicalJson.Bytes(seen).Length <= 16 * 1024);
        Assert.Equal(200, seen["status"]);
        Assert.Null(seen["text"]);
        Assert.Null(seen["list"]);
        var cut = (Value.Fields)((Value.Fields)seen["cut"]!)["text"]!;
        Assert.Equal(200_000, cut["size"]);
        Assert.Equal(Digest.Of(System.Text.Encoding.UTF8.GetBytes(new string('é', 100_000))), cut["sha256"]);
        Assert.StartsWith("éé", ((Value.Text)cut["beginning"]!).Is, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_steps_share_the_bound()
    {
        var options = Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("text", new string('a', 15_000)))));

        var run = await Probing.Run(options, Probing.Ask([.. Enumerable.Range(0, 5).Select(n => new Asked($"s{n}", "fake", Value.Of()))]));

        Assert.True(Statements.ToBytes(run).Length <= 24 * 1024);
    }

    static async Task<Sight> Never(CancellationToken cancel)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        throw new InvalidOperationException("it ended");
    }

    static void InterlockedMax(ref int place, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref place)) < value && Interlocked.CompareExchange(ref place, value, seen) != seen) continue;
    }
}
