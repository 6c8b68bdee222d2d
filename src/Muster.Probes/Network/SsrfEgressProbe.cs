using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Asks for one address after another, and sees whether somebody comes to the denied listener, or something comes back.</summary>
sealed class SsrfEgressProbe
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);
    static readonly TimeSpan Late = TimeSpan.FromMilliseconds(200);

    /// <summary>What stands in files and at metadata services, and nowhere else.</summary>
    static readonly string[] Inside = ["root:x:0:0", "ami-id", "instance-id", "computeMetadata"];
    readonly Given _given;
    readonly ProbeContext _context;
    readonly Endpoint _endpoint;
    readonly HttpApi _api;
    readonly EgressTally _tally = new();

    /// <summary>Statuses from 400 to 499 that the service gave for what it did fetch.</summary>
    readonly HashSet<int> _relayed = [];

    SsrfEgressProbe(Given given, HttpApi api, ProbeContext context) => (_given, _api, _context, _endpoint) = (given, api, context, Endpoint.Read(given.Text("fetch") ?? "GET /", "fetch"));

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        return await new SsrfEgressProbe(given, await HttpApi.Of(given, context, cancel), context).Look(cancel);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var (allowed, denied) = (Address("allowed", "127.0.0.1"), Address("denied", "127.0.0.2"));
        if (allowed.Equals(denied)) throw Given.Wrong("denied", "is the address that is allowed");
        var classes = _given.Texts("classes") is { IsEmpty: false } said ? [.. said] : EgressPayloads.Usual;
        if (classes.Except(EgressPayloads.Classes).FirstOrDefault() is { } unknown) throw Given.Wrong("classes", $"has \"{Bounded.Start(unknown, 40)}\"; there are {string.Join(", ", EgressPayloads.Classes)}");
        if (classes.Contains("rebinding") && _given.Text("rebind_name") is null && !_given.Texts("classes").IsEmpty && !classes.SequenceEqual(EgressPayloads.Usual))
            throw Given.Wrong("rebind_name", "is missing, and \"classes\" names rebinding: say a name that the service resolves at a name server of ours");
        await using var sink = EgressSink.Start(allowed, denied, _given.Count("port", 0, 65535));
        if (!await Fetches(allowed, sink, cancel)) throw new Unseen(Blind.NotCapable, $"{_endpoint} did not fetch from {allowed}:{sink.Port}, which it may: what it refuses shows nothing then");
        await Calibrate(allowed, sink, cancel);
        foreach (var payload in EgressPayloads.Of(allowed, denied, sink).Where(payload => classes.Contains(payload.Class))) await Try(payload, sink, isTurning: false, cancel);
        if (classes.Contains("rebinding") && _given.Text("rebind_name") is { } name) await Turning(name, allowed, denied, sink, cancel);
        await Task.Delay(Late, _context.Clock, cancel);
        if (_tally.Arrivals < sink.Reached) _tally.LateArrival();
        var again = await Fetches(allowed, sink, cancel);
        if (again && _tally.IsOnlyAmbiguous)
            throw new Unseen(Blind.NotCapable, $"{_endpoint} answers what it did fetch with {string.Join(", ", _relayed.Order())} too, so that these statuses refuse nothing by themselves: {_tally.Ambiguous} of {_tally.Tried} addresses, at which nobody of ours listens, came to nothing else; say by which text it tells a refusal, under \"refused\"");
        var seen = _tally.Seen.With(("allowed_fetched", again), ("relays", _relayed.Count > 0));
        return new() { Observation = seen.With("complete", again && _tally.IsWell), Population = _tally.Tried, Before = _api.First, After = _api.Last };
    }

    IPAddress Address(string parameter, string usual) =>
        IPAddress.TryParse(_given.Text(parameter) ?? usual, out var address) && address.AddressFamily == AddressFamily.InterNetwork ? address : throw Given.Wrong(parameter, "is no IPv4 address of this machine");

    async Task<bool> Fetches(IPAddress allowed, EgressSink sink, CancellationToken cancel)
    {
        var path = "/muster-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var (status, _) = await Ask($"http://{allowed}:{sink.Port}{path}", cancel);
        if (status == 401) throw new Unseen(Blind.NotAdmitted, $"{_endpoint} answers 401: the target's credentials are not admitted, or are missing");
        return sink.Asked.ContainsKey(path);
    }

    /// <summary>
    /// What the service says of pages that it may fetch, and of a peer that hangs up. One that hands on the status of whoever it fetched from says 401 of a metadata service that it reached,
    /// and one that has a single status for whatever fails says that.
    /// </summary>
    async Task Calibrate(IPAddress allowed, EgressSink sink, CancellationToken cancel)
    {
        foreach (var status in (int[])[400, 401, 403, 404, 0])
        {
            var path = sink.Answering(status);
            var (said, body) = await Ask($"http://{allowed}:{sink.Port}{path}", cancel);
            if (!sink.Asked.ContainsKey(path)) throw new Unseen(Blind.NotCapable, $"{_endpoint} did not fetch from {allowed}:{sink.Port}, which it may, every time: what it refuses shows nothing then");
            if (said is >= 400 and <= 499) _relayed.Add(said);
            if (_given.Text("refused") is { Length: > 0 } word && body.Contains(word, StringComparison.Ordinal))
                throw new Unseen(Blind.NotCapable, $"{_endpoint} says \"{Bounded.Start(word, 40)}\" of what it did fetch too: that text tells no refusal");
        }
    }

    /// <summary>Whether this status is a refusal by itself: not where it was given for what was fetched, nor where several were, since such a service hands on any.</summary>
    bool Refuses(int status) => _relayed.Count <= 1 && !_relayed.Contains(status);

    async Task Try(EgressPayload payload, EgressSink sink, bool isTurning, CancellationToken cancel)
    {
        var before = sink.Reached;
        var (status, body) = await Ask(payload.Url, cancel);
        var came = sink.Reached - before;
        _tally.Count(payload, came, status, Comes(payload, status, body, sink, isTurning));
    }

    EgressEnd Comes(EgressPayload payload, int status, string body, EgressSink sink, bool isTurning)
    {
        if (body.Contains(sink.Marker, StringComparison.Ordinal) || Inside.Any(word => body.Contains(word, StringComparison.Ordinal))) return EgressEnd.Returned;
        if (_given.Text("refused") is { Length: > 0 } word && body.Contains(word, StringComparison.Ordinal)) return EgressEnd.Refused;
        return status switch
        {
            // One that keeps to the address which it looked at has fetched what it may.
            >= 200 and <= 299 => isTurning ? EgressEnd.Refused : EgressEnd.Returned,
            // Whoever waited in vain, or was asked too often, has refused nothing.
            408 or 429 => EgressEnd.Unclear,
            // Our own listener would have heard somebody come.
            >= 400 when payload.IsHeard => EgressEnd.Refused,
            >= 400 and <= 499 => Refuses(status) ? EgressEnd.Refused : EgressEnd.Ambiguous,
            _ => EgressEnd.Unclear,
        };
    }

    /// <summary>A name that leads to the allowed address when it is looked at, and to the denied one when it is dialled.</summary>
    async Task Turning(string name, IPAddress allowed, IPAddress denied, EgressSink sink, CancellationToken cancel)
    {
        var port = _given.Count("rebind_port", 0, 65535);
        if (port == 0) throw Given.Wrong("rebind_port", "is missing beside \"rebind_name\"");
        var (asked, first) = (0, allowed);
        LoopbackNameServer server;
        try { server = LoopbackNameServer.Turning(port, (_, type) => type != DnsType.A ? [] : [(Interlocked.Increment(ref asked) == 1 ? first : denied).GetAddressBytes()]); }
        catch (SocketException taken) { throw new Unseen(Blind.NotCapable, $"nobody can listen at 127.0.0.1:{port} as a name server: {taken.Message}", taken); }
        await using (server)
        {
            await Try(new("rebinding", "denied at once", $"http://{Fresh(name)}:{sink.Port}/"), Begin(denied), isTurning: false, cancel);
            MustBeAsked();
            await Try(new("rebinding", "allowed, then denied", $"http://{Fresh(name)}:{sink.Port}/"), Begin(allowed), isTurning: true, cancel);
            MustBeAsked();
        }

        void MustBeAsked()
        {
            if (Volatile.Read(ref asked) == 0) throw new Unseen(Blind.NotCapable, $"the service did not ask the name server at 127.0.0.1:{port} for {name}, so that no name can turn on it");
        }

        EgressSink Begin(IPAddress at)
        {
            first = at;
            Volatile.Write(ref asked, 0);
            return sink;
        }
    }

    /// <summary>A name of its own each time, since resolvers keep what they heard.</summary>
    static string Fresh(string name) => $"m{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.{name}";

    async Task<(int Status, string Body)> Ask(string url, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        try
        {
            var posts = _endpoint.Method != HttpMethod.Get;
            var path = posts ? _endpoint.Path : $"{_endpoint.Path}{(_endpoint.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{_given.Text("query") ?? "url"}={Uri.EscapeDataString(url)}";
            var answer = await _api.Ask(_endpoint.Method, path, posts ? (_given["json"] as Value.Fields ?? Value.Fields.Empty).With(_given.Text("field") ?? "url", url) : null, limit.Token);
            return (answer.Status, HttpProbe.Text(answer.Body.Bytes) ?? "");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return (0, ""); }
        catch (Exception broken) when (Faults.IsOfThePeer(broken)) { return (0, ""); }
    }
}

