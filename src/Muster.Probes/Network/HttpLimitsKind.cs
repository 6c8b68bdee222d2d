using Muster.Readiness;

namespace Muster.Probes;

static class HttpLimitsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "http.limits",
        Says = "Sends an HTTP server requests that are too large or too slow, beside one that is neither, and sees which it refuses, with what and when.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("path", Shape.Text, "The path of the requests.") { Default = "/" },
            new("method", Shape.Text, "The method of requests with a body.") { Default = "POST" },
            new("headers", Shape.Map, "Headers of every request; those of the target are sent too."),
            new("body_under", Shape.Size, "A body that must be taken: the control.") { Default = 16 },
            new("body_over", Shape.Size, "A body that must be refused, at most 256 MiB."),
            new("head_over", Shape.Size, "A request's head that must be refused, at most 4 MiB."),
            new("url_over", Shape.Size, "A path that must be refused, at most 1 MiB."),
            new("slow", Shape.Duration, "How long a request whose head never ends may live, at most 5 m."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("under_admitted", Shape.Truth, "Whether the request that is neither too large nor too slow was answered with less than 400."),
            new("under_status", Shape.Number, "Its status."),
            new("body_refused", Shape.Truth, "Whether the large body was refused: with 4xx, or by ending the connection before all of it was taken."),
            new("body_status", Shape.Number, "With what; 0 where the connection ended without an answer."),
            new("body_taken", Shape.Size, "How much of it was sent until then."),
            new("head_refused", Shape.Truth, "The same of the large head."),
            new("head_status", Shape.Number, "With what."),
            new("url_refused", Shape.Truth, "The same of the long path."),
            new("url_status", Shape.Number, "With what."),
            new("slow_ended", Shape.Truth, "Whether the slow request was ended in time."),
            new("slow_after", Shape.Duration, "After how long."),
            new("slow_status", Shape.Number, "With what; 0 without an answer."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("under_admitted", true)),
        Population = "requests",
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A server that refuses everything refuses what is too large: it is shown only beside the request that is admitted.",
            "413 after all of the body was taken protects nothing behind it; look at body_taken.",
            "A proxy's limit says nothing of the service's own, and the other way round; name the one that is meant as the target.",
            "Whatever is not named is not tried; expect the fields of what is.",
        ],
        Example = "check: { http.limits: edge, path: /upload, body_over: 2MiB, slow: 30s, expect: { body_refused: true, body_status: 413, slow_ended: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HttpLimitsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = LoopbackSite.Start();
        await using var well = LoopbackSite.Start();
        sick.Otherwise = _ => new(200);
        well.Otherwise = request => new(request.Body.Length > 1000 ? 413 : 200);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("body_over", 2000)), cancel, Stage.Is("under_admitted", true, Shape.Truth), Stage.Is("body_refused", true, Shape.Truth));
        return new("http.limits", "a server that takes a body of any size, beside one that does not", await Look(sick), await Look(well));
    }
}

static class HttpLimitsProbe
{
    const double MostBody = 256 * 1024 * 1024, MostHead = 4 * 1024 * 1024, MostUrl = 1024 * 1024;
    const int Piece = 64 * 1024;
    static readonly TimeSpan LongestSlow = TimeSpan.FromMinutes(5);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (path, method) = (given.Text("path") ?? "/", given.Text("method") ?? "POST");
        if (!path.StartsWith('/') || path.AsSpan().ContainsAny(" \r\n") || !method.All(char.IsAsciiLetter)) throw Given.Wrong("path", "is no path, or method no method");
        var headers = string.Concat(given.Pairs("headers").Select(header => header.Name.AsSpan().ContainsAny(":\r\n ") || header.Text.AsSpan().ContainsAny("\r\n") ? throw Given.Wrong("headers", $"cannot be sent: {header.Name}") : $"{header.Name}: {header.Text}\r\n"));
        async Task<RawHttp> Open() => await RawHttp.Open(given, context, cancel);
        Value identity;
        Value.Fields seen;
        var requests = 1;
        await using (var http = await Open())
        {
            var (status, _, _) = await Body(http, method, path, headers, (long)Size(given, "body_under", 16, MostBody), cancel);
            identity = http.Identity;
            seen = Value.Of(("under_admitted", status is > 0 and < 400), ("under_status", status));
        }

        if (given["body_over"] is not null)
        {
            await using var http = await Open();
            var (status, taken, whole) = await Body(http, method, path, headers, (long)Size(given, "body_over", 0, MostBody), cancel);
            seen = seen.With("body_refused", status is >= 400 and < 500 || status == 0 && !whole).With("body_status", status).With("body_taken", taken);
            requests++;
        }

        foreach (var (name, most) in ((string, double)[])[("head", MostHead), ("url", MostUrl)])
        {
            if (given[name + "_over"] is null) continue;
            await using var http = await Open();
            var status = await Long(http, name, path, headers, (int)Size(given, name + "_over", 0, most), cancel);
            seen = seen.With(name + "_refused", status is 0 or >= 400 and < 500).With(name + "_status", status);
            requests++;
        }

        if (given["slow"] is not null)
        {
            await using var http = await Open();
            seen = await Slow(seen, http, path, headers, TimeSpan.FromSeconds(given.Seconds("slow", 0)), context, cancel);
            requests++;
        }

        await using var last = await Open();
        return new() { Observation = seen, Population = requests, Before = identity, After = last.Identity };
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

    static async Task<int> Long(RawHttp http, string name, string path, string headers, int size, CancellationToken cancel)
    {
        var answer = http.Answer(cancel);
        try
        {
            if (name == "url") await http.Write($"GET {path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}muster={new string('a', size)} HTTP/1.1\r\nHost: {http.Host}\r\nConnection: close\r\n{headers}\r\n", cancel);
            else
            {
                await http.Write($"GET {path} HTTP/1.1\r\nHost: {http.Host}\r\nConnection: close\r\n{headers}", cancel);
                for (var sent = 0; sent < size && !answer.IsCompleted; sent += 1024) await http.Write($"X-Muster-{sent}: {new string('a', 1000)}\r\n", cancel);
                await http.Write("\r\n", cancel);
            }
        }
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

            return seen.With("slow_ended", true).With("slow_after", HttpProbe.Seconds(context.Clock.GetElapsedTime(began))).With("slow_status", (await answer).Status);
        }
        catch (IOException) { return seen.With("slow_ended", true).With("slow_after", HttpProbe.Seconds(context.Clock.GetElapsedTime(began))).With("slow_status", 0); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return seen.With("slow_ended", false); }
    }
}
