using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Each text in a request of its own, which a mark in its query tells from all others where it arrives.</summary>
sealed class WafBlockProbe
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Late = TimeSpan.FromMilliseconds(300);
    readonly Given _given;
    readonly ProbeContext _context;
    readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    readonly Dictionary<string, Value> _answers = [];
    readonly int[] _blocked;
    int _turn;

    WafBlockProbe(Given given, ProbeContext context)
    {
        (_given, _context) = (given, context);
        _blocked = given["blocked"] is Value.Items items ? [.. items.Are.Select(item => item is Value.Number { Is: >= 100 and <= 599 and var status } ? (int)status : int.TryParse(item.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : throw Given.Wrong("blocked", "has what is no status"))] : [403];
    }

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => new WafBlockProbe(new(question), context).Look(cancel);

    async Task<Sight> Look(CancellationToken cancel)
    {
        var edge = await HttpApi.Of(_given, _context, cancel);
        if (_given.Other("sink") is null) throw Given.Wrong("sink", "is missing: without it nobody sees what arrived behind the firewall");
        var sink = await CanarySink.Of(_given, _context, cancel);
        var posts = _given.Texts("methods") is not { IsEmpty: false } methods || methods.Contains("POST", StringComparer.OrdinalIgnoreCase);
        WafText[] Sent(WafText[] all) => [.. all.Where(text => posts || text.Place != WafPlace.Body)];
        var (good, bad) = (new List<(WafText Text, string Mark, int Status)>(), new List<(WafText Text, string Mark, int Status)>());
        foreach (var text in Sent(WafAttacks.Good)) good.Add(await Send(edge, text, cancel));
        if (good.TrueForAll(one => one.Status == 0)) throw new Unseen(Blind.Unreachable, "the edge answers nothing, harmless or not");
        foreach (var text in Sent(WafAttacks.Bad)) bad.Add(await Send(edge, text, cancel));
        var last = await Send(edge, WafAttacks.Good[^1], cancel);
        bool Passed((WafText Text, string Mark, int Status) one) => one.Status is >= 200 and <= 399;
        List<(WafText Text, string Mark, int Status)> passed = [.. good.Append(last).Where(Passed)];
        var arrived = await Arrived(sink, passed, cancel);
        if (passed.Count > 0 && !passed.Exists(one => arrived.Contains(one.Mark, StringComparison.Ordinal)))
            throw new Unseen(Blind.NotCapable, "the sink shows nothing of the harmless texts that passed, so that it shows nothing of the others either");
        List<string> Names(IEnumerable<(WafText Text, string Mark, int Status)> some) => [.. some.Select(one => one.Text.Name)];
        var (through, came) = (Names(bad.Where(one => !_blocked.Contains(one.Status))), Names(bad.Where(one => arrived.Contains(one.Mark, StringComparison.Ordinal))));
        var wrongly = Names(good.Append(last).Where(one => !Passed(one) || !arrived.Contains(one.Mark, StringComparison.Ordinal)));
        var seen = Value.Of(("attacks", bad.Count), ("blocked_count", bad.Count - through.Count), ("block_rate", Math.Round((double)(bad.Count - through.Count) / bad.Count, 4)), ("not_blocked", Value.Texts(through)), ("not_blocked_count", through.Count),
            ("arrived", Value.Texts(came)), ("arrived_count", came.Count), ("harmless", good.Count + 1), ("wrongly_blocked", Value.Texts(wrongly)), ("wrongly_blocked_count", wrongly.Count), ("answers", new Value.Fields(_answers)),
            ("complete", through.Count == 0 && came.Count == 0 && wrongly.Count == 0));
        if (_given.Other("origin") is { } origin) seen = seen.With("origin_blocks", await Blocks(await HttpApi.Of(origin, _context, cancel), cancel));
        return new() { Observation = seen, Population = bad.Count, Before = Value.Of(("edge", edge.First ?? Value.Null), ("sink", sink.First ?? Value.Null)), After = Value.Of(("edge", edge.Last ?? Value.Null), ("sink", sink.Last ?? Value.Null)) };
    }

    async Task<bool> Blocks(HttpApi origin, CancellationToken cancel)
    {
        foreach (var text in WafAttacks.Bad.Where(text => text.Place == WafPlace.Query))
            if (await Send(origin, text, cancel, name: $"origin: {text.Name}") is { Status: var status } && (status == 0 ? throw new Unseen(Blind.Unreachable, "the origin does not answer past the edge") : _blocked.Contains(status))) return true;
        return false;
    }

    /// <summary>Everything that the sink shows, once all that passed is there or the time is over, and a moment later, when what should not have passed would be there too.</summary>
    async Task<string> Arrived(CanarySink sink, List<(WafText Text, string Mark, int Status)> passed, CancellationToken cancel)
    {
        async Task<string> All() => string.Join('\n', (await sink.Records(cancel)).Select(record => record.Text));
        await Waiting.Until(async () => await All() is var text && passed.TrueForAll(one => text.Contains(one.Mark, StringComparison.Ordinal)), TimeSpan.FromSeconds(_given.Seconds("wait", 5)), _context, cancel);
        await Task.Delay(Late, _context.Clock, cancel);
        return await All();
    }

    async Task<(WafText Text, string Mark, int Status)> Send(HttpApi api, WafText text, CancellationToken cancel, string? name = null)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"muster{_run}x{++_turn}x");
        var path = $"{_given.Text("path") ?? "/"}?muster={mark}{(text.Place == WafPlace.Query ? "&q=" + Uri.EscapeDataString(text.Text) : "")}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        var status = 0;
        try
        {
            var answer = text.Place == WafPlace.Body
                ? await api.Send(HttpMethod.Post, path, Encoding.UTF8.GetBytes("q=" + Uri.EscapeDataString(text.Text)), "application/x-www-form-urlencoded", [], limit.Token)
                : await api.Send(HttpMethod.Get, path, null, null, text.Place == WafPlace.Header ? [("User-Agent", text.Text)] : [], limit.Token);
            status = answer.Status;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { status = 0; }
        catch (Exception broken) when (Faults.IsOfThePeer(broken)) { status = 0; } // Ended without an answer, which some firewalls call blocking.
        _answers[name ?? text.Name] = status;
        return (text, mark, status);
    }
}
