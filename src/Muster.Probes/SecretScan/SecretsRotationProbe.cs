using Muster.Readiness;

namespace Muster.Probes;

/// <summary>How old secrets are, by what looks before this one saw of them and by what a calendar says.</summary>
static class SecretsRotationProbe
{
    const int LeastKey = 16;

    // What the next look compares with must fit into what is kept of this one.
    const int Most = 50;

    // A calendar's days have no hours: a secret changed on the day of a look may have been changed before it.
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var key = given.Text("fingerprint_key") ?? throw Given.Wrong("fingerprint_key", "is missing from the target: { path: .env, fingerprint_key: $(env:FINGERPRINT_KEY) }");
        if (key.Length < LeastKey) throw Given.Wrong("fingerprint_key", $"has fewer than {LeastKey} characters: values could be tried against the fingerprints");
        context.Hide(key);
        var calendar = given.Text("calendar") is { } file ? await RotationCalendar.Read(file, context, cancel) : null;
        var (held, missing) = await HeldSecrets.Read(given.Target, given.Texts("keys"), given.Truth("whole", false), context, cancel);
        if (held.Length > Most) throw new Unseen(Blind.TooLarge, $"{given.Target} holds more than {Most} secrets; name some of them with \"keys\", in several controls");
        var now = Instant.Cut(context.Clock.GetUtcNow());
        var before = Earlier(context.Earlier(question.Name), SecretFingerprint.OfKey(key));
        var (most, remind) = (TimeSpan.FromSeconds(given.Seconds("max_age", 90 * 86400)), TimeSpan.FromSeconds(given.Seconds("remind", 14 * 86400)));
        var aged = held.Where(one => one.IsSet).Select(one => Aged.Of(one.Name, SecretFingerprint.Of(key, one.Name, one.Value), before, calendar, most, now)).ToList();
        var gone = missing.Concat(calendar?.Names.Where(name => aged.TrueForAll(one => one.Name != name)) ?? []).Concat(held.Where(one => !one.IsSet).Select(one => one.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var seen = Value.Of(
            ("overdue", Names(aged.Where(one => one.IsOverdue(now)))),
            ("undated", Names(aged.Where(one => one.From is null && !one.IsOverdue(now)))),
            ("contradicted", Names(aged.Where(one => one.Contradicted))),
            ("due_soon", Names(aged.Where(one => !one.IsOverdue(now) && one.Due is { } due && due <= now + remind))),
            ("changed", Names(aged.Where(one => one.Changed))),
            ("missing_keys", Value.Texts(gone)),
            ("looked", Instant.Write(now)),
            ("key", SecretFingerprint.OfKey(key)),
            ("secrets", new Value.Fields(aged.Select(one => KeyValuePair.Create(one.Name, (Value)one.Kept)))));
        if (calendar is not null) seen = seen.With("uncalendared", Names(aged.Where(one => !calendar.Names.Contains(one.Name))));
        if (aged.Select(one => one.From).Min() is { } oldest) seen = seen.With("oldest", Math.Round((now - oldest).TotalSeconds, 3));
        if (aged.Select(one => one.Due).Min() is { } next) seen = seen.With("next_due", Instant.Write(next));
        return new() { Observation = seen, Population = aged.Count };
    }

    /// <summary>What the last look kept; null when there was none, or it used another key, so that nothing can be compared.</summary>
    static (DateTimeOffset Looked, Value.Fields Secrets)? Earlier(Value.Fields? seen, string key) =>
        seen?.Text("key") == key && seen.Text("looked") is { } looked && Instant.TryRead(looked, out var at) && seen["secrets"] is Value.Fields secrets ? (at, secrets) : null;

    static Value.Items Names(IEnumerable<Aged> secrets) => (Value.Items)Value.Texts(secrets.Select(one => one.Name));

    /// <param name="FirstSeen">The first look that saw the present value.</param>
    /// <param name="From">The value is not older than that: the last look that saw another one, or the calendar's day; null if nobody knows.</param>
    sealed record Aged(string Name, string Fingerprint, DateTimeOffset FirstSeen, DateTimeOffset? After, DateTimeOffset? From, TimeSpan Most, bool Changed, bool Contradicted)
    {
        public DateTimeOffset? Due => From + Most;

        /// <summary>Without a date it is overdue as soon as the looks alone show that it is too old.</summary>
        public bool IsOverdue(DateTimeOffset now) => now - (From ?? FirstSeen) > Most;

        public Value.Fields Kept => Value.Of(("fingerprint", Fingerprint), ("first_seen", Instant.Write(FirstSeen))).With("after", After is { } after ? Instant.Write(after) : (Value?)null);

        public static Aged Of(string name, string fingerprint, (DateTimeOffset Looked, Value.Fields Secrets)? before, RotationCalendar? calendar, TimeSpan most, DateTimeOffset now)
        {
            var known = before?.Secrets[name] as Value.Fields;
            var same = known?.Text("fingerprint") == fingerprint;
            var first = same && Instant.TryRead(known!.Text("first_seen") ?? "", out var seen) ? seen : now;
            DateTimeOffset? after = same ? Instant.TryRead(known!.Text("after") ?? "", out var since) ? since : null : known is null ? null : before!.Value.Looked;
            var said = calendar?.Of(name);
            var contradicted = said?.Rotated > first + Day;
            // What was seen comes before what is said; and a word that was found false says nothing.
            return new(name, fingerprint, first, after, after ?? (contradicted ? null : said?.Rotated), said?.MaxAge ?? most, known is not null && !same, contradicted);
        }
    }
}
