using System.Net;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The old credential and the new one at every place that takes them.</summary>
sealed class CredentialRotationProbe
{
    const int LeastKey = 16;
    const int MostPlaces = 32;

    /// <summary>So many rounds in a row must be good: behind one address there may be several, and a cache of logins.</summary>
    const int InARow = 3;
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    readonly Asked _question;
    readonly Given _given;
    readonly ProbeContext _context;
    readonly string _user, _new, _old;
    readonly string? _key;
    readonly List<(string Name, LoginDoor Door)> _places = [];
    readonly Dictionary<string, (Value First, Value Last)> _met = [];

    CredentialRotationProbe(Asked question, ProbeContext context)
    {
        (_given, _context) = (new(question), context);
        string Needed(string name) => _given.Text(name) is { Length: > 0 } text ? text : throw Given.Wrong(name, "is missing from the target: { url: …, user: …, password: $(env:NEW), was: $(env:OLD) }");
        (_new, _old, _user, _key) = (Needed("password"), Needed("was"), _given.Text("user") ?? UserOf(_given.Target), _given.Text("fingerprint_key"));
        foreach (var secret in (string?[])[_new, _old, _key]) if (secret is not null) context.Hide(secret);
        if (_key is { Length: < LeastKey }) throw Given.Wrong("fingerprint_key", $"has fewer than {LeastKey} characters: values could be tried against the fingerprints");
        _question = question;
    }

    /// <summary>Every address of the target and of its replicas: a name may lead to several servers, of which one was told.</summary>
    async Task Places(CancellationToken cancel)
    {
        var common = _question.Parameters["target"] as Value.Fields ?? Value.Fields.Empty;
        foreach (var address in (string[])[_given.Target, .. _given.Texts("replicas")])
        {
            var at = new Given(_question with { Parameters = _question.Parameters.With("target", common.With("address", address)) });
            var (host, port) = (LoginDoor.Read(at, _context).Host, LoginDoor.Read(at, _context).Port);
            foreach (var (one, only) in await _context.AtEach(host, cancel))
                _places.Add((IPAddress.TryParse(host, out _) ? $"{host}:{port}" : $"{host}:{port} ({one})", LoginDoor.Read(at, only)));
        }

        if (_places.Count > MostPlaces) throw Given.Wrong("replicas", $"come to {_places.Count} addresses; at most {MostPlaces} are tried");
    }

    static string UserOf(string target) => Uri.TryCreate(target, UriKind.Absolute, out var url) ? Uri.UnescapeDataString(url.UserInfo.Split(':')[0]) : "";

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => new CredentialRotationProbe(question, context).Look(question, cancel);

    async Task<Sight> Look(Asked question, CancellationToken cancel)
    {
        var (lever, wait, pace) = (Lever.Read(_given, "rotate"), TimeSpan.FromSeconds(_given.Seconds("wait", 10)), TimeSpan.FromSeconds(_given.Seconds("pace", 0.5)));
        if (wait > Longest || pace > wait) throw Given.Wrong("wait", "is more than 60s, or less than \"pace\"");
        await Places(cancel);
        var earlier = Earlier(_context.Earlier(question.Name));
        if (lever is null && _key is null) throw Given.Wrong("fingerprint_key", "is missing from the target, and so is \"rotate\": nothing tells whether the old credential ever worked");
        var now = Instant.Cut(_context.Clock.GetUtcNow());
        var (known, since) = (earlier.Known ? "before" : "not", earlier.Since);
        Round round;
        var extra = Value.Fields.Empty;
        if (lever is null) (round, _) = await Rounds(null, TimeSpan.Zero, pace, cancel);
        else
        {
            await MustHaveWorked(cancel);
            var sessions = await OldSessions.Before(_given, _places[0].Door, _user, _old, _context, cancel);
            _context.Tell("rotating");
            var began = _context.Clock.GetTimestamp();
            await lever.Pull(_context, cancel);
            (round, var took) = await Rounds(began, wait, pace, cancel);
            if (round.IsDone) extra = Value.Of(("time_to_refuse", HttpProbe.Seconds(took)));
            if (sessions is not null && round.IsDone) extra = extra.With("old_sessions", await sessions.Left(_new, cancel));
            (known, since) = ("seen", now);
        }

        round.MustSay();
        var changed = _new != _old;
        var seen = Value.Of(("changed", changed), ("known", known), ("new_accepted", round.RefusesNew.Count == 0), ("old_refused", round.RefusesOld.Count == _places.Count), ("complete", changed && round.IsDone),
            ("still_takes_old", Value.Texts(round.TakesOld)), ("refuses_new", Value.Texts(round.RefusesNew)), ("places", Value.Texts(_places.Select(place => place.Name))), ("looked", Instant.Write(now)));
        seen = seen.With([.. extra.Select(field => (field.Key, (Value?)field.Value))]);
        if (_key is not null) seen = seen.With(("fingerprint", Mark(_new)), ("old_fingerprint", Mark(_old)), ("key", SecretFingerprint.OfKey(_key)));
        if (known != "not" && changed && since is { } from) seen = seen.With("since", Instant.Write(from));
        // What was changed a moment ago by the look itself says nothing of how long it was left before.
        if (lever is null && seen["since"] is not null) seen = seen.With("age", Math.Round(Math.Max(0, (now - since!.Value).TotalSeconds), 3));
        // Without a word of whether the old one ever worked its refusal is that of any word; what was seen is kept all the same, for the next look.
        return new() { Observation = seen, Population = known == "not" && changed ? 0 : _places.Count, Before = Who(one => one.First), After = Who(one => one.Last), Detail = known == "not" ? "nobody knows whether the old credential ever worked; the next look after a change will" : null };
    }