/// <summary>Ambiguous: a status that the service gives for what it did fetch too.</summary>
enum EgressEnd { Refused, Returned, Unclear, Ambiguous }

/// <summary>What became of each address.</summary>
sealed class EgressTally
{
    const int MostNamed = 60;
    readonly List<string> _reached = [], _returned = [], _unclear = [];
    readonly SortedDictionary<string, int> _classes = new(StringComparer.Ordinal);
    readonly Dictionary<string, Value> _answers = [];
    int _refused;

    public int Tried { get; private set; }

    public int Arrivals { get; private set; }

    public int Ambiguous { get; private set; }

    /// <summary>Nothing was reached or came back, and nothing speaks against a refusal but that its status tells none.</summary>
    public bool IsOnlyAmbiguous => Ambiguous > 0 && _reached.Count + _returned.Count == 0 && _unclear.Count == Ambiguous;

    public bool IsWell => _reached.Count + _returned.Count + _unclear.Count == 0 && Tried > 0 && _refused == Tried;

    public void Count(EgressPayload payload, int came, int status, EgressEnd end)
    {
        Tried++;
        Arrivals += came;
        _classes[payload.Class] = _classes.GetValueOrDefault(payload.Class) + 1;
        var name = $"{payload.Class}: {payload.Name}";
        if (came > 0) _reached.Add(name);
        if (end == EgressEnd.Returned) _returned.Add(name);
        if ((end is EgressEnd.Unclear or EgressEnd.Ambiguous) && came == 0) _unclear.Add(name);
        if (end == EgressEnd.Ambiguous && came == 0) Ambiguous++;
        if (end == EgressEnd.Refused && came == 0) _refused++;
        else if (_answers.Count < MostNamed) _answers[name] = status == 0 ? "no answer" : status;
    }

    /// <summary>Somebody came after the answer was given, and nobody knows by which.</summary>
    public void LateArrival() => _reached.Add("one of them, later");

    public Value.Fields Seen => Value.Of(("tried", Tried), ("refused_count", _refused), ("reached", Some(_reached)), ("reached_count", _reached.Count), ("returned", Some(_returned)), ("returned_count", _returned.Count),
        ("unclear", Some(_unclear)), ("unclear_count", _unclear.Count), ("classes_tried", new Value.Fields(_classes.Select(one => KeyValuePair.Create(one.Key, (Value)one.Value)))), ("answers", new Value.Fields(_answers)));

    static Value.Items Some(List<string> names) => Value.Texts(names.Take(MostNamed));
}
