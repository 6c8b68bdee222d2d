using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Response headers as a map, names in lower case, several lines of one name joined by ", ". The values of cookies are masked: they are sessions.</summary>
static class HttpHeadersSeen
{
    public static Value.Fields Of(HttpResponseMessage response)
    {
        var seen = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            var lower = name.ToLowerInvariant();
            var text = lower == "set-cookie" ? string.Join(", ", values.Select(Masked)) : values.ToString();
            seen[lower] = seen.TryGetValue(lower, out var before) ? $"{((Value.Text)before).Is}, {text}" : text;
        }

        return new(seen);
    }

    static string Masked(string cookie)
    {
        var end = cookie.IndexOf(';', StringComparison.Ordinal);
        var pair = end < 0 ? cookie : cookie[..end];
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return (equals < 0 ? Redactor.Mask : pair[..(equals + 1)] + Redactor.Mask) + (end < 0 ? "" : cookie[end..]);
    }
}
