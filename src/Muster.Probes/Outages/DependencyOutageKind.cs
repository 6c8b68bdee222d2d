using System.Collections.Immutable;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

static class DependencyOutageKind
{
    static readonly Field Before = new("before", Shape.Number, "The status before the fault."), Status = new("status", Shape.Number, "The status during the fault, once it had come to its end; 0 where no answer came in time."),
        After = new("after", Shape.Number, "The status once the dependency was back."), Failures = new("failures", Shape.List, "The dependencies that the page blamed during the fault, in order.");

    static readonly Field OfRequest = new("status", Shape.Number, "The status of the real request during the fault; where it was answered well once after the page had told, although the service cannot do without, that.");

    static readonly ImmutableArray<Field> Readiness = [Before, Status, Failures, After, new("steady", Shape.Truth, "Whether it stayed as it was once it had turned.")];

    static readonly ImmutableArray<Field> Detailed = [Before, Status, new("says", Shape.Text, "The page's own \"status\" during the fault: degraded."), Failures, After];

    static readonly ImmutableArray<Field> OfReplica =
    [
        new("address", Shape.Text, "Which replica."), new("complete", Shape.Truth, "Whether all was as promised at it."),
        new("readiness", Shape.Map, "Its readiness page.") { Of = Readiness }, new("liveness", Shape.Map, "Its liveness page.") { Of = [Before, Status, After] },
        new("detailed", Shape.Map, "Its detailed page.") { Of = Detailed }, new("request", Shape.Map, "The real request at it.") { Of = [Before, OfRequest, After] },
        new("time_to_unready", Shape.Duration, "How long it took to say so."), new("time_to_ready", Shape.Duration, "How long it took to be well again."),
    ];

