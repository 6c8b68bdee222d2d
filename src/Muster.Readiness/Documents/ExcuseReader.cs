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
        var until = keys.Take("until") is { } node ? reader.Part(node, keys.At("until"), "until", own, new Dictionary<string, Kind?>()) : null;
        keys.Done("deferred");
        return because is null || by is null || review is not { } date ? null : new(because, by, date, until);
    }

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
