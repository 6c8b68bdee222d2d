using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

static class HeartbeatProbe
{
    const long MostFile = 1024 * 1024;

    /// <summary>Clocks of two machines are not the same to the second.</summary>
    static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);
    static readonly double Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var every = given.Seconds("every", 0);
        if (every <= 0) throw Given.Wrong("every", "is missing, or is no time");
        var grace = given.Seconds("grace", every / 4);
        if (every + grace > TimeSpan.FromDays(3660).TotalSeconds) throw Given.Wrong("every", "is more than ten years");
        var (bytes, identity) = await Left(given, context, cancel);
        var words = Words(bytes, given);
        var last = Time(words("finished")) ?? throw new Unseen(Blind.Unreadable, $"what the job left has no time at {given.Text("finished") ?? "/finished"}: a text is an instant with its offset, a number seconds since 1970");
        var now = context.Clock.GetUtcNow();
        if (last > now + Ahead) throw new Unseen(Blind.Unreadable, $"the job says that it ended at {Instant.Write(last)}, which is yet to come; is its clock right?");
        var due = last + TimeSpan.FromSeconds(every + grace);
        var seen = Value.Of(("overdue", now > due), ("age", Math.Round(Math.Max(0, (now - last).TotalSeconds), 3)), ("last", Instant.Write(last)), ("due", Instant.Write(due)));
        // What it does not say was not observed: then it is not known whether it came to its end, or did anything.
        if (words("done") is { } done) seen = seen.With("done", done is Value.Truth { Is: true } or Value.Number { Is: 1 });
        if (words("did") is { } did) seen = seen.With("did", did switch { Value.Number number => number, Value.Items items => items.Are.Length, _ => (Value)0 });
        return new() { Observation = seen, Population = 1, Before = identity, After = identity };
    }

    static async Task<(byte[] Bytes, Value Identity)> Left(Given given, ProbeContext context, CancellationToken cancel)
    {
        if (given.Other("at") is { } other)
        {
            var (api, page) = (await HttpApi.Of(other, context, cancel), given.Text("page") ?? "/");
            var answer = await api.Ask(HttpMethod.Get, page, null, cancel);
            if (answer.Status != 200) throw new Unseen(answer.Status is 401 or 403 ? Blind.NotAdmitted : Blind.Unreadable, $"{page} answers {answer.Status}, and tells of no run");
            return (answer.Body.Bytes, answer.Identity);
        }

        var name = given.Text("file") ?? throw Given.Wrong("file", "is missing, and \"at\" too");
        var file = new FileInfo(FolderWall.Within(context.Folder, name, context.MayLeaveFolder));
        if (!file.Exists) throw new Unseen(Blind.Unreadable, $"the job has left no {name}");
        if (file.Length > MostFile) throw new Unseen(Blind.TooLarge, $"{name} is larger than {MostFile} bytes");
        try { return (await File.ReadAllBytesAsync(file.FullName, cancel), name); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
    }

    /// <summary>What stands where a parameter says, in JSON or among metrics.</summary>
    static Func<string, Value?> Words(byte[] bytes, Given given)
    {
        if (bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            Value json;
            try { json = Value.Parse(bytes); }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException) { throw new Unseen(Blind.Unreadable, $"what the job left is not whole: {broken.Message}", broken); }
            return name => JsonPointer.Find(json, given.Text(name) ?? Usual(name));
        }

        var text = HttpProbe.Text(bytes) ?? throw new Unseen(Blind.Unreadable, "what the job left is neither JSON nor metrics");
        var page = Exposition.Read(text.EndsWith('\n') ? text : text + "\n", openMetrics: false);
        if (page.Samples.Count == 0) throw new Unseen(Blind.Unreadable, "what the job left is neither JSON nor metrics");
        return name => page.Samples.Where(sample => sample.Name == given.Text(name)).Select(sample => double.IsFinite(sample.Value) ? (Value)sample.Value : null).DefaultIfEmpty(null).Aggregate(Oldest);
    }

    /// <summary>Of several series the one that is worst: the oldest time, the least that was done.</summary>
    static Value? Oldest(Value? one, Value? other) => one is Value.Number a && other is Value.Number b ? Math.Min(a.Is, b.Is) : null;

    static string Usual(string name) => Array.Find([.. HeartbeatKind.Declaration.Parameters], parameter => parameter.Name == name)!.Default is Value.Text text ? text.Is : "";

    static DateTimeOffset? Time(Value? said) => said switch
    {
        Value.Text text when Instant.TryRead(text.Is, out var at) => at,
        Value.Number { Is: > 0 and var seconds } when seconds < Latest => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds),
        _ => null,
    };
}
