using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Which dependencies a health page blames. There is no one form: lists of names under "failures", maps of checks each with a status (as frameworks write them), lists of checks with a name and a status,
/// and lines of text with a minus before what failed. What is read is what stands there; a page in another form has a pointer of its own.
/// </summary>
static class FailingNames
{
    const int MostDepth = 8;
    const int MostNames = 200;
    static readonly string[] Lists = ["failures", "failed", "failing", "unhealthy", "down", "errors"];
    static readonly string[] Statuses = ["status", "state", "health", "healthy", "ok", "up", "available"];
    static readonly string[] NamesOfChecks = ["name", "id", "key", "component", "check", "dependency"];
    static readonly string[] Bad = ["fail", "failed", "failing", "failure", "down", "unhealthy", "error", "critical", "degraded", "warn", "warning", "unavailable", "unreachable", "out_of_service", "outofservice", "disconnected", "timeout", "dead", "false"];

    /// <param name="pointer">To the names themselves, where the page is of no form that is known.</param>
    public static ImmutableArray<string> Of(Value? json, string? text, string? pointer)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (pointer is not null) Collect(json is null ? null : JsonPointer.Find(json, pointer), names);
        else if (json is not null) Walk(json, names, 0);
        else foreach (var line in (text ?? "").Split('\n'))
            if (line.TrimStart() is ['[', '-', ']', .. var rest] && rest.Split(' ', ':', '\r')[0] is { Length: > 0 } name) Add(names, name); // [-]etcd failed: reason withheld
        return [.. names];
    }

    /// <summary>Whether that word, truth or number says that something is not well.</summary>
    public static bool IsBad(Value? status) => status switch
    {
        Value.Text text => Bad.Contains(text.Is.Trim().Replace(' ', '_').ToLowerInvariant()),
        Value.Truth truth => !truth.Is,
        _ => false,
    };

    static void Walk(Value value, SortedSet<string> names, int depth)
    {
        if (depth > MostDepth || names.Count >= MostNames) return;
        if (value is Value.Items items)
        {
            foreach (var item in items.Are.OfType<Value.Fields>())
                if (NamesOfChecks.Select(name => item[name]).OfType<Value.Text>().FirstOrDefault() is { } named && StatusOf(item) is { } status)
                {
                    if (IsBad(status)) Add(names, named.Is);
                }
                else Walk(item, names, depth + 1);
            return;
        }

        if (value is not Value.Fields fields) return;
        foreach (var (name, inner) in fields)
            if (Lists.Contains(name.ToLowerInvariant()) && inner is Value.Items or Value.Fields) Collect(inner, names);
            else if (inner is Value.Fields map) Checks(map, names, depth + 1);
            else if (inner is Value.Items list) Walk(list, names, depth + 1);
    }

    /// <summary>Under a name of any kind: its members are checks if they bear a status, or are words that are one.</summary>
    static void Checks(Value.Fields map, SortedSet<string> names, int depth)
    {
        if (depth > MostDepth) return;
        foreach (var (name, check) in map)
            switch (check)
            {
                case Value.Fields one when StatusOf(one) is { } status:
                    if (IsBad(status)) Add(names, name);
                    break;
                case Value.Items many when many.Are.OfType<Value.Fields>().Any(one => IsBad(StatusOf(one))): Add(names, name); break;
                case Value.Fields or Value.Items: Walk(Value.Of((name, check)), names, depth + 1); break;
                case Value.Text or Value.Truth when !Statuses.Contains(name.ToLowerInvariant()) && IsBad(check): Add(names, name); break;
            }
    }

    static Value? StatusOf(Value.Fields check) => Statuses.Select(name => check.FirstOrDefault(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value).FirstOrDefault(value => value is Value.Text or Value.Truth);

    static void Collect(Value? found, SortedSet<string> names)
    {
        switch (found)
        {
            case Value.Text text: Add(names, text.Is); break;
            case Value.Items items:
                foreach (var item in items.Are)
                    if (item is Value.Fields map) Collect(NamesOfChecks.Select(name => map[name]).OfType<Value.Text>().FirstOrDefault(), names);
                    else if (item is Value.Text) Collect(item, names);
                break;
            case Value.Fields fields:
                foreach (var (name, _) in fields) Add(names, name);
                break;
        }
    }

    static void Add(SortedSet<string> names, string name)
    {
        if (names.Count < MostNames && !string.IsNullOrWhiteSpace(name)) names.Add(Bounded.Start(name.Trim(), 100));
    }
}
