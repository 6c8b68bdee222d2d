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
        await using var sink = EgressSink.Start(allowed, denied, _given.Count("port", 0, 65535));
        if (!await Fetches(allowed, sink, cancel)) throw new Unseen(Blind.NotCapable, $"{_endpoint} did not fetch from {allowed}:{sink.Port}, which it may: what it refuses shows nothing then");
        foreach (var payload in EgressPayloads.Of(allowed, denied, sink).Where(payload => classes.Contains(payload.Class))) await Try(payload, sink, isTurning: false, cancel);
        if (classes.Contains("rebinding") && _given.Text("rebind_name") is { } name) await Turning(name, allowed, denied, sink, cancel);
        await Task.Delay(Late, _context.Clock, cancel);
        if (_tally.Arrivals < sink.Reached) _tally.LateArrival();
        var again = await Fetches(allowed, sink, cancel);
        var seen = _tally.Seen.With("allowed_fetched", again);
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
            429 => EgressEnd.Unclear,
            >= 400 and <= 499 => EgressEnd.Refused,
            >= 500 when payload.IsHeard => EgressEnd.Refused,
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
            if (Volatile.Read(ref asked) == 0) throw new Unseen(Blind.NotCapable, $"the service did not ask the name server at 127.0.0.1:{port} for {name}, so that no name can turn on it");
            await Try(new("rebinding", "allowed, then denied", $"http://{Fresh(name)}:{sink.Port}/"), Begin(allowed), isTurning: true, cancel);
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

enum EgressEnd { Refused, Returned, Unclear }

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

    public bool IsWell => _reached.Count + _returned.Count + _unclear.Count == 0 && Tried > 0 && _refused == Tried;

    public void Count(EgressPayload payload, int came, int status, EgressEnd end)
    {
        Tried++;
        Arrivals += came;
        _classes[payload.Class] = _classes.GetValueOrDefault(payload.Class) + 1;
        var name = $"{payload.Class}: {payload.Name}";
        if (came > 0) _reached.Add(name);
        if (end == EgressEnd.Returned) _returned.Add(name);
        if (end == EgressEnd.Unclear && came == 0) _unclear.Add(name);
        if (end == EgressEnd.Refused && came == 0) _refused++;
        else if (_answers.Count < MostNamed) _answers[name] = status == 0 ? "no answer" : status;
    }

    /// <summary>Somebody came after the answer was given, and nobody knows by which.</summary>
    public void LateArrival() => _reached.Add("one of them, later");

    public Value.Fields Seen => Value.Of(("tried", Tried), ("refused_count", _refused), ("reached", Some(_reached)), ("reached_count", _reached.Count), ("returned", Some(_returned)), ("returned_count", _returned.Count),
        ("unclear", Some(_unclear)), ("unclear_count", _unclear.Count), ("classes_tried", new Value.Fields(_classes.Select(one => KeyValuePair.Create(one.Key, (Value)one.Value)))), ("answers", new Value.Fields(_answers)));

    static Value.Items Some(List<string> names) => Value.Texts(names.Take(MostNamed));
}
