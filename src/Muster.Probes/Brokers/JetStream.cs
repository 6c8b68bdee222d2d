using Muster.Readiness;

namespace Muster.Probes;

/// <summary>JetStream's own API, by requests over the client protocol.</summary>
sealed class JetStream(NatsLink link, string? domain)
{
    const int MostPages = 40;
    readonly string _prefix = domain is null ? "$JS.API." : $"$JS.{domain}.API.";

    /// <summary>The answer; null where JetStream is off: nobody listens there, or not for this account.</summary>
    public async Task<Value?> Ask(string name, Value? request, CancellationToken cancel)
    {
        var answer = await link.Request(_prefix + name, [], request is null ? default(ReadOnlyMemory<byte>) : CanonicalJson.Bytes(request), cancel);
        if (answer.Operation == "-ERR") throw new Unseen(Blind.NotAdmitted, $"the user may not ask JetStream: {NatsLink.Said(answer)}");
        if (answer.Status == "503") return null;
        var json = Brokers.Json(answer.Payload) as Value.Fields ?? throw new Unseen(Blind.Unreadable, $"JetStream's answer to {name} is no JSON object");
        return json.Number("error", "err_code") is 10039 or 10076 ? null : json;
    }

    /// <summary>Everything under <paramref name="list"/>, page by page; null where what it is of is not there, or no longer.</summary>
    public async Task<List<Value>?> All(string name, string list, CancellationToken cancel)
    {
        var all = new List<Value>();
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await Ask(name, Value.Of(("offset", all.Count)), cancel) ?? throw new Unseen(Blind.Unreadable, "JetStream was switched off while it was asked");
            if (IsMissing(answer)) return null;
            if (Refusal(answer) is { } refused) throw new Unseen(Blind.Unreadable, $"JetStream answers {name} with: {refused}");
            var items = answer.Items(list);
            all.AddRange(items);
            if (items.IsEmpty || all.Count >= answer.Number("total")) return all;
        }

        throw new Unseen(Blind.TooLarge, $"there are more than {all.Count} {list}; name those that matter");
    }

    /// <summary>What JetStream does not do, in its words; null when it did.</summary>
    public static string? Refusal(Value answer) => answer.At("error") is { } error ? Bounded.Start(error.Text("description") ?? error.ToString(), 200) : null;

    public static bool IsMissing(Value answer) => answer.Number("error", "code") is 404;
}