    public static readonly Kind Declaration = new()
    {
        Name = "health.dependency_outage",
        Says = "Takes a dependency away from a service, sees what every replica says and does, and gives the dependency back: readiness must turn and name it, liveness must not, and all must be well again.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("dependency", Shape.Text, "The dependency's name, as the pages call it.") { Required = true },
            new("fault", Shape.Text, "What is done to it. stop and refuse: connections are refused; hang and pause: they stand and nothing comes; latency: answers are late; dns: its name leads nowhere, by commands.") { OneOf = ["stop", "pause", "refuse", "hang", "latency", "dns"], Default = "stop" },
            new("through", Shape.Text, "The control URL of the fault proxy that stands before it: muster proxy, or any that speaks the API of Toxiproxy; mostly said by the target.") { NamesTarget = true },
            new("proxy", Shape.Text, "The proxy's name; that of the dependency unless said."),
            new("take_away", Shape.Any, "In place of a proxy: the command or signal that takes it away, as [systemctl, stop, redis]."),
            new("give_back", Shape.Any, "The command or signal that gives it back. It is written down before, so that a later start can do it."),
            new("pid_file", Shape.Text, "In place of both: the file with the id of its process, which is paused."),
            new("latency", Shape.Duration, "Under fault: latency, by how much.") { Default = 10 },
            new("replicas", Shape.List, "The addresses of all replicas, beside the target; each must do as promised."),
            new("readiness", Shape.Text, "The path of the readiness page.") { Default = "/health/ready" },
            new("liveness", Shape.Text, "The path of the liveness page.") { Default = "/health/live" },
            new("detailed", Shape.Text, "The path of the page that names the dependencies, where there is one."),
            new("request", Shape.Text, "The path of a real request that needs the dependency; without one only the pages tell."),
            new("names", Shape.Text, "A JSON Pointer to the names of what fails, where the pages are of no usual form: /problems/*/of."),
            new("started", Shape.Text, "A JSON Pointer into the liveness page that tells one process from the next: /started. Restarts are counted by it."),
            new("critical", Shape.Truth, "Whether the service cannot do without. With false readiness must stay, and the detailed page must name it.") { Default = true },
            new("within", Shape.Duration, "How soon the pages must tell.") { Default = 30 },
            new("back_within", Shape.Duration, "How soon all must be well again.") { Default = 60 },
            new("hold", Shape.Duration, "How long it is left away after that: liveness that turns late, and readiness that comes back by itself, show then.") { Default = 2 },
            new("patience", Shape.Duration, "How long one page may take to answer; slower is no answer, as for whoever decides on traffic.") { Default = 3 },
            new("headers", Shape.Map, "Request headers; those of the target are sent too."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("complete", Shape.Truth, "All was as promised at every replica: well before, told in time and by name during, liveness untouched, the real request not answered as if nothing were, no restart, well again in time."),
            new("dependency", Shape.Text, "What was taken away."),
            new("fault", Shape.Text, "What was done, in words."),
            new("readiness", Shape.Map, "The readiness page; of several replicas, that of the first that did not do as promised.") { Of = Readiness },
            new("liveness", Shape.Map, "The liveness page of the same replica.") { Of = [Before, Status, After] },
            new("detailed", Shape.Map, "Its detailed page.") { Of = Detailed },
            new("request", Shape.Map, "The real request at it.") { Of = [Before, OfRequest, After] },
            new("named", Shape.Truth, "Whether every replica named exactly this dependency, on its readiness page or the detailed one."),
            new("unready", Shape.Truth, "Whether every replica's readiness turned: 400 or more, or no answer. 207 does not turn anything away."),
            new("liveness_flipped", Shape.Truth, "Whether any liveness page failed at any time during it: whoever watches that restarts the process, which helps nothing."),
            new("recovered", Shape.Truth, "Whether every replica was well again in time."),
            new("restarts", Shape.Number, "Under \"started\": how many replicas were another process afterwards; not observed where one did not tell."),
            new("time_to_unready", Shape.Duration, "From the fault until the last replica had answered so; not observed where one did not in time."),
            new("time_to_ready", Shape.Duration, "From giving it back until the last replica had answered that it is well; not observed where one did not in time."),
            new("effect", Shape.Map, "What the fault was seen to do.")
            {
                Of = [new("cut", Shape.Number, "Connections that the proxy ended."), new("withheld_bytes", Shape.Size, "Bytes that it did not pass on."), new("delayed_bytes", Shape.Size, "Bytes that it made late."), new("noticed", Shape.Truth, "Whether a page or the real request changed.")],
            },
            new("replicas", Shape.List, "Each replica.") { Of = OfReplica },
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "replicas",
        Deadline = TimeSpan.FromMinutes(3),
        Pitfalls =
        [
            "A page that always answers 200 is well before and after. Only what it says while the dependency is away tells something; name a real request too, so that the fault is seen to bite.",
            "A fault that met nobody here is unproven, whatever the proxy counted of others: the service may use another way to its dependency.",
            "A readiness page that says 207 keeps its traffic: what decides takes it for well.",
            "Liveness that asks dependencies restarts every replica when one is lost. It is asked all the time while the dependency is away.",
            "A dependency that hangs is not one that refuses: a page without a limit of time waits with it. Try both.",
            "One replica that notices says nothing of the others; name all of them under replicas, each by its own address.",
            "What is kept from an earlier look may make a page tell late; within is the promise.",
        ],
        Example = "check: { health.dependency_outage: { target: api, through: faults, dependency: redis, fault: hang, request: /cart }, expect: { readiness: { status: 503, failures: { exactly: [ redis ] } }, liveness_flipped: false, time_to_ready: at most 30s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, DependencyOutageProbe.Look, Prove) { Prepare = DependencyOutageProbe.Prepare };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var dependency = LoopbackListener.Start(Echo);
        await using var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var (port, _) = await proxies.Add("store", 0, $"127.0.0.1:{dependency.Port}");
        await using var sick = Service(port, looks: false);
        await using var well = Service(port, looks: true);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("through", proxies.Control.AbsoluteUri), ("dependency", "store"), ("request", "/orders"), ("within", 0.7), ("hold", 0.2)), cancel,
            Stage.Is("unready", true, Shape.Truth), Stage.Is("named", true, Shape.Truth), Stage.Is("recovered", true, Shape.Truth));
        return new("health.dependency_outage", "a service whose readiness page never looks at its store, beside one whose page does", await Look(sick), await Look(well));
    }

    internal static async Task Echo(Stream stream, CancellationToken stop)
    {
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop) == 1) await stream.WriteAsync(one, stop);
    }

    static LoopbackSite Service(int store, bool looks)
    {
        var site = LoopbackSite.Start();
        site.Asks = async (request, stop) => request.Path switch
        {
            "/health/live" => SiteResponse.Json(200, """{ "status": "ok" }"""),
            "/health/ready" when !looks || await Answers(store, stop) => SiteResponse.Json(200, """{ "status": "ok" }"""),
            "/health/ready" => SiteResponse.Json(503, """{ "status": "unavailable", "failures": [ "store" ] }"""),
            "/orders" => new(await Answers(store, stop) ? 200 : 500),
            _ => new(404),
        };
        return site;
    }

    internal static async Task<bool> Answers(int port, CancellationToken stop)
    {
        try
        {
            await using var stream = new NetworkStream(await new OutboundGuard().Connect(new(System.Net.IPAddress.Loopback, port), ProtocolType.Tcp, stop), ownsSocket: true);
            await stream.WriteAsync(new byte[] { 1 }, stop);
            return await stream.ReadAsync(new byte[1], stop) == 1;
        }
        catch (Exception away) when (away is SocketException or IOException) { return false; } // Which is the answer.
    }
}
