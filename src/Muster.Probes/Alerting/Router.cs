using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Alertmanager's API v2, as far as probes ask it (its OpenAPI document stands in its repository under api/v2).</summary>
sealed class Router(HttpApi http)
{
    public HttpApi Http => http;

    /// <summary>What an alert is labelled with so that it is found again; random, so that no other alert is meant.</summary>
    public static string Nonce() => "muster" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public async Task Post(Value.Fields labels, Value.Fields annotations, DateTimeOffset starts, DateTimeOffset ends, CancellationToken cancel)
    {
        const string path = "/api/v2/alerts";
        var answer = await http.Ask(HttpMethod.Post, path, Value.List([Value.Of(("labels", labels), ("annotations", annotations), ("startsAt", starts), ("endsAt", ends))]), cancel);
        if (answer.Status is 401 or 403) throw new Unseen(Blind.NotAdmitted, $"{path} answers {answer.Status}: the target's credentials are not admitted, or are missing");
        if (answer.Status is not 200) throw new Unseen(Blind.Unreadable, $"{path} answers {answer.Status} to an alert; is the target an alertmanager?");
    }

    /// <summary>The alerts that bear the label, as the API tells them.</summary>
    public async Task<IReadOnlyList<Value>> Alerts(string label, string value, CancellationToken cancel) =>
        await http.Get($"/api/v2/alerts?filter={Uri.EscapeDataString($"{label}=\"{value}\"")}", cancel) is Value.Items { Are: var alerts } ? alerts : throw new Unseen(Blind.Unreadable, "/api/v2/alerts answers no list; is the target an alertmanager?");

    /// <summary>When this process was started, its version, and the configuration as it was read, with its secrets taken out by the server.</summary>
    public async Task<(Value Identity, string Configuration)> Status(CancellationToken cancel)
    {
        var status = await http.Get("/api/v2/status", cancel);
        if (status.Text("config", "original") is not { } configuration) throw new Unseen(Blind.Unreadable, "/api/v2/status names no configuration; is the target an alertmanager?");
        return (((Value.Fields)http.Last!).With("started", status.At("uptime")), configuration);
    }

    /// <summary>Receivers that drop whatever they get: a name and nothing else.</summary>
    public static IEnumerable<string> Blackholes(string configuration)
    {
        var tree = FileTree.Read("yaml", System.Text.Encoding.UTF8.GetBytes(configuration), "the configuration in /api/v2/status");
        return tree.Items("receivers").Where(receiver => receiver.Fields().All(field => !field.Key.EndsWith("_configs", StringComparison.Ordinal) || field.Value is not Value.Items { Are.Length: > 0 }))
            .Select(receiver => receiver.Text("name")).OfType<string>();
    }
}
