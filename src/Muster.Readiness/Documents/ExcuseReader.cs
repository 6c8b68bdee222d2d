namespace Muster.Readiness;

/// <summary>What takes a control out of a gate's set: not applicable, or deferred until a trigger comes. Both need a reason, an approval and a review.</summary>
static class ExcuseReader
{
    public static NotApplicable? NotApplicable(Keys? keys, Draft draft)
    {
        if (keys is null) return null;
        var (because, by, review) = (Because(keys), Approved(keys, null, draft), keys.Require("review", "Write the date of the next review.") is null ? null : keys.Date("review"));
        keys.Done("not_applicable");
        return because is null || by is null || review is not { } date ? null : new(because, by, date);
    }

    public static Deferral? Deferred(Keys? keys, CheckReader reader, PartDefaults own, Draft draft)
    {
        if (keys is null) return null;
        var because = Because(keys);
        var (review, by) = Review(keys, draft);
        var until = keys.Take("until") is { } node ? Until(node, keys.At("until"), reader, own, draft) : null;
        keys.Done("deferred");
        return because is null || by is null || review is not { } date ? null : new(because, by, date, until);
    }

    /// <summary>
    /// The document says what is true once the trigger has come; what must be proven is that it has not. So that one expectation is turned round,
    /// and what the kind holds by itself stays: an answer that is none says nothing of the trigger.
    /// </summary>
    static Part? Until(YamlNode node, string path, CheckReader reader, PartDefaults own, Draft draft)
    {
        if (node is not YamlNode.Map map || map.Find("steps") is not null || map.Find("expect")?.Value is not YamlNode.Map { Entries: [var (trigger, _)] })
        {
            draft.Problems.Error(node.Place, path, "A trigger is one check with exactly one expectation.", "Write { kind: target, expect: { field: … } }, as it is once the trigger has come.");
            return null;
        }

        if (reader.Part(node, path, "until", own, new Dictionary<string, Kind?>()) is not { Steps: [var step] } part) return null;
        var fields = step.Expect.Fields.Select(field => field.Path.Equals(trigger.Text, StringComparison.Ordinal) ? field with { Matcher = Turned(field.Matcher) } : field);
        return part with { Steps = [step with { Expect = new([.. fields]) }] };
    }

    static Matcher Turned(Matcher matcher) => matcher switch
    {
        Matcher.Not not => not.Inner,
        Matcher.Present present => new Matcher.Present(!present.Expected),
        _ => new Matcher.Not(matcher),
    };

    static string? Because(Keys keys) => keys.Require("because", "Say why, in a sentence.") is null ? null : keys.Text("because");

    static string? Approved(Keys keys, string? otherwise, Draft draft)
    {
        if (keys.Take("approved_by") is not { } node)
        {
            if (otherwise is null && !keys.Has("approved_by")) draft.Problems.Error(keys.Place, keys.Path, "Nobody has approved it.", "Write approved_by: and a role.");
            return otherwise;
        }

        return Role(node, keys.At("approved_by"), draft);
    }

    public static string? Role(YamlNode node, string path, Draft draft)
    {
        if (Typed.Text(node, path, draft.Problems) is not { } role) return null;
        var roles = draft.People.Values.SelectMany(person => person.Roles).Distinct().ToList();
        if (!roles.Contains(role)) draft.Problems.Error(node.Place, path, $"Nobody has the role \"{role}\".", DidYouMean.Among(roles, role, "roles"));
        return role;
    }

    /// <summary>
    /// A date, or <c>{ every: 90d, by: architect, last: 2026-01-10 }</c>. A rhythm without a last review has never begun: it is overdue from the beginning,
    /// so that a deferral that nobody reviewed does not count.
    /// </summary>
    static (DateTimeOffset? Date, string? By) Review(Keys keys, Draft draft)
    {
        var node = keys.Require("review", "Write the date of the next review, or { every: 90d, by: role, last: date }.");
        if (node is not YamlNode.Map) return (keys.Date("review"), Approved(keys, null, draft));
        var review = keys.Inner("review")!;
        var every = review.Require("every", "Write a duration.") is null ? null : review.Duration("every");
        var by = review.Require("by", "Name the role that reviews.") is { } role ? Role(role, review.At("by"), draft) : null;
        var last = review.Date("last");
        review.Done("review");
        if (last is null && !review.Has("last"))
            draft.Problems.Warn(node.Place, review.Path, "No review has taken place, so the deferral does not count yet.", "When it has, write last: and its date.");
        return (every is not { } rhythm ? null : last is { } day ? day + rhythm : DateTimeOffset.UnixEpoch, Approved(keys, by, draft));
    }
}
