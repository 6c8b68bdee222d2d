using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The certificate that an endpoint serves, before and after it was replaced.</summary>
static class CertificateRotationProbe
{
    /// <summary>So many looks in a row must see the new one: an old worker may answer now and then.</summary>
    const int InARow = 4;
    const int LeastHandshakes = 5;
    const long MostFile = 1024 * 1024;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var wait = TimeSpan.FromSeconds(given.Seconds("wait", 10));
        if (wait > Longest) throw Given.Wrong("wait", "is more than 60s");
        if (given.Text("side") == "client") return ClientRevocation.Look(given, wait, context, cancel);
        return Lever.Read(given, "rotate") is { } lever ? Rotate(given, lever, wait, context, cancel) : LookBack(given, context.Earlier(question.Name), context, cancel);
    }

    static async Task<Sight> Rotate(Given given, Lever lever, TimeSpan wait, ProbeContext context, CancellationToken cancel)
    {
        var places = await ServedPlaces.Of(given, context, cancel);
        var before = await places.All(cancel);
        var identity = places.Identity;
        await using var load = SmallLoad.Begin(places, context, cancel);
        await Waiting.Until(() => Task.FromResult(load.Made >= LeastHandshakes), wait, context, cancel);
        if (load.Failed == load.Made) throw new Unseen(Blind.Unreachable, "no handshake succeeds before anything is replaced; is the certificate trusted, and for this name?");
        var (first, began, at) = (load.Made, context.Clock.GetTimestamp(), context.Clock.GetUtcNow());
        context.Tell("replacing the certificate");
        await lever.Pull(context, cancel);
        var (now, row, took) = (before, 0, (TimeSpan?)null);
        while (row < InARow && context.Clock.GetElapsedTime(began) < wait)
        {
            if (row > 0 || took is not null) await Task.Delay(Pause, context.Clock, cancel);
            now = await places.All(cancel);
            var elapsed = context.Clock.GetElapsedTime(began);
            var renewed = !now.Exists(leaf => IsOld(leaf, before));
            (row, took) = renewed ? (row + 1, row == 0 ? elapsed : took) : (0, elapsed);
        }

        // What was made since is the evidence: a load that stood still met nothing.
        await Waiting.Until(() => Task.FromResult(load.Made >= first + LeastHandshakes), wait, context, cancel);
        var seen = await Compared(given, places, now, before, before[0], at, context, cancel);
        seen = seen.With("handshakes", load.Made).With("failed_handshakes", load.Failed);
        if (row == InARow) seen = seen.With("time_to_serve", HttpProbe.Seconds(took!.Value));
        var complete = Complete(seen, given) && load.Failed == 0 && load.Made > first && row == InARow;
        return new() { Observation = seen.With("complete", complete), Population = places.Count, Before = identity, After = places.Identity };
    }

    static async Task<Sight> LookBack(Given given, Value.Fields? earlier, ProbeContext context, CancellationToken cancel)
    {
        var places = await ServedPlaces.Of(given, context, cancel);
        var now = await places.All(cancel);
        var last = ServedLeaf.Read(earlier?["present"]);
        // The same as at the last look: then what that look knew of the one before is known still.
        var previous = last?.Sha256 == now[0].Sha256 ? ServedLeaf.Read(earlier!["previous"]) : last;
        if (previous is null)
            return new()
            {
                Observation = Value.Of(("complete", false), ("places", Value.Texts(places.Names)), ("looked", Instant.Write(Instant.Cut(context.Clock.GetUtcNow()))), ("present", now[0].Seen)),
                Population = 0, Before = places.Identity, After = places.Identity, Detail = "no look before this one saw another certificate; the next one after a renewal will",
            };
        var seen = InTime(await Compared(given, places, now, [previous], previous, context.Clock.GetUtcNow(), context, cancel), previous, earlier!, isNew: last!.Sha256 != now[0].Sha256, context);
        // Where nobody knows whether it was in time, nobody knows whether all of it was so.
        var complete = seen["renewed_in_time"] is null && Complete(seen.With("renewed_in_time", true), given) ? (Value?)null : Complete(seen, given);
        return new() { Observation = seen.With("complete", complete), Population = places.Count, Before = places.Identity, After = places.Identity };
    }

    /// <summary>
    /// A certificate's own dates do not say when it was first served. It was in time if the first look that saw it came before the end of the old one, and was not if a look saw the old one after its end;
    /// between the two nothing is known. Later looks know what that look knew.
    /// </summary>
    static Value.Fields InTime(Value.Fields seen, ServedLeaf previous, Value.Fields earlier, bool isNew, ProbeContext context)
    {
        if (!isNew) return seen.With("renewed_in_time", earlier["renewed_in_time"]).With("previous_left", earlier["previous_left"]);
        if (previous.Until > context.Clock.GetUtcNow()) return seen;
        var late = Instant.TryRead(earlier.Text("looked") ?? "", out var looked) && looked >= previous.Until;
        return late ? seen : seen.With("renewed_in_time", (Value?)null).With("previous_left", (Value?)null);
    }

    static bool IsOld(ServedLeaf leaf, List<ServedLeaf> before) => before.Exists(old => old.Sha256 == leaf.Sha256);

    /// <param name="at">When the old one was replaced, as far as it is known.</param>
    static async Task<Value.Fields> Compared(Given given, ServedPlaces places, List<ServedLeaf> now, List<ServedLeaf> before, ServedLeaf previous, DateTimeOffset at, ProbeContext context, CancellationToken cancel)
    {
        var stale = places.Names.Zip(now).Where(one => IsOld(one.Second, before)).Select(one => one.First).ToList();
        var present = now[0];
        var (clock, whole) = (context.Clock.GetUtcNow(), (present.Until - present.From).TotalSeconds);
        var seen = Value.Of(
            ("rotated", stale.Count == 0), ("stale", Value.Texts(stale)), ("same_everywhere", now.TrueForAll(leaf => leaf.Sha256 == present.Sha256)),
            ("serial_changed", now.TrueForAll(leaf => leaf.Serial != previous.Serial)), ("key_changed", now.TrueForAll(leaf => leaf.Key != previous.Key)),
            ("newer", now.TrueForAll(leaf => leaf.From >= previous.From && leaf.Until >= previous.Until && (leaf.From > previous.From || leaf.Until > previous.Until))),
            ("trusted", now.TrueForAll(leaf => leaf.Trusted)), ("renewed_in_time", previous.Until > at), ("previous_left", Math.Round((previous.Until - at).TotalSeconds, 3)),
            ("expires_in", Math.Round((present.Until - clock).TotalSeconds, 3)), ("lifetime_left", whole <= 0 ? 0 : Math.Round((present.Until - clock).TotalSeconds / whole, 6)),
            ("places", Value.Texts(places.Names)), ("looked", Instant.Write(Instant.Cut(clock))), ("present", present.Seen), ("previous", previous.Seen));
        return given.Text("stored") is { } file ? seen.With("served_is_stored", await IsStored(file, now, context, cancel)) : seen;
    }

    static bool Complete(Value.Fields seen, Given given)
    {
        bool Is(string field) => Value.True.Equals(seen[field]);
        return Is("rotated") && Is("same_everywhere") && Is("serial_changed") && Is("newer") && Is("trusted") && Is("renewed_in_time") && (Is("key_changed") || given.Truth("allow_same_key", false)) && (seen["served_is_stored"] is null || Is("served_is_stored"));
    }

    static async Task<bool> IsStored(string name, List<ServedLeaf> now, ProbeContext context, CancellationToken cancel)
    {
        var file = new FileInfo(FolderWall.Within(context.Folder, name, context.MayLeaveFolder));
        if (!file.Exists || file.Length > MostFile) throw new Unseen(Blind.Unreadable, $"the file of the certificate that should be served is not there, or is larger than {MostFile} bytes: {name}");
        try
        {
            using var stored = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(file.FullName, cancel));
            var digest = Digest.Of(stored.RawDataMemory.Span).ToString();
            return now.TrueForAll(leaf => leaf.Sha256 == digest);
        }
        catch (CryptographicException) { throw new Unseen(Blind.Unreadable, $"{name} holds no certificate in PEM"); }
    }
}
