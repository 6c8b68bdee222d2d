using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// One HTTP request as a document writes it within a parameter: <c>{ put: /items/$(write:id), json: { … }, read: /pointer, is: value }</c>. Without <c>is</c> an answer of 2xx holds.
/// </summary>
sealed record RequestTemplate(HttpMethod Method, string Path, Value? Json, string? Read, Value? Is)
{
    static readonly string[] Forms = ["get", "head", "post", "put", "patch", "delete"];

    /// <summary>A placeholder that each write fills with its own id or digest.</summary>
    public static bool IsOfWrites(string name) => name is "write:id" or "write:digest";

    public static RequestTemplate? Of(Given given, string name) => given[name] is { } value ? Of(value, name) : null;

    public static RequestTemplate Of(Value value, string name)
    {
        if (value is Value.Text { Is: ['/', ..] path }) return new(HttpMethod.Get, path, null, null, null);
        if (value is not Value.Fields map || Forms.Where(form => map[form] is not null).ToArray() is not [var form] || map[form] is not Value.Text { Is: ['/', ..] at })
            throw Given.Wrong(name, $"is no request: write {{ get: /path }} or {{ post: /path, json: … }}, got {Bounded.Start(value.ToString(), 100)}");
        return new(new(form.ToUpperInvariant()), at, map["json"], (map["read"] as Value.Text)?.Is, map["is"]);
    }

    public RequestTemplate For(string id, string digest)
    {
        Value? Find(string name) => name == "write:id" ? id : name == "write:digest" ? digest : null;
        return this with { Path = ((Value.Text)Placeholder.Fill(Path, Find)).Is, Json = Json is null ? null : Placeholder.Fill(Json, Find) };
    }

    public Task<HttpExchange> Send(HttpApi api, CancellationToken cancel) => api.Ask(Method, Path, Json, cancel);

    /// <summary>What <see cref="Read"/> points to in an answer of 2xx, or all of its JSON or text; null where there is no such thing.</summary>
    public Value? Found(HttpExchange answer) =>
        answer.Status is < 200 or > 299 ? null
        : HttpProbe.Json(answer) is { } json ? Read is null ? json : JsonPointer.Find(json, Read)
        : Read is null ? HttpProbe.Text(answer.Body.Bytes) : null;

    public bool Holds(HttpExchange answer) => answer.Status is >= 200 and <= 299 && (Is is null || Found(answer) is { } found && Same(found, Is));

    /// <summary>A value and the text that shows it are the same here: a document need not know which of both an answer has.</summary>
    public static bool Same(Value found, Value wanted) => found.Equals(wanted) || Shown(found) == Shown(wanted);

    static string Shown(Value value) => value is Value.Text text ? text.Is : value.ToString();
}
