using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Whole runs against real sockets. Figures of time are only ever compared with stalls that are far longer than a busy machine makes.</summary>
public class LoadRunTests
{
    static Template Text(string text) => Template.Of(Encoding.UTF8.GetBytes(text));

    static RequestStep Get(string path, string name = "request") => new() { Name = name, Url = Text(path) };

    static LoadPlan Plan(Uri target, LoadModel model, params RequestStep[] steps) => new()
    {
        Target = target,
        Scenarios = [new() { Name = "load", Model = model, Requests = steps.Length > 0 ? [.. steps] : [Get("/")], GracefulStop = TimeSpan.FromSeconds(5), MostUsers = 500 }],
    };

    static LoadPlan With(LoadPlan plan, Func<Scenario, Scenario> change) => plan with { Scenarios = [.. plan.Scenarios.Select(change)] };

    static async Task<LoadResult> Run(LoadPlan plan, CancellationToken? cancel = null, Action<LoadProgress>? progress = null)
    {
        var outcome = await LoadRun.Run(plan, new RunnerOptions { Release = Digest.Of("test"u8) }, new() { Progress = progress }, cancel ?? TestContext.Current.CancellationToken);
        var result = Assert.IsType<LoadOutcome.Ran>(outcome).Result;
        Assert.True(result.Balance.Holds, result.Balance.ToString());
        return result;
    }

    [Fact]
    public async Task A_constant_rate_begins_as_many_requests_as_it_says()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(Plan(site.Address, new LoadModel.ConstantRate(200, TimeSpan.FromSeconds(2))));

