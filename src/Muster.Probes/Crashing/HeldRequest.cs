using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A request that is sent byte by byte, so that its end can be held back: a service has it in hand until then.</summary>
sealed record HeldRequest(string Method, string Path, byte[] Body)
{
    const int Piece = 64 * 1024;
    static readonly string[] Forms = ["post", "put", "patch"];

    public static (HeldRequest Form, bool Hold) Of(Value.Fields map, string name)
    {
        if (Forms.Where(form => map[form] is Value.Text { Is: ['/', ..] }).ToArray() is not [var form]) throw Given.Wrong(name, "is no request with a body: write { post: /path, json: … }");
        var path = ((Value.Text)map[form]!).Is;
        if (path.AsSpan().ContainsAny(" \r\n")) throw Given.Wrong(name, "has a path with blanks");
        var body = map["json"] is { } json ? CanonicalJson.Bytes(json) : throw Given.Wrong(name, "has no \"json\", the body");
        return (new(form.ToUpperInvariant(), path, body), map["hold"] is not (Value.Truth { Is: false } or Value.Text { Is: "false" }));
    }

    /// <summary>That many at once, each on a connection of its own; their statuses, 0 for an end without an answer.</summary>
    /// <param name="size">Of the body; blanks follow the form's own.</param>
    public static async Task<int[]> Send(Given given, ProbeContext context, HeldRequest form, long size, int count, bool hold, TimeSpan settling, CancellationToken cancel)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        var all = Enumerable.Range(0, count).Select(async _ =>
        {
            try { return await One(); }
            catch (Exception down) when (!cancel.IsCancellationRequested && down is IOException or Unseen { Blind: Blind.Unreachable } or System.Net.Sockets.SocketException) { return 0; } // No answer, which is one too.
            finally { Interlocked.Increment(ref held); }
        }).ToArray();
        if (hold)
        {
            // Each is answered early, or held; then a while, so that the service has them all.
            while (Volatile.Read(ref held) < count) await Task.Delay(TimeSpan.FromMilliseconds(10), context.Clock, cancel);
            await Task.Delay(settling, context.Clock, cancel);
        }

        release.SetResult();
        return await Task.WhenAll(all);

        async Task<int> One()
        {
            await using var http = await RawHttp.Open(given, context, cancel);
            var headers = string.Concat(HttpApi.HeadersOf(given).Select(header => header.Name.AsSpan().ContainsAny(":\r\n ") || header.Text.AsSpan().ContainsAny('\r', '\n') ? throw Given.Wrong("headers", $"cannot be sent: {header.Name}") : $"{header.Name}: {header.Text}\r\n"));
            await http.Write($"{form.Method} {form.Path} HTTP/1.1\r\nHost: {http.Host}\r\nUser-Agent: muster\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n{headers}\r\n", cancel);
            var answer = http.Answer(cancel);
            try
            {
                await Pour(http, answer, size - 1);
                if (hold)
                {
                    Interlocked.Increment(ref held);
                    try { await Task.WhenAny(release.Task, answer).WaitAsync(cancel); }
                    finally { Interlocked.Decrement(ref held); }
                }

                if (!answer.IsCompleted) await http.Write(size > form.Body.Length ? " "u8.ToArray() : form.Body[^1..], cancel);
            }
            catch (IOException) { return (await answer).Status; } // Cut off while it was sent; an answer may have come before.
            return (await answer).Status;
        }

        async Task Pour(RawHttp http, Task<(int Status, string Head)> answer, long most)
        {
            var own = form.Body.AsMemory(0, (int)Math.Min(form.Body.Length, most));
            await http.Write(own, cancel);
            var blanks = Encoding.ASCII.GetBytes(new string(' ', Piece));
            for (long sent = own.Length; sent < most && !answer.IsCompleted;)
            {
                var now = (int)Math.Min(Piece, most - sent);
                await http.Write(blanks.AsMemory(0, now), cancel);
                sent += now;
            }
        }
    }
}
