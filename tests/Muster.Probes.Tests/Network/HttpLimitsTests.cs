using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Network;

/// <summary>A connection that ends without a word is a refusal only where it was the size that ended it.</summary>
public sealed class HttpLimitsTests
{
    static readonly byte[] Ok = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    /// <summary>Serves each connection by its number: the first is 1.</summary>
    static LoopbackListener Peer(Func<int, Stream, CancellationToken, Task> serve)
    {
        var count = 0;
        return LoopbackListener.Start((stream, stop) => serve(Interlocked.Increment(ref count), stream, stop));
    }

    static async Task<int> Hear(Stream stream, int most, CancellationToken stop)
    {
        var (heard, all) = (new byte[4096], 0);
        while (all < most && await stream.ReadAsync(heard, stop) is > 0 and var got)
        {
            all += got;
            if (heard.AsSpan(0, got).IndexOf("\r\n\r\n"u8) >= 0) break;
        }

        return all;
    }

    static async Task Answer(Stream stream, CancellationToken stop)
    {
        await Hear(stream, int.MaxValue, stop);
        await stream.WriteAsync(Ok, stop);
    }

    static Task<Sight> Look(LoopbackListener peer, string limit, params (string, Value)[] more) =>
        Probing.Look("http.limits", [("target", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{peer.Port}")), (limit, "512kB"), .. more]);

    [Theory]
    [InlineData("head")]
    [InlineData("url")]
    public async Task A_peer_that_cuts_off_while_the_large_part_comes_has_refused_it(string limit)
    {
        await using var peer = Peer((number, stream, stop) => number == 2 ? Hear(stream, 8 * 1024, stop) : Answer(stream, stop));

        var seen = (await Look(peer, limit + "_over")).Observation!;

        Assert.Equal((Value.True, (Value)0), (seen[limit + "_refused"], seen[limit + "_status"]));
    }

    [Theory]
    [InlineData("head")]
    [InlineData("url")]
    public async Task A_peer_that_hangs_up_before_anything_large_was_sent_has_refused_nothing(string limit)
    {
        await using var peer = Peer((number, stream, stop) => number == 2 ? Task.CompletedTask : Answer(stream, stop));

        Probing.Blind(await Look(peer, limit + "_over"), Blind.Unreachable, "before");
    }

    [Theory]
    [InlineData("head")]
    [InlineData("url")]
    [InlineData("body")]
    public async Task A_peer_that_answers_nobody_any_more_has_refused_nothing(string limit)
    {
        await using var peer = Peer((number, stream, stop) => number == 1 ? Answer(stream, stop) : Hear(stream, 8 * 1024, stop));

        Probing.Blind(await Look(peer, limit + "_over"), Blind.Unreachable, "any more");
    }

    [Fact]
    public async Task A_peer_that_never_answers_is_not_seen()
    {
        await using var hangsUp = Peer((_, stream, stop) => Hear(stream, 10, stop));
        await using var silent = Peer((number, stream, stop) => number == 1 ? Answer(stream, stop) : Task.Delay(Timeout.Infinite, stop));

        Probing.Blind(await Look(hangsUp, "head_over"), Blind.Unreachable, "without an answer");
        var run = await Probing.Run(Probing.Options, Probing.Ask([new Asked("", "http.limits", Value.Of(("target", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{silent.Port}")), ("url_over", "2kB"))) { Deadline = TimeSpan.FromSeconds(2) }]));
        Assert.Equal(Blind.Deadline, run.Sights[0].Blind);
    }

    [Theory]
    [InlineData("head_over", "head_refused")]
    [InlineData("url_over", "url_refused")]
    public async Task A_path_that_answers_an_error_to_every_GET_has_no_limit(string limit, string refused)
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => new(request.Method == "GET" ? 405 : 200);

        var seen = (await Probing.Look("http.limits", ("target", site.Address.AbsoluteUri), (limit, "8kB"))).Observation!;

        Assert.Equal((Value.True, Value.False), (seen["under_admitted"], seen[refused]));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true)]
    [InlineData("", true)]
    public async Task A_peer_that_answers_before_it_was_asked_has_ended_nothing(string says, bool ended)
    {
        await using var peer = Peer(async (number, stream, stop) =>
        {
            if (number != 2) await Answer(stream, stop);
            else if (await stream.ReadAsync(new byte[4096], stop) > 0) await stream.WriteAsync(Encoding.ASCII.GetBytes(says), stop);
        });

        var seen = (await Probing.Look("http.limits", ("target", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{peer.Port}")), ("slow", "3s"))).Observation!;

        Assert.Equal((Value)ended, seen["slow_ended"]);
    }
}