        Assert.Equal(400, result.All.Requests);
        Assert.Equal(0, result.All.Failed);
        Assert.Equal((400, 400, 0, 0), (result.Balance.Sent, result.Balance.Answered, result.Balance.Failed, result.Balance.InFlight));
        Assert.Equal(400, site.Served);
        Assert.InRange(result.Over.TotalSeconds, 2, 3);
    }

    [Fact]
    public async Task Users_share_iterations_and_end_with_them()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(7, 1000, TimeSpan.FromSeconds(30))));

        Assert.Equal(1000, result.All.Requests);
        Assert.Equal(1000, site.Served);
        Assert.True(result.Took < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Iterations_that_their_time_did_not_suffice_for_are_a_doubt()
    {
        await using var site = new StallingSite(_ => (200, TimeSpan.FromMilliseconds(50)));

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 1000, TimeSpan.FromMilliseconds(500))));

        Assert.Contains(result.Doubts, doubt => doubt.Contains("of 1000 iterations within 0.5 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_user_does_its_own_iterations()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(Plan(site.Address, new LoadModel.IterationsPerUser(5, 20, TimeSpan.FromSeconds(30)), Get("/a", "a"), Get("/b", "b")));

        Assert.Equal(200, result.All.Requests);
        Assert.Equal(100, Assert.Single(result.Iterations).Done);
        Assert.Equal([("a", 100L), ("b", 100L)], result.Tallies.Select(tally => (tally.Request, tally.Tally.Requests)));
    }

    [Fact]
    public async Task More_users_than_come_in_the_time_of_a_few_all_do_theirs()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var each = await Run(Plan(site.Address, new LoadModel.IterationsPerUser(300, 3, TimeSpan.FromMinutes(2))));
        var shared = await Run(Plan(site.Address, new LoadModel.SharedIterations(50, 50, TimeSpan.FromMinutes(2))));

        Assert.Equal(900, each.All.Requests);
        Assert.Equal(50, shared.All.Requests);
        Assert.True(each.Took + shared.Took < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task What_is_still_open_at_the_end_counts_as_failed_in_every_rate()
    {
        await using var site = new StallingSite(number => (200, TimeSpan.FromSeconds(number % 20 == 0 ? 30 : 0)));

        var result = await Run(With(Plan(site.Address, new LoadModel.ConstantRate(200, TimeSpan.FromSeconds(1))), scenario => scenario with { GracefulStop = TimeSpan.FromMilliseconds(500) }));

        Assert.Equal((200, 10, 10), (result.All.Requests, result.All.Failed, result.All.Failures[(int)Failure.Open]));
        Assert.Equal((200, 190, 0, 10), (result.Balance.Sent, result.Balance.Answered, result.Balance.Failed, result.Balance.InFlight));
        Assert.True(result.All.Latency.Greatest > 500_000_000);
        Assert.True(result.Windows[^1].Draining);
    }

    [Fact]
    public async Task The_grace_of_one_scenario_ends_though_another_goes_on()
    {
        await using var site = new StallingSite(_ => (200, TimeSpan.FromMilliseconds(100)));
        var plan = Plan(site.Address, new LoadModel.ConstantRate(100, TimeSpan.FromMilliseconds(500)));
        plan = plan with
        {
            Scenarios =
            [
                plan.Scenarios[0] with { Name = "flood", MostUsers = 1, GracefulStop = TimeSpan.FromMilliseconds(300) },
                plan.Scenarios[0] with { Name = "long", Model = new LoadModel.ConstantRate(5, TimeSpan.FromSeconds(3)) },
            ],
        };

        var result = await Run(plan);

        Assert.True(result.Tallies[0].Tally.Requests < 20, $"{result.Tallies[0].Tally.Requests}");
        Assert.Equal(50, result.Iterations[0].Begun + result.Iterations[0].Dropped);
        Assert.Equal(15, result.Tallies[1].Tally.Requests);
    }

    [Fact]
    public async Task A_redirect_carries_the_cookie_that_it_was_given_with()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/login", _ => SiteResponse.Redirect("/home", 302).With("Set-Cookie", "session=s1; Path=/"))
            .Route("/home", request => request.Headers.GetValueOrDefault("cookie") == "session=s1" ? new(200, "in") : new(401, "out"));

        var result = await Run(With(Plan(site.Address, new LoadModel.SharedIterations(1, 10, TimeSpan.FromSeconds(30)), Get("/login") with { Redirects = 3 }), scenario => scenario with { Cookies = true }));

        Assert.Equal((10, 10), (result.All.Requests, result.All.Statuses[200]));
    }

    [Fact]
    public async Task A_redirect_that_leads_nowhere_is_a_failure_where_it_was_to_be_followed()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => SiteResponse.Redirect("/", 302);

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 10, TimeSpan.FromSeconds(30)), Get("/") with { Redirects = 3 }));

        Assert.Equal((10, 10), (result.All.Failed, result.All.Failures[(int)Failure.Status]));
    }

    [Fact]
    public async Task The_first_step_is_judged_by_what_of_it_counts()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(With(Plan(site.Address, new LoadModel.StepTest(50, 50, 100, TimeSpan.FromSeconds(1), null)), scenario => scenario with { WarmUp = TimeSpan.FromMilliseconds(500) }));

        Assert.Equal([true, true], result.Steps.Select(step => step.Held));
    }

    [Fact]
    public async Task A_step_whose_answers_take_a_while_is_judged_by_what_was_due_in_it()
    {
        await using var site = new StallingSite(_ => (200, TimeSpan.FromMilliseconds(150)));

        var result = await Run(Plan(site.Address, new LoadModel.StepTest(40, 40, 80, TimeSpan.FromSeconds(1), null)));

        Assert.Equal([(true, 40L), (true, 80L)], result.Steps.Select(step => (step.Held == true, step.Requests)));
    }

    [Fact]
    public async Task Several_threads_do_what_one_would()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var open = await Run(Plan(site.Address, new LoadModel.ConstantRate(300, TimeSpan.FromSeconds(1))) with { Threads = 3 });
        var closed = await Run(Plan(site.Address, new LoadModel.SharedIterations(8, 500, TimeSpan.FromSeconds(30))) with { Threads = 3 });

        Assert.Equal(300, open.All.Requests);
        Assert.Equal(500, closed.All.Requests);
    }

    [Fact]
    public async Task Users_come_and_go_with_their_stages()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");
        var seen = new List<int>();

        var result = await Run(Plan(site.Address, new LoadModel.RampingUsers(0, [new(TimeSpan.FromSeconds(1), 8), new(TimeSpan.FromSeconds(1), 0)])), progress: step => seen.Add(step.Window.Users));

        Assert.InRange(Assert.Single(result.Iterations).MostUsers, 5, 8);
        Assert.True(seen[0] < seen.Max());
        Assert.True(result.All.Requests > 0);
    }

    [Fact]
    public async Task A_target_that_freezes_shows_its_freeze_under_a_rate_and_hides_it_from_users_that_wait()
    {
        await using var site = LoopbackSite.Start();
        using var thaw = new ManualResetEventSlim(true);
        var served = 0;
        site.Otherwise = request =>
        {
            // One second of silence for everybody, in the middle.
            if (Interlocked.Increment(ref served) == 200)
            {
                thaw.Reset();
                _ = Task.Run(() => { thaw.Wait(TimeSpan.FromSeconds(1)); thaw.Set(); });
            }

            thaw.Wait(TimeSpan.FromSeconds(5));
            return new(200, "hello");
        };

        var open = await Run(Plan(site.Address, new LoadModel.ConstantRate(200, TimeSpan.FromSeconds(3))));
        served = 0;
        var closed = await Run(With(Plan(site.Address, new LoadModel.ConstantUsers(1, TimeSpan.FromSeconds(3))), scenario => scenario with { Think = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(2)) }));

        // 200 of 600 fell into the second of silence: a quarter waited half a second or longer.
        Assert.True(open.All.Latency.Quantile(0.99) > 700_000_000, $"{open.All.Latency.Quantile(0.99) / 1e6} ms");
        Assert.True(open.All.Latency.Quantile(0.8) > 200_000_000);
        // The one user waited once.
        Assert.True(closed.All.Latency.Greatest > 700_000_000);
        Assert.True(closed.All.Latency.Quantile(0.99) < 300_000_000, $"{closed.All.Latency.Quantile(0.99) / 1e6} ms");
    }

    [Fact]
    public async Task A_target_that_falls_behind_shows_its_whole_delay_though_users_are_few()
    {
        await using var site = new StallingSite(_ => (200, TimeSpan.FromMilliseconds(20)));

        // One user and 20 ms each: at most 50/s of the 100/s asked for.
        var result = await Run(With(Plan(site.Address, new LoadModel.ConstantRate(100, TimeSpan.FromSeconds(1))), scenario => scenario with { MostUsers = 1, GracefulStop = TimeSpan.FromSeconds(30) }));

        Assert.Equal(100, result.All.Requests);
        // Two seconds of work: what was drained after the plan's end was not done within it.
        Assert.True(result.RequestsPerSecond < 60, $"{result.RequestsPerSecond}/s");
        Assert.True(Assert.Single(result.Iterations).Queued > 50);
        Assert.True(result.All.Latency.Greatest > 700_000_000);
        Assert.True(result.All.Service.Quantile(0.5) < 200_000_000);
    }

    [Fact]
    public async Task What_waits_and_is_never_begun_is_a_doubt()
    {
        await using var site = new StallingSite(_ => (200, TimeSpan.FromMilliseconds(100)));

        var result = await Run(With(Plan(site.Address, new LoadModel.ConstantRate(100, TimeSpan.FromSeconds(1))), scenario => scenario with { MostUsers = 1, GracefulStop = TimeSpan.FromMilliseconds(200) }));

        Assert.True(Assert.Single(result.Iterations).Dropped > 50);
        Assert.Contains(result.Doubts, doubt => doubt.Contains("were due and never begun", StringComparison.Ordinal));
        Assert.Equal(ThresholdState.Unproven, result.State);
    }

    [Fact]
    public async Task The_warm_up_counts_for_nothing()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(With(Plan(site.Address, new LoadModel.ConstantRate(100, TimeSpan.FromSeconds(2))), scenario => scenario with { WarmUp = TimeSpan.FromSeconds(1) }));

        Assert.Equal(100, result.All.Requests);
        Assert.Equal(200, result.Balance.Sent);
        Assert.InRange(result.Over.TotalSeconds, 1, 2);
        Assert.True(result.Windows[0].WarmUp);
        Assert.False(result.Windows[^1].WarmUp);
        Assert.Equal(200, result.Windows.Sum(window => window.Requests));
    }

    [Fact]
    public async Task Statuses_that_were_not_asked_for_are_failures_by_name()
    {
        await using var site = LoopbackSite.Start();
        var served = 0;
        site.Otherwise = _ => Interlocked.Increment(ref served) % 10 == 0 ? new(503, "down") : new(200, "up");

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 200, TimeSpan.FromSeconds(30))));

        Assert.Equal(20, result.All.Failed);
        Assert.Equal(20, result.All.Failures[(int)Failure.Status]);
        Assert.Equal(20, result.All.Statuses[503]);
        Assert.Equal(180, result.All.Good.Count);
    }

    [Fact]
    public async Task A_redirect_is_followed_as_far_as_the_step_says_and_is_one_request()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/from", _ => SiteResponse.Redirect("/to", 302)).Route("/to", _ => new(200, "there"));

        var followed = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 10, TimeSpan.FromSeconds(30)), Get("/from") with { Redirects = 3 }));
        var left = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 10, TimeSpan.FromSeconds(30)), Get("/from")));

        Assert.Equal((10, 10), (followed.All.Requests, followed.All.Statuses[200]));
        Assert.Equal(20, followed.Balance.Sent);
        Assert.Equal((10, 10), (left.All.Requests, left.All.Statuses[302]));
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_not_followed()
    {
        await using var site = LoopbackSite.Start();
        await using var other = LoopbackSite.Start();
        other.Otherwise = _ => new(200, "caught");
        site.Otherwise = _ => SiteResponse.Redirect(other.Address.AbsoluteUri, 302);

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 10, TimeSpan.FromSeconds(30)), Get("/") with { Redirects = 3 }));

        Assert.Equal(0, other.Served);
        Assert.Equal(10, result.All.Statuses[302]);
    }

    [Fact]
    public async Task Nobody_listening_is_nothing_measured()
    {
        int port;
        await using (var site = LoopbackSite.Start()) port = site.Port;

        var result = await Run(Plan(new($"http://127.0.0.1:{port}/"), new LoadModel.ConstantRate(50, TimeSpan.FromSeconds(1))));

        Assert.Equal(50, result.All.Failures[(int)Failure.Refused]);
        Assert.Null(result.Target.Before);
        Assert.Contains(result.Doubts, doubt => doubt.StartsWith("not one of 50 requests was answered", StringComparison.Ordinal));
        Assert.Equal(ThresholdState.Unproven, result.State);
    }

    [Fact]
    public async Task A_target_that_never_answers_leaves_its_requests_in_flight()
    {
        await using var site = LoopbackSite.Start();
        using var let = new ManualResetEventSlim();
        site.Otherwise = _ => { let.Wait(TimeSpan.FromSeconds(20)); return new(200); };

        var result = await Run(With(Plan(site.Address, new LoadModel.ConstantUsers(3, TimeSpan.FromMilliseconds(500))), scenario => scenario with { GracefulStop = TimeSpan.FromMilliseconds(200) }));
        let.Set();

        Assert.Equal((3, 0, 0, 3), (result.Balance.Sent, result.Balance.Answered, result.Balance.Failed, result.Balance.InFlight));
        // They had their time: they have failed, and waited at least as long as that.
        Assert.Equal((3, 3), (result.All.Requests, result.All.Failures[(int)Failure.Open]));
        Assert.True(result.All.Latency.Least >= 600_000_000, $"{result.All.Latency.Least / 1e6} ms");
        Assert.Contains(result.Doubts, doubt => doubt.StartsWith("not one of 3 requests was answered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_timeout_is_a_failure_with_its_own_latency()
    {
        await using var site = LoopbackSite.Start();
        using var let = new ManualResetEventSlim();
        site.Otherwise = _ => { let.Wait(TimeSpan.FromSeconds(20)); return new(200); };

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(2, 4, TimeSpan.FromSeconds(30)), Get("/") with { Timeout = TimeSpan.FromMilliseconds(300) }));
        let.Set();

        Assert.Equal(4, result.All.Failures[(int)Failure.Timeout]);
        Assert.True(result.All.Latency.Least >= 300_000_000);
    }

    [Fact]
    public async Task An_interrupted_run_shows_what_it_measured_and_proves_nothing()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");
        using var stop = new CancellationTokenSource();

        var result = await Run(Plan(site.Address, new LoadModel.ConstantRate(100, TimeSpan.FromMinutes(5))), stop.Token, progress: step =>
        {
            if (step.Now.Select(new Dictionary<string, string>()).Requests >= 100) stop.Cancel();
        });

        Assert.True(result.All.Requests >= 100);
        Assert.True(result.Took < TimeSpan.FromMinutes(1));
        Assert.True(result.Over < TimeSpan.FromMinutes(1));
        Assert.Contains(result.Doubts, doubt => doubt.StartsWith("it was interrupted after", StringComparison.Ordinal));
        Assert.NotNull(result.Target.After);
    }

    [Fact]
    public async Task An_impossible_rate_is_the_generators_fault_and_no_result()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(With(Plan(site.Address, new LoadModel.ConstantRate(900_000, TimeSpan.FromMilliseconds(700))), scenario => scenario with { GracefulStop = TimeSpan.Zero }));

        Assert.True(result.Unfit || result.Iterations[0].Dropped > 0);
        Assert.NotEmpty(result.Doubts);
        Assert.Equal(ThresholdState.Unproven, result.State);
    }

    [Fact]
    public async Task Another_process_behind_the_address_is_noticed()
    {
        var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");
        var says = "one";
        site.Route("/version", _ => SiteResponse.Json(200, $$"""{"digest":"{{says}}"}"""));

        var result = await Run(Plan(site.Address, new LoadModel.ConstantRate(100, TimeSpan.FromSeconds(1))) with { Identity = new("/version", "/digest") }, progress: _ => says = "two");
        await site.DisposeAsync();

        Assert.Equal("one", result.Target.Before!["says"]);
        Assert.Equal("two", result.Target.After!["says"]);
        Assert.Contains(result.Doubts, doubt => doubt.StartsWith("the target was another one after the run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_process_that_listens_here_is_part_of_the_identity()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "hello");

        var result = await Run(Plan(site.Address, new LoadModel.SharedIterations(1, 10, TimeSpan.FromSeconds(30))));

        Assert.Equal(result.Target.Before, result.Target.After);
        Assert.Equal(Environment.ProcessId, ((Value.Number)result.Target.Before!["process_id"]!).Is);
        Assert.True(((Value.Number)result.Target.Before["process_started"]!).Is > 0);
    }

    [Theory]
    [InlineData("http://169.254.169.254/", Blind.Refused)]
    [InlineData("http://no-such-host.invalid/", Blind.NoSuchHost)]
    [InlineData("http://10.1.2.3/", Blind.NoConsent)]
    public async Task Where_nobody_may_go_nothing_is_sent(string target, Blind why)
    {
        var dialled = new List<string>();
        var guard = new OutboundGuard(resolve: (host, _) => ValueTask.FromResult(System.Net.IPAddress.TryParse(host, out var address) ? [address] : Array.Empty<System.Net.IPAddress>()),
            dial: (to, _, _) => { dialled.Add(to.ToString()); throw new System.Net.Sockets.SocketException(111); });

        var outcome = await LoadRun.Run(Plan(new(target), new LoadModel.ConstantRate(10, TimeSpan.FromSeconds(1))), new RunnerOptions { Release = Digest.Of("test"u8), Guard = guard }, new(), TestContext.Current.CancellationToken);

        Assert.Equal(why, Assert.IsType<LoadOutcome.Never>(outcome).Why);
        Assert.Empty(dialled);
    }

    [Fact]
    public async Task A_step_test_finds_the_knee_and_stops_there()
    {
        // The first two steps ask 300 times; the third finds it full.
        await using var site = new StallingSite(number => (number > 320 ? 503 : 200, TimeSpan.Zero));

        var result = await Run(Plan(site.Address, new LoadModel.StepTest(100, 100, 600, TimeSpan.FromSeconds(1), 150)));

        Assert.Equal([true, true, false], result.Steps.Take(3).Select(step => step.Held));
        Assert.Equal(new Capacity(200, 300, 150), result.Capacity);
        Assert.Equal(0.25, result.Capacity!.Headroom);
        Assert.True(result.Took < TimeSpan.FromSeconds(6));
    }
}
