using System.Net;

namespace Muster.Probes.Tests.Outbound;

/// <summary>One POST through the guard: what came of it is a value, whatever the other side does.</summary>
public sealed class PostingTests
{
    static readonly Posting Posting = new(new OutboundGuard(), TimeProvider.System);

    static Task<Posted> Post(Uri to, TimeSpan? deadline = null, Posting? by = null) =>
        (by ?? Posting).Post(to, "{}"u8.ToArray(), "application/json", [new("webhook-id", "1")], deadline ?? TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    [Fact]
    public async Task The_body_and_the_headers_arrive_and_the_status_comes_back()
    {
        await using var site = LoopbackSite.Start();
        SiteRequest? got = null;
        site.Otherwise = request =>
        {
            got = request;
            return new(202);
        };
        Assert.Equal(new Posted.Answered(202, null), await Post(new(site.Address, "/hooks?x=1")));
        Assert.Equal(("POST", "/hooks", "{}", "1"), (got!.Method, got.Path, got.Body, got.Headers["webhook-id"]));
        Assert.Equal("application/json", got.Headers["content-type"]);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        await using var elsewhere = LoopbackSite.Start();
        await using var site = LoopbackSite.RedirectTo(elsewhere.Address);
        Assert.Equal(308, Assert.IsType<Posted.Answered>(await Post(site.Address)).Status);
        Assert.Equal(0, elsewhere.Served);
    }

    [Fact]
    public async Task How_long_it_asks_to_be_left_alone_is_heard()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new SiteResponse(429).With("Retry-After", "120");
        Assert.Equal(TimeSpan.FromMinutes(2), Assert.IsType<Posted.Answered>(await Post(site.Address)).RetryAfter);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_no_answer_after_the_deadline()
    {
        await using var site = LoopbackSite.Start();
        using var release = new ManualResetEventSlim();
        site.Otherwise = _ =>
        {
            release.Wait(TimeSpan.FromSeconds(30));
            return new(200);
        };
        var posted = await Post(site.Address, TimeSpan.FromMilliseconds(300));
        release.Set();
        Assert.Equal("no answer within 0.3 s", Assert.IsType<Posted.NoAnswer>(posted).Because);
    }

    [Fact]
    public async Task A_receiver_that_is_down_or_that_nobody_knows_is_no_answer()
    {
        Assert.IsType<Posted.NoAnswer>(await Post(new("http://127.0.0.1:1/")));
        var unknown = new Posting(new OutboundGuard(resolve: (_, _) => ValueTask.FromResult<IPAddress[]>([])), TimeProvider.System);
        Assert.Contains("does not resolve", Assert.IsType<Posted.NoAnswer>(await Post(new("http://gone.test/"), by: unknown)).Because, StringComparison.Ordinal);
    }

    [Theory, InlineData("http://169.254.169.254/"), InlineData("http://[::ffff:169.254.169.254]/"), InlineData("http://2852039166/")]
    public async Task What_may_not_be_touched_is_refused_before_anything_is_sent(string to)
    {
        var dialled = false;
        var posting = new Posting(new OutboundGuard(dial: (_, _, _) =>
        {
            dialled = true;
            throw new InvalidOperationException("dialled");
        }), TimeProvider.System);
        Assert.StartsWith("refused: ", Assert.IsType<Posted.NoAnswer>(await Post(new(to), by: posting)).Because, StringComparison.Ordinal);
        Assert.False(dialled);
    }
}
