using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A fault proxy as its control socket tells of it: ours, or any that speaks the same API.</summary>
sealed class ProxyApi(HttpApi api, string control, string name, string? trust)
{
    public string Says => $"the proxy {name} at {control}";

    string Path => "/proxies/" + Uri.EscapeDataString(name);

    /// <summary>Whether it is enabled, whose faults it has already, and what it counted; null counts where it is another program's, which counts nothing.</summary>
    public async Task<(bool Enabled, int Toxics, Value.Fields? Seen)> Look(CancellationToken cancel)
    {
        var answer = await api.Ask(HttpMethod.Get, Path, null, cancel);
        if (answer.Status == 404) throw new Unseen(Blind.BadQuestion, $"{control} knows no proxy \"{name}\"; name it as the dependency, or say which under \"proxy\"");
        return HttpApi.Read(Path, answer) is Value.Fields proxy && proxy["enabled"] is Value.Truth enabled
            ? (enabled.Is, (proxy["toxics"] as Value.Items)?.Are.Length ?? 0, proxy["seen"] as Value.Fields)
            : throw new Unseen(Blind.Unreadable, $"{control} does not speak of its proxies as a fault proxy does");
    }

    public OutageStep Down() => Step("POST", "", Value.Of(("enabled", false)), "POST", Path, Value.Of(("enabled", true)));

    public OutageStep Toxic(string type, bool up, params ReadOnlySpan<(string, Value)> attributes)
    {
        var (stream, toxic) = (up ? "upstream" : "downstream", $"muster_{type}_{(up ? "up" : "down")}");
        return Step("POST", "/toxics", Value.Of(("name", toxic), ("type", type), ("stream", stream), ("toxicity", 1), ("attributes", Value.Of(attributes))), "DELETE", $"{Path}/toxics/{toxic}", null);
    }

    /// <summary>Any fault that its API knows.</summary>
    public OutageStep Toxic(Toxic toxic) => Step("POST", "/toxics", (toxic with { Name = "muster_" + toxic.Name }).Written, "DELETE", $"{Path}/toxics/{Uri.EscapeDataString("muster_" + toxic.Name)}", null);

    OutageStep Step(string method, string path, Value body, string back, string backPath, Value? backBody) =>
        new(new WayBack.Asked(back, HttpRequestLine.UrlOf(control, backPath), backBody, trust), cancel => Do(method, Path + path, body, cancel), cancel => Do(back, backPath, backBody, cancel));

    async Task Do(string method, string path, Value? body, CancellationToken cancel)
    {
        var answer = await api.Ask(new(method), path, body, cancel);
        if (answer.Status is < 200 or >= 300) throw new Unseen(Blind.NotCapable, $"{control} answers {answer.Status} to {method} {path}: {Bounded.Start(HttpProbe.Text(answer.Body.Bytes)?.Trim() ?? "", 200)}");
    }
}
