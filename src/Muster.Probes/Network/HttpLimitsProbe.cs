using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Each limit beside a request that keeps it, on a connection of its own.</summary>
static class HttpLimitsProbe
{
    const double MostBody = 256 * 1024 * 1024, MostHead = 4 * 1024 * 1024, MostUrl = 1024 * 1024;
    const int Piece = 64 * 1024;
    static readonly TimeSpan LongestSlow = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (path, method) = (given.Text("path") ?? "/", given.Text("method") ?? "POST");
        if (!path.StartsWith('/') || path.AsSpan().ContainsAny(" \r\n") || !method.All(char.IsAsciiLetter)) throw Given.Wrong("path", "is no path, or method no method");
        var headers = string.Concat(given.Pairs("headers").Select(header => header.Name.AsSpan().ContainsAny(":\r\n ") || header.Text.AsSpan().ContainsAny("\r\n") ? throw Given.Wrong("headers", $"cannot be sent: {header.Name}") : $"{header.Name}: {header.Text}\r\n"));
        async Task<RawHttp> Open() => await RawHttp.Open(given, context, cancel);
        var under = (long)Size(given, "body_under", 16, MostBody);
        Value identity;
        Value.Fields seen;
        var (requests, cut) = (1, false);
        await using (var http = await Open())
        {
            var (status, _, _) = await Body(http, method, path, headers, under, cancel);
            if (status == 0) throw new Unseen(Blind.Unreachable, "the connection ended without an answer to a request that is neither too large nor too slow");
            identity = http.Identity;
            seen = Value.Of(("under_admitted", status < 400), ("under_status", status));
        }

        if (given["body_over"] is not null)
        {
            await using var http = await Open();
            var (status, taken, whole) = await Body(http, method, path, headers, (long)Size(given, "body_over", 0, MostBody), cancel);
            seen = seen.With("body_refused", status is >= 400 and < 500 || status == 0 && !whole).With("body_status", status).With("body_taken", taken);
            cut |= status == 0;
            requests++;
        }

        foreach (var (name, most) in ((string, double)[])[("head", MostHead), ("url", MostUrl)])
        {
            if (given[name + "_over"] is null) continue;
            var size = (int)Size(given, name + "_over", 0, most);
            await using var http = await Open();
            var status = await Long(http, name, path, headers, size, context, cancel);
            // A path that nobody may GET answers 4xx to a request of any size.
            var refused = status == 0 || status is >= 400 and < 500 && status != await Small(Open, path, headers, cancel);
            seen = seen.With(name + "_refused", refused).With(name + "_status", status);
            cut |= status == 0;
            requests++;
        }

        if (given["slow"] is not null)
        {
            await using var http = await Open();
            seen = await Slow(seen, http, path, headers, TimeSpan.FromSeconds(given.Seconds("slow", 0)), context, cancel);
            cut |= seen["slow_status"] is Value.Number { Is: 0 };
            requests++;
        }

        await using var last = await Open();
        if (cut && (await Body(last, method, path, headers, under, cancel)).Status == 0) throw new Unseen(Blind.Unreachable, "the peer answers nobody any more, so that a connection which ended without an answer shows no limit");
        return new() { Observation = seen, Population = requests, Before = identity, After = last.Identity };
    }

    static async Task<int> Small(Func<Task<RawHttp>> open, string path, string headers, CancellationToken cancel)
    {
        await using var http = await open();
        await http.Write($"GET {path} HTTP/1.1\r\nHost: {http.Host}\r\nConnection: close\r\n{headers}\r\n", cancel);
        return (await http.Answer(cancel)).Status;
    }

    static double Size(Given given, string name, double otherwise, double most) => given[name] switch
    {
        null => otherwise,
        Value.Number { Is: > 0 and var number } when number <= most => number,
        Value.Text text when Quantity.TryRead(text.Is, Shape.Size, out var number, out _) && number > 0 && number <= most => number,
        _ => throw Given.Wrong(name, $"is no size up to {most} bytes"),
    };

    /// <summary>Sends a body until it is all sent, or answered, or cut off.</summary>
    static async Task<(int Status, long Taken, bool Whole)> Body(RawHttp http, string method, string path, string headers, long size, CancellationToken cancel)
    {
        await http.Write($"{method} {path} HTTP/1.1\r\nHost: {http.Host}\r\nUser-Agent: muster\r\nConnection: close\r\nContent-Type: application/octet-stream\r\nContent-Length: {size}\r\n{headers}\r\n", cancel);
        var answer = http.Answer(cancel);
        var (piece, taken) = (new byte[Piece], 0L);
        Array.Fill(piece, (byte)'a');
        try
        {
            while (taken < size && !answer.IsCompleted)
            {
                var now = (int)Math.Min(piece.Length, size - taken);
                await http.Write(piece.AsMemory(0, now), cancel);
                taken += now;
            }
        }
        catch (IOException) { return ((await answer).Status, taken, false); } // Cut off while it was sent.
        return ((await answer).Status, taken, taken == size);
    }

    static async Task<int> Long(RawHttp http, string name, string path, string headers, int size, ProbeContext context, CancellationToken cancel)
    {
        var answer = http.Answer(cancel);
        var begun = false;
        try
        {
            await http.Write(name == "url" ? $"GET {path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}muster=" : $"GET {path} HTTP/1.1\r\nHost: {http.Host}\r\nConnection: close\r\n{headers}", cancel);
            // Whoever hangs up now has not seen anything large.
            if (await Task.WhenAny(answer, Task.Delay(Grace, context.Clock, cancel)) == answer && (await answer).Status == 0) throw new IOException();
            begun = true;
            if (name == "url") await http.Write($"{new string('a', size)} HTTP/1.1\r\nHost: {http.Host}\r\nConnection: close\r\n{headers}\r\n", cancel);
            else
            {
                for (var sent = 0; sent < size && !answer.IsCompleted; sent += 1024) await http.Write($"X-Muster-{sent}: {new string('a', 1000)}\r\n", cancel);
                await http.Write("\r\n", cancel);
            }
        }
        catch (IOException) when (!begun) { throw new Unseen(Blind.Unreachable, "the peer hung up before anything large was sent"); }
        catch (IOException) { return (await answer).Status; } // Cut off while it was sent.
        return (await answer).Status;
    }

    static async Task<Value.Fields> Slow(Value.Fields seen, RawHttp http, string path, string headers, TimeSpan slow, ProbeContext context, CancellationToken cancel)
    {
        if (slow <= TimeSpan.Zero || slow > LongestSlow) throw Given.Wrong("slow", "is no time up to 5m");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(slow);
        var began = context.Clock.GetTimestamp();
        await http.Write($"GET {path} HTTP/1.1\r\nHost: {http.Host}\r\n{headers}X-Muster: ", cancel);
        var answer = http.Answer(patience.Token);
        try
        {
            // A letter a second, so that no time-out of silence ends it.
            while (await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1), context.Clock, patience.Token)) != answer)
            {
                patience.Token.ThrowIfCancellationRequested();
                await http.Write("a", patience.Token);
            }

            var (status, _) = await answer;
            // An answer to what was not asked to its end is no limit of time.
            return seen.With("slow_ended", status is 0 or >= 400 and < 500).With("slow_after", HttpProbe.Seconds(context.Clock.GetElapsedTime(began))).With("slow_status", status);
        }
        catch (IOException) { return seen.With("slow_ended", true).With("slow_after", HttpProbe.Seconds(context.Clock.GetElapsedTime(began))).With("slow_status", 0); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return seen.With("slow_ended", false); }
    }
}
