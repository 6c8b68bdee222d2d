using Muster.Readiness;

namespace Muster.Probes;

static class TokenNegativeProbe
{
    const int MostBody = 256 * 1024;
    const long MostKey = 64 * 1024;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var endpoint = Endpoint.Read(given.Text("endpoint") ?? "GET /", "endpoint");
        if (!endpoint.IsSafe && given["json"] is null) throw Given.Wrong("json", $"is missing, and {endpoint} may write: say its body, so that the environment's consent is asked");
        var good = given.Text("token") ?? throw Given.Wrong("token", "is missing: name it under the target");
        context.Hide(good);
        var header = given.Text("header") ?? "Authorization";
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var body = given["json"] is { } json ? CanonicalJson.Bytes(json) : null;
        string Borne(string token) => header.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? $"Bearer {token}" : token;
        (string, string)[] others = [.. given.Pairs("headers").Where(one => !one.Name.Equals(header, StringComparison.OrdinalIgnoreCase))];
        Task<HttpExchange> Ask(string path, params (string, string)[] more) => HttpExchange.Send(
            new(endpoint.Method, HttpRequestLine.UrlOf(given.Target, path), [.. others, .. more], body, body is null ? null : "application/json", System.Net.HttpVersion.Version11), trust, context, MostBody, cancel);

        var before = await Ask(endpoint.Path, (header, Borne(good)));
        var statuses = new List<(string Name, int Status)>();
        foreach (var (name, token) in BadTokens.Of(good, PublicKey(given, context)).Concat(given.Pairs("bad").Select(bad => (bad.Name, (string?)bad.Text))))
        {
            if (token is { Length: > 0 }) context.Hide(token);
            statuses.Add((name, (token is null ? await Ask(endpoint.Path) : await Ask(endpoint.Path, (header, Borne(token)))).Status));
        }

        if (given.Truth("elsewhere", false))
        {
            var escaped = Uri.EscapeDataString(good);
            statuses.Add(("in the address", (await Ask(endpoint.Path + (endpoint.Path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "access_token=" + escaped)).Status));
            statuses.Add(("in another header", (await Ask(endpoint.Path, ("X-Api-Key", good))).Status));
            statuses.Add(("in a cookie", (await Ask(endpoint.Path, ("Cookie", "access_token=" + escaped))).Status));
        }

        var after = await Ask(endpoint.Path, (header, Borne(good)));
        var accepted = statuses.Where(one => one.Status is >= 200 and <= 299).Select(one => one.Name).ToList();
        var unclear = statuses.Where(one => one.Status is not (>= 200 and <= 299 or 401 or 403)).Select(one => $"{one.Name}: {one.Status}").ToList();
        return new()
        {
            Observation = Value.Of(("admitted", before.Status is >= 200 and <= 299 && after.Status is >= 200 and <= 299), ("tried", Value.Texts(statuses.Select(one => one.Name))), ("accepted", Value.Texts(accepted)), ("accepted_count", accepted.Count),
                ("unclear", Value.Texts(unclear)), ("unclear_count", unclear.Count), ("statuses", new Value.Fields(statuses.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.Status))))),
            Population = statuses.Count, Before = before.Identity, After = after.Identity,
        };
    }

    static string? PublicKey(Given given, ProbeContext context)
    {
        if (given.Text("public_key") is not { } name) return null;
        var file = new FileInfo(FolderWall.Within(context.Folder, name, context.MayLeaveFolder));
        return file.Exists && file.Length <= MostKey ? File.ReadAllText(file.FullName) : throw new Unseen(Blind.NotCapable, $"the public key is not there, or is larger than {MostKey} bytes: {name}");
    }
}
