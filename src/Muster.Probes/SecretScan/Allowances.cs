using System.Collections.Immutable;
using System.Globalization;
using System.IO.Enumeration;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One finding, or a few, that somebody lets stand: what it is, why, and until when.</summary>
sealed record Allowance(string? Path, string? Rule, string? Fingerprint, string Because, DateTimeOffset Until)
{
    public bool Takes(SecretHit hit, string path, string fingerprint) =>
        (Path is null || FileSystemName.MatchesSimpleExpression(Path, path, ignoreCase: false)) && (Rule is null || Rule == hit.Rule) && (Fingerprint is null || Fingerprint == fingerprint);
}

/// <summary>The list <c>allow</c> of a question. An entry without a reason, an end, or anything that it is about is no allowance but a mistake.</summary>
sealed class Allowances
{
    readonly ImmutableArray<Allowance> _standing;
    readonly HashSet<Allowance> _used = [];

    Allowances(ImmutableArray<Allowance> all, DateTimeOffset now)
    {
        _standing = [.. all.Where(one => one.Until > now)];
        Expired = all.Length - _standing.Length;
    }

    public int Expired { get; }

    /// <summary>Those that took nothing: what they let stand is gone, and they should go too.</summary>
    public int Unused => _standing.Count(one => !_used.Contains(one));

    public bool Take(SecretHit hit, string path, string fingerprint)
    {
        if (_standing.FirstOrDefault(one => one.Takes(hit, path, fingerprint)) is not { } taken) return false;
        _used.Add(taken);
        return true;
    }

    /// <summary>Whether any would take it, which is not to use it.</summary>
    public bool Would(SecretHit hit, string path) => _standing.Any(one => one.Takes(hit, path, ""));

    public static Allowances Read(Given given, DateTimeOffset now) => given["allow"] switch
    {
        null => new([], now),
        Value.Items items => new([.. items.Are.Select(One)], now),
        _ => throw Given.Wrong("allow", "is not a list"),
    };

    static Allowance One(Value said)
    {
        var (path, rule, fingerprint) = (said.Text("path"), said.Text("rule"), said.Text("fingerprint"));
        if (path is null && fingerprint is null) throw Given.Wrong("allow", "has an entry without path or fingerprint: it would let anything stand");
        if (said.Text("because") is not { Length: > 0 } because) throw Given.Wrong("allow", "has an entry without because");
        if (said.Text("until") is not { } written || !DateTimeOffset.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until))
            throw Given.Wrong("allow", "has an entry without until, a date as 2026-12-31");
        return new(path, rule, fingerprint, because, until.AddDays(1));
    }
}
