using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

static partial class ContainerStateProbe
{
    const int MostContainers = 500;
    const string Project = "com.docker.compose.project";
    const string Service = "com.docker.compose.service";

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var api = given.Target.StartsWith("unix://", StringComparison.Ordinal) ? HttpApi.OfLocal(given.Target["unix://".Length..], context) : await HttpApi.Of(given, context, cancel);
        var (before, engine) = await Engine(api, cancel);
        var asked = given.Texts("containers");
        var found = new List<Value.Fields>();
        foreach (var one in await List(api, given, cancel))
        {
            var id = one.Text("Id") ?? throw new Unseen(Blind.Unreadable, "the engine lists a container without Id");
            var path = $"/containers/{Uri.EscapeDataString(id)}/json";
            var answer = await api.Ask(HttpMethod.Get, path, null, cancel);
            if (answer.Status == 404) continue; // It was removed since it was listed; whoever asks for it by name misses it.
            var container = Container(HttpApi.Read(path, answer), engine);
            if (asked.IsEmpty || asked.Any(name => IsNamed(container, name))) found.Add(await WithDigests(api, container, cancel));
        }

        var (after, _) = await Engine(api, cancel);
        found.Sort((a, b) => string.CompareOrdinal(a.Text("name"), b.Text("name")));
        string[] missing = [.. asked.Where(name => !found.Any(container => IsNamed(container, name)))];
        return new() { Observation = Seen(found, missing, given, engine), Population = found.Count + missing.Length, Before = before, After = after };
    }

    static async Task<(Value Identity, Value Engine)> Engine(HttpApi api, CancellationToken cancel)
    {
        var version = await api.Get("/version", cancel);
        var info = await api.Get("/info", cancel);
        if (version.Text("ApiVersion") is null || info.Text("ID") is not { } id) throw new Unseen(Blind.Unreadable, "/version and /info do not say which engine it is (ApiVersion, ID); is the target the API of a container engine?");
        return (Value.Of(("peer", api.Last!), ("engine", id)), info.Time("SystemTime") is null ? throw new Unseen(Blind.Unreadable, "/info does not say the engine's time (SystemTime)") : ((Value.Fields)info).With("Version", version.Text("Version")));
    }

    static async Task<IEnumerable<Value>> List(HttpApi api, Given given, CancellationToken cancel)
    {
        var filter = given.Text("project") is { } project ? "&filters=" + Uri.EscapeDataString(CanonicalJson.Text(Value.Of(("label", Value.Texts([$"{Project}={project}"]))))) : "";
        if (await api.Get("/containers/json?all=true" + filter, cancel) is not Value.Items listed) throw new Unseen(Blind.Unreadable, "/containers/json is no list");
        return listed.Are.Length <= MostContainers ? listed.Are : throw new Unseen(Blind.TooLarge, $"there are {listed.Are.Length} containers, more than {MostContainers}; say project");
    }

    static Value.Fields Container(Value from, Value engine)
    {
        var name = (from.Text("Name") ?? throw new Unseen(Blind.Unreadable, "the engine tells of a container without Name")).TrimStart('/');
        var status = from.Text("State", "Status") ?? throw new Unseen(Blind.Unreadable, $"the engine does not say how {name} is (State)");
        var running = status == "running" && from.Truth("State", "Running") != false;
        var image = from.Text("Config", "Image");
        return Value.Of(("name", name), ("state", status), ("running", running), ("out_of_memory", from.Truth("State", "OOMKilled") == true), ("pinned", image is not null && Digested().IsMatch(image)), ("ports", Value.Texts(Ports(from)))).With(
            ("service", from.Text("Config", "Labels", Service)), ("health", from.Text("State", "Health", "Status") is { } health and not "none" ? health : null), ("restarts", from.Number("RestartCount") is { } restarts ? restarts : (Value?)null),
            ("exit_code", !running && from.Number("State", "ExitCode") is { } code ? code : (Value?)null), ("up_for", running && from.Time("State", "StartedAt") is { } started ? HttpProbe.Seconds(engine.Time("SystemTime")!.Value - started) : null),
            ("image", image), ("image_id", from.Text("Image")), ("restart_policy", from.Text("HostConfig", "RestartPolicy", "Name")), ("network_mode", from.Text("HostConfig", "NetworkMode")),
            ("privileged", from.Truth("HostConfig", "Privileged") is { } privileged ? privileged : (Value?)null), ("user", from.Text("Config", "User")));
    }

    static IEnumerable<string> Ports(Value from) =>
        from.Fields("NetworkSettings", "Ports").SelectMany(inside => ((Value?)inside.Value).Items().Select(outside => $"{Host(outside.Text("HostIp"))}:{outside.Text("HostPort")}->{inside.Key}")).Order(StringComparer.Ordinal);

    /// <summary>No address is every address.</summary>
    static string Host(string? address) => address is null ? "0.0.0.0" : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    static async Task<Value.Fields> WithDigests(HttpApi api, Value.Fields container, CancellationToken cancel)
    {
        if (container.Text("image_id") is not { } id) return container;
        var answer = await api.Ask(HttpMethod.Get, $"/images/{Uri.EscapeDataString(id)}/json", null, cancel);
        return answer.Status == 200 && HttpProbe.Json(answer) is { } image ? container.With("digests", Value.List(image.Items("RepoDigests"))) : container;
    }

    static bool IsNamed(Value container, string name) => container.Text("name") == name || container.Text("service") == name;

    static Value.Fields Seen(List<Value.Fields> found, string[] missing, Given given, Value engine)
    {
        var jobs = given.Texts("jobs");
        var kept = found.Where(container => !jobs.Any(job => IsNamed(container, job))).ToList();
        var ended = found.Except(kept).Where(job => !(job.Text("state") == "exited" && job.Number("exit_code") is 0));
        var up = kept.Select(container => container.Number("up_for")).ToList();
        var restarts = found.Select(container => container.Number("restarts")).ToList();
        return Value.Of(
            ("containers", Value.List(found)), ("names", Names(found)), ("services", Value.Texts(found.Select(container => container.Text("service")).OfType<string>().Distinct())), ("missing", Value.Texts(missing)),
            ("not_running", Names(kept.Where(container => container.Truth("running") != true).Concat(ended))), ("unhealthy", Names(kept.Where(container => container.Text("health") is not (null or "healthy")))),
            ("unpinned", Names(found.Where(container => container.Truth("pinned") != true))),
            ("images", Value.Texts(found.Select(container => container.Text("image")).OfType<string>().Distinct().Order(StringComparer.Ordinal))),
            ("published", Value.Texts(found.SelectMany(container => container.Items("ports").Select(port => $"{container.Text("service") ?? container.Text("name")} {((Value.Text)port).Is}")).Order(StringComparer.Ordinal))),
            ("clustered", engine.Text("Swarm", "LocalNodeState") is not (null or "inactive"))).With(
            ("engine", engine.Text("Name")), ("version", engine.Text("Version")),
            ("restarts", restarts.Count == 0 || restarts.Contains(null) ? null : restarts.Sum()!.Value), ("up_for", up.Count == 0 || up.Contains(null) ? null : up.Min()!.Value));
    }

    static Value.Items Names(IEnumerable<Value> containers) => Value.Texts(containers.Select(container => container.Text("name")!));

    [GeneratedRegex("@sha256:[0-9a-f]{64}$")]
    private static partial Regex Digested();
}
