using System.IO.Compression;
using System.Text;
using Muster.Probes.Load;
using Muster.Probes.Tests.Load.Wires;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Whatever an answer holds, its reading ends in a figure and never in the thread that all users of a lane share.</summary>
public class HostileRunTests
{
    static readonly byte[][] Answers =
    [
        .. new[]
        {
            "HTTP/1.1 200 OK\r\nSet-Cookie: id=5; Max-Age=0\r\nSet-Cookie: sid=abc; Path=/\r\nX-Token: t\r\nContent-Length: 35\r\n\r\n{\"items\":[{\"id\":7}],\"token\":\"a\\u0062\"}",
            "HTTP/1.1 302 Found\r\nLocation: /next?x=1#there\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 307 Found\r\nLocation: //127.0.0.1:1/next\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nid=12\r\n0\r\n\r\n",
            SocketSite.Opening + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        }.Select(Encoding.Latin1.GetBytes),
        Coded("gzip", stream => new GZipStream(stream, CompressionLevel.Fastest)),
        Coded("deflate", stream => new ZLibStream(stream, CompressionLevel.Fastest)),
        Coded("br", stream => new BrotliStream(stream, CompressionLevel.Fastest)),
    ];

    static byte[] Coded(string name, Func<Stream, Stream> code)
    {
        using var body = new MemoryStream();
        using (var coder = code(body)) coder.Write(Encoding.ASCII.GetBytes("{\"token\":\"" + new string('x', 2000) + "\"}"));
        var coded = body.ToArray();
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: {name}\r\nContent-Length: {coded.Length}\r\n\r\n"), .. coded];
    }

    [Fact]
    public async Task No_damaged_answer_ends_the_run()
    {
        var damaged = new List<byte[]>();
        Fuzz.Damage(Answers, damaged.Add, share: 10);
        var served = -1;
        await using var site = LoopbackListener.Start(async (stream, cancel) =>
        {
            if (await Peer.Request(stream, cancel) is null) return;
            await stream.WriteAsync(damaged[Interlocked.Increment(ref served) % damaged.Count], cancel);
        });
        var form = (Value.Fields)Value.Parse(Encoding.UTF8.GetBytes($$"""
            {
              "target": "http://127.0.0.1:{{site.Port}}", "http": { "compression": true },
              "scenarios": { "odd": { "vus": 8, "iterations": {{damaged.Count}}, "max_duration": "2m", "cookies": true, "requests": [ {
                "get": "/", "follow": 3, "timeout": "100ms", "check": { "body": { "contains": "x" }, "/items": { "count": "at least 1" }, "header": { "x-token": "t" } },
                "save": { "a": { "json": "/token" }, "b": { "header": "x-token" }, "c": { "cookie": "sid" }, "d": { "regex": "id=(\\d+)", "group": 1 } } } ] } }
            }
            """));
        var read = LoadPlanReader.Read(LoadForm.Of(form), new LoadFolder("."));
        Assert.Empty(read.Problems);

        var outcome = await LoadRun.Run(read.Plan!, new RunnerOptions { Release = Digest.Of("test"u8) }, new(), TestContext.Current.CancellationToken);

        var result = Assert.IsType<LoadOutcome.Ran>(outcome).Result;
        Assert.True(result.Balance.Holds, result.Balance.ToString());
        Assert.Equal(damaged.Count, result.All.Requests);
        Assert.True(result.All.Failures[(int)Failure.Garbage] > 0 && result.All.Failures[(int)Failure.Extraction] + result.All.Failures[(int)Failure.Check] > 0);
    }
}
