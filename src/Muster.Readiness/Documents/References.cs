namespace Muster.Readiness;

/// <summary>What <c>$(part.field)</c> can mean at one place: a sibling's field, an earlier step's, what the same check saw before, or the release's.</summary>
sealed class References(string own, IReadOnlyDictionary<string, Kind?> siblings, Kind? kind)
{
    public (string Says, string Fix)? Check(string reference)
    {
        var dot = reference.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || dot == reference.Length - 1)
            return ($"$({reference}) names no part and field.", "In expect, write $(part.field), $(previous.field) or $(release.field).");
        var (part, field) = (reference[..dot], reference[(dot + 1)..]);
        if (part == "release") return null;
        if (part == "previous") return Field(kind, reference, field);
        if (part == own) return ($"$({reference}) refers to its own part.", "Compare with another part, or with $(previous.field).");
        return siblings.TryGetValue(part, out var other) ? Field(other, reference, field)
            : ($"There is no part \"{part}\" for $({reference}).", DidYouMean.Among(siblings.Keys.Where(name => name != own).Concat(["previous", "release"]), part, "parts"));
    }

    /// <summary>True if a parameter may use what this earlier step saw.</summary>
    public (string Says, string Fix)? CheckStep(string reference) =>
        reference.Split('.', 2) is ["previous" or "release", _] ? ($"$({reference}) can stand in expect only.", "In a parameter, write an environment's value, an earlier step's field or $(nonce).") : Check(reference);

    static (string Says, string Fix)? Field(Kind? kind, string reference, string field)
    {
        if (kind is null) return null;
        var first = field.Split('.', '/')[0];
        return first.Length == 0 || kind.Fields.Any(known => known.Name == first) ? null
            : ($"{kind.Name} has no field \"{first}\" for $({reference}).", DidYouMean.Among(kind.Fields.Select(known => known.Name), first, "fields"));
    }
}
