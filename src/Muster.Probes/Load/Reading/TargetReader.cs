using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The target as it was read, and the other origins that requests turned out to name.</summary>
sealed record TargetRead(Uri Url, ImmutableArray<(string Name, Template Text)> Headers, string? Trust)
{
    public HashSet<Uri> Others { get; } = [];

    /// <summary>The path that every path of a request goes beneath; empty for the root.</summary>
    public string Base => Url.AbsolutePath.TrimEnd('/');

    public bool IsOwn(Uri url) => Secure(url) == Secure(Url) && url.Port == Url.Port && url.IdnHost.Equals(Url.IdnHost, StringComparison.OrdinalIgnoreCase);

    static bool Secure(Uri url) => url.Scheme is "https" or "wss";
}

/// <summary>Reads <c>target</c>. It holds secrets, so that no message repeats a value of it.</summary>
static class TargetReader
{
    const string Example = "Write target: https://shop.internal:8443.";
    static readonly TargetRead Nowhere = new(new("http://nowhere.invalid"), [], null);

    public static TargetRead Read(FormKeys plan, LoadFolder folder)
    {
        if (!plan.Has("target"))
        {
            plan.Wrong("", "\"target\" is missing.", Example);
            return Nowhere;
        }

        switch (plan.Take("target"))
        {
            case Value.Text text: return Url(text.Is, plan, "target") is { } url ? new(url, [], null) : Nowhere;
            case Value.Fields map: return Map(new(map, "target", plan.Problems), folder);
            case null: return Nowhere;
            case var other:
                plan.Wrong("target", $"There is {FormTyped.Named(other)} where a URL was expected.", Example);
                return Nowhere;
        }
    }

    static TargetRead Map(FormKeys keys, LoadFolder folder)
    {
        var written = keys.Text("url") ?? keys.Text("address");
        if (written is null && !keys.Has("url")) keys.Wrong("", "\"url\" is missing.", Example);
        var url = written is null ? null : Url(written, keys, "url");
        var headers = ImmutableArray.CreateBuilder<(string, Template)>();
        foreach (var (name, value) in keys.Inner("headers")?.Fields ?? Value.Fields.Empty)
        {
            var at = $"{keys.Path}.headers.{name}";
            if (HeaderReader.Name(name, at, keys.Problems) && FormTyped.Text(value, at, keys.Problems) is { } text)
            {
                if (TemplateReader.HoldsPlaceholder(text)) keys.Problems.Add(at, "A placeholder that each request fills stands under the target.", "Put this header into the requests; only $(env:NAME) and $(file:NAME) stand under the target.");
                else if (HeaderReader.Value(text, at, keys.Problems)) headers.Add((name, Template.Of(Encoding.UTF8.GetBytes(text))));
            }
        }

        var trust = keys.Text("trust") is { } pem ? Trust(pem, keys, folder) : null;
        // A document's target may hold what other checks of it need.
        if (keys.Problems.Form.File.Length > 0) keys.Done("the target");
        return new(url ?? Nowhere.Url, headers.DrainToImmutable(), trust);
    }

    static Uri? Url(string text, FormKeys keys, string name)
    {
        if (text.Contains("$(", StringComparison.Ordinal)) return Wrong(keys, name, "The target's URL holds a placeholder that nothing filled.", "Write the URL as it is; $(env:NAME) and $(file:NAME) may stand under target:.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https" or "ws" or "wss") || url.Host.Length == 0)
            return Wrong(keys, name, "The target is not a URL of http, https, ws or wss.", Example);
        if (url.UserInfo.Length > 0) return Wrong(keys, name, "The target's URL holds a user or password.", "Put it into target: headers: authorization: Basic $(env:NAME).");
        if (url.Fragment.Length > 0 || url.Query.Length > 0) return Wrong(keys, name, "The target's URL holds a query or a fragment.", "Put the query into the requests: get: /items?page=1.");
        return url;
    }

    static string? Trust(string name, FormKeys keys, LoadFolder folder)
    {
        var (bytes, why) = folder.Read(name, 4 << 20, anywhere: true);
        if (bytes is null) keys.Wrong("trust", why, "Name a PEM file with the roots to trust.");
        try
        {
            if (bytes is not null) TrustAnchors.Of(Encoding.UTF8.GetString(bytes));
            return bytes is null ? null : folder.Full(name, anywhere: true);
        }
        catch (Unseen unread)
        {
            keys.Wrong("trust", $"\"{name}\" is of no use: {unread.Message}.", "Name a PEM file with the roots to trust.");
            return null;
        }
    }

    static Uri? Wrong(FormKeys keys, string name, string says, string fix)
    {
        keys.Wrong(name, says, fix);
        return null;
    }
}
