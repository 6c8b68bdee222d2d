using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

static class ExposureReachabilityKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "exposure.reachability",
        Says = "Tries addresses that must be closed from here, beside others that must be open, so that a cut cable does not look like a wall.",
        Target = TargetShape.None,
        Parameters =
        [
            new("open", Shape.List, "host:port that must take a connection; at least one, or nothing is shown.") { Required = true },
            new("closed", Shape.List, "host:port that must take none.") { Required = true },
            new("wait", Shape.Duration, "How long one address may be silent.") { Default = 2 },
            new("silence", Shape.Text, "What silence is: unclear, or closed where a filter that drops is known to stand there.") { Default = "unclear", OneOf = ["unclear", "closed"] },
        ],
        Fields =
        [
            new("cells", Shape.Number, "Addresses that were tried."),
            new("reached", Shape.Number, "Addresses that must be open and are."),
            new("kept_out", Shape.Number, "Addresses that must be closed and are."),
            new("missed", Shape.List, "Addresses that must be open and took no connection."),
            new("exposed", Shape.List, "Addresses that must be closed and took one."),
            new("wrong", Shape.Number, "How many there are of both."),
            new("unclear", Shape.List, "Addresses that were silent, or whose name does not resolve."),
            new("unclear_count", Shape.Number, "How many there are."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("wrong", 0), ("unclear_count", 0), ("reached", "at least 1"), ("kept_out", "at least 1")),
        Population = "addresses",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "It shows what is closed from where it looks. From elsewhere it may be open: say a vantage with from, as netns:NAME for a network namespace of this machine.",
            "Without an address that is open nothing is shown: a machine without any network finds everything closed.",
            "A port that is open says nothing of what answers, and a proxy may open for what is closed behind it.",
            "Silence may be a filter that drops, a lost packet or a busy machine; it counts as closed only where silence: closed says so.",
        ],
        Example = "check: { exposure.reachability: { open: [ \"shop.test:443\" ], closed: [ \"shop.test:5432\", \"shop.test:9090\" ] } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ExposureReachabilityProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        await using var other = LoopbackSite.Start();
        string At(int port) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        Task<Witnessed> Look(int closed) => Stage.Look(Declaration, Value.Of(("open", Value.Texts([At(site.Port)])), ("closed", Value.Texts([At(closed)]))), cancel, Stage.Is("wrong", 0, Shape.Number), Stage.Over("reached", 0, Shape.Number));
        return new("exposure.reachability", "a port that must be closed and is open, beside one that is closed", await Look(other.Port), await Look(LoopbackListener.ClosedPort()));
    }
}

static class ExposureReachabilityProbe
{
    const int MostCells = 500;
    const int AtOnce = 16;

    enum Came { Open, Refused, Silent }

    /// <param name="By">Which address took the connection; null where none did.</param>
    sealed record Tried(Came Came, IPEndPoint? By = null);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (open, closed) = (given.Texts("open"), given.Texts("closed"));
        if (open.IsEmpty || closed.IsEmpty) throw Given.Wrong(open.IsEmpty ? "open" : "closed", "is empty: one is shown only beside the other");
        if (open.Length + closed.Length > MostCells) throw Given.Wrong("closed", $"comes with open to more than {MostCells} addresses");
        var wait = TimeSpan.FromSeconds(given.Seconds("wait", 2));
        var tried = await All([.. open, .. closed], wait, context, cancel);
        var came = Array.ConvertAll(tried, one => one.Came);
        var (opened, shut) = (came[..open.Length], came[open.Length..]);
        // Whoever took a connection is asked again: a wall that stands for one moment, or another peer at the same name, is not what was looked at.
        var again = await All([.. open.Concat(closed).Where((_, i) => came[i] == Came.Open)], wait, context, cancel);
        var silent = given.Text("silence") == "closed" ? Came.Refused : Came.Silent;
        var missed = open.Where((_, i) => opened[i] is Came.Refused).ToList();
        var exposed = closed.Where((_, i) => shut[i] == Came.Open).ToList();
        var unclear = open.Where((_, i) => opened[i] == Came.Silent).Concat(closed.Where((_, i) => (shut[i] == Came.Silent ? silent : shut[i]) == Came.Silent)).ToList();
        return new()
        {
            Observation = Value.Of(("cells", came.Length), ("reached", opened.Count(one => one == Came.Open)), ("kept_out", shut.Count(one => (one == Came.Silent ? silent : one) == Came.Refused)), ("missed", Value.Texts(missed)), ("exposed", Value.Texts(exposed)),
                ("wrong", missed.Count + exposed.Count), ("unclear", Value.Texts(unclear)), ("unclear_count", unclear.Count)),
            Population = came.Length, Before = Answered(tried), After = Answered(again),
        };
    }

    static Value.Fields Answered(Tried[] tried) => Value.Of(("answered", Value.Texts(tried.Select(one => one.By?.ToString()).OfType<string>())));

    static async Task<Tried[]> All(string[] addresses, TimeSpan wait, ProbeContext context, CancellationToken cancel)
    {
        using var places = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(addresses.Select(async address =>
        {
            await places.WaitAsync(cancel);
            try { return await Try(address, wait, context, cancel); }
            finally { places.Release(); }
        }));
    }

    static async Task<Tried> Try(string address, TimeSpan wait, ProbeContext context, CancellationToken cancel)
    {
        var (host, port) = HostAndPort.Read(address, null);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(wait);
        var refused = false;
        try
        {
            foreach (var one in await context.Addresses(host, patience.Token))
            {
                try
                {
                    using var socket = await context.Connect(new IPEndPoint(one, port), ProtocolType.Tcp, patience.Token);
                    return new(Came.Open, new IPEndPoint(one, port));
                }
                catch (SocketException no) when (no.SocketErrorCode is SocketError.ConnectionRefused) { refused = true; }
                catch (SocketException) { return new(Came.Silent); } // No way there from here, which looks like a wall and is none.
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new(Came.Silent); }
        catch (Unseen unseen) when (unseen.Blind == Blind.NoSuchHost) { return new(Came.Silent); }
        return new(refused ? Came.Refused : Came.Silent);
    }
}
