using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads a recording of a browser (HTTP Archive 1.2) as one scenario of one user.</summary>
sealed class HarRecording(IReadOnlyCollection<string> hosts)
{
    const int MostRequests = 1000;
    const int MostEntries = 100_000;
    const double LongestThink = 60;
    readonly HarNotes _notes = new();

    sealed record Entry(Value.Fields Request, int Status, Uri Url, DateTimeOffset? Began, double Took);

    public (Value.Fields Form, List<string> Notes) Read(Value har)
    {
        if (((har as Value.Fields)?["log"] as Value.Fields)?["entries"] is not Value.Items { Are: var written }) throw new FormatException("it is no HAR file: there is no list of entries in its log");
        if (written.Length > MostEntries) throw new FormatException($"it has more than {MostEntries} entries");
        var all = written.Select(One).OfType<Entry>().ToList();
        if (all.All(entry => entry.Began is not null)) all = [.. all.OrderBy(entry => entry.Began)];
        if (all.Count == 0) throw new FormatException("it has no request that can be taken");
        var taken = Wanted(all);
        if (taken.Count > MostRequests) _notes.Add($"Left out: {taken.Count - MostRequests} requests after the first {MostRequests}.");
        taken = [.. taken.Take(MostRequests)];
        var target = taken[0].Url;
        var requests = new List<Value>();
        for (var i = 0; i < taken.Count; i++)
        {
            var request = new HarRequest(taken[i].Request, taken[i].Url, taken[i].Status, _notes).Read(OriginOf(taken[i].Url) != OriginOf(target));
            if (request is not null) requests.Add(i + 1 < taken.Count && Pause(taken[i], taken[i + 1]) is { } think ? request.With("think", think) : request);
        }

        if (requests.Count == 0) throw new FormatException("it has no request that can be taken");
        var form = Value.Of(("target", OriginOf(target)), ("scenarios", Value.Of(("recorded", Value.Of(("vus", 1), ("iterations", 1), ("cookies", true), ("requests", Value.List(requests)))))));
        return (form, [$"Read from a recording of {requests.Count} requests. One user asks for them once: write vus:, rate: or stages: for the load that is meant.", "cookies: true keeps what the target sets in the run; the cookies of the recording are not taken.", .. _notes.All()]);
    }

    Entry? One(Value value)
    {
        if (value is not Value.Fields entry || entry["request"] is not Value.Fields request || request["url"] is not Value.Text { Is: var text }) return Left("entries without a request");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) return Left("requests whose URL cannot be read");
        var status = ((entry["response"] as Value.Fields)?["status"] as Value.Number)?.Is ?? 0;
        if (url.Scheme is "ws" or "wss" || status == 101) return Left("WebSockets (write websocket: and send: for them)");
        if (url.Scheme is not ("http" or "https") || url.Host.Length == 0) return Left("requests that go to no server (data:, blob:, extensions)");
        if (url.UserInfo.Length > 0) _notes.Removed("URL", "user and password");
        DateTimeOffset? began = DateTimeOffset.TryParse((entry["startedDateTime"] as Value.Text)?.Is, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
        var took = (entry["time"] as Value.Number)?.Is ?? 0;
        return new(request, status is >= 100 and <= 999 && status == Math.Floor(status) ? (int)status : 0, url, began, double.IsFinite(took) && took is > 0 and < 1e9 ? took : 0);
    }

    Entry? Left(string what)
    {
        _notes.Left(what);
        return null;
    }

    List<Entry> Wanted(List<Entry> all)
    {
        var wanted = hosts.Count > 0 ? hosts : [all[0].Url.Authority];
        bool Of(Entry entry) => wanted.Any(host => host.Equals(entry.Url.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(entry.Url.Authority, StringComparison.OrdinalIgnoreCase));
        var taken = all.Where(Of).ToList();
        foreach (var other in all.Where(entry => !Of(entry)).GroupBy(entry => entry.Url.Authority, StringComparer.OrdinalIgnoreCase).OrderBy(group => group.Key, StringComparer.Ordinal).Take(100))
            _notes.Add($"Left out: {other.Count()} requests to {K6Options.Clean(other.Key)}; name that host too to take them.");
        return taken.Count > 0 ? taken : throw new FormatException($"it has no request to {string.Join(" or ", wanted)}; its hosts are {string.Join(", ", all.Select(entry => entry.Url.Authority).Distinct(StringComparer.OrdinalIgnoreCase).Take(20))}");
    }

    /// <summary>From the end of one to the beginning of the next, in tenths of a second. What a browser asked for at once follows at once.</summary>
    string? Pause(Entry entry, Entry next)
    {
        if (entry.Began is not { } began || next.Began is not { } then) return null;
        var seconds = Math.Round((then - began).TotalSeconds - entry.Took / 1000, 1);
        if (seconds < 0.1) return null;
        if (seconds > LongestThink) _notes.Add($"A pause of {K6Options.Number(seconds)}s was shortened to {LongestThink}s.");
        return $"{K6Options.Number(Math.Min(seconds, LongestThink))}s";
    }

    public static string OriginOf(Uri url) => $"{url.Scheme}://{url.Authority}";
}