    string Mark(string secret) => SecretFingerprint.Of(_key!, _user, secret);

    /// <summary>
    /// What the look before this one knows: it saw the old credential let in as the new one of then, and its time is the earliest at which it can have been changed;
    /// or it saw this change already, and knew.
    /// </summary>
    (bool Known, DateTimeOffset? Since) Earlier(Value.Fields? seen)
    {
        if (_key is null || seen.Text("key") != SecretFingerprint.OfKey(_key)) return (false, null);
        DateTimeOffset? At(string field) => Instant.TryRead(seen.Text(field) ?? "", out var at) ? at : null;
        if (seen.Text("fingerprint") == Mark(_old) && Value.True.Equals(seen!["new_accepted"])) return (true, At("looked"));
        return seen.Text("fingerprint") == Mark(_new) && seen.Text("old_fingerprint") == Mark(_old) && seen.Text("known") is "seen" or "before" ? (true, At("since")) : (false, null);
    }

    async Task MustHaveWorked(CancellationToken cancel)
    {
        foreach (var (name, door) in _places)
            if (await door.Try(new(_user, _old), cancel) is { Admission: not Admission.Accepted } answer)
                throw new Unseen(answer.Admission == Admission.Refused ? Blind.NotAdmitted : answer.Blind, $"{name} does not let in the old credential before it is changed{(answer.Says.Length > 0 ? $" ({answer.Says})" : "")}, so that its refusal afterwards would show nothing");
    }

    /// <summary>Rounds until enough of them were good in a row; the last round, and when the first of that row was. Where nothing is awaited the first that is not good says all.</summary>
    async Task<(Round Last, TimeSpan Took)> Rounds(long? began, TimeSpan wait, TimeSpan pace, CancellationToken cancel)
    {
        var start = began ?? _context.Clock.GetTimestamp();
        var took = TimeSpan.Zero;
        for (var row = 0; ; await Task.Delay(pace, _context.Clock, cancel))
        {
            var round = await Try(cancel);
            var elapsed = _context.Clock.GetElapsedTime(start);
            if (round.IsDone && row++ == 0) took = elapsed;
            else if (!round.IsDone) row = 0;
            // A row that has begun is gone to its end: cut off by the clock it would be neither good nor bad.
            if (row == InARow || row == 0 && (began is null || elapsed + pace >= wait)) return (round, took);
        }
    }

    async Task<Round> Try(CancellationToken cancel)
    {
        var round = new Round();
        foreach (var (name, door) in _places)
        {
            var (first, old, last) = (await door.Try(new(_user, _new), cancel), await door.Try(new(_user, _old), cancel), (LoginAnswer?)null);
            // A server that went down between the two would seem to refuse the old one.
            if (old.Admission != Admission.Accepted) last = await door.Try(new(_user, _new), cancel);
            foreach (var answer in (LoginAnswer?[])[first, old, last])
                if (answer?.Identity is { } identity) _met[name] = _met.TryGetValue(name, out var met) ? (met.First, identity) : (identity, identity);
            round.Add(name, first, old, last);
        }

        return round;
    }

    Value.Fields Who(Func<(Value First, Value Last), Value> which) => new(_met.Select(place => KeyValuePair.Create(place.Key, which(place.Value))));

    /// <summary>One round of logins at all places.</summary>
    sealed class Round
    {
        (Blind Blind, string Says)? _unclear;
        bool _refused;

        public List<string> TakesOld { get; } = [];

        /// <summary>Places that said no to the old one; whoever says neither has not.</summary>
        public List<string> RefusesOld { get; } = [];

        public List<string> RefusesNew { get; } = [];

        public bool IsDone => TakesOld.Count == 0 && RefusesNew.Count == 0 && _unclear is null;

        public void Add(string place, LoginAnswer first, LoginAnswer old, LoginAnswer? last)
        {
            if (old.Admission == Admission.Accepted) TakesOld.Add(place);
            if (old.Admission == Admission.Refused) RefusesOld.Add(place);
            if (first.Admission != Admission.Accepted || last is { Admission: not Admission.Accepted }) RefusesNew.Add(place);
            _refused |= first.Admission == Admission.Refused || last?.Admission == Admission.Refused;
            foreach (var answer in (LoginAnswer?[])[first, old, last])
                if (answer is { Admission: Admission.Unclear }) _unclear ??= (answer.Blind, $"{place}: {answer.Says}");
        }

        /// <summary>An old credential that was let in, or a new one that was not, is seen; silence beside it changes nothing.</summary>
        public void MustSay()
        {
            if (_unclear is var (blind, says) && TakesOld.Count == 0 && !_refused) throw new Unseen(blind, $"neither refused nor let in: {says}");
        }
    }
}
