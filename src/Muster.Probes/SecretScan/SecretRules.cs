using System.Buffers;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One shape of a secret, as <c>secret-rules.yaml</c> describes it.</summary>
sealed record SecretRule(string Id, ImmutableArray<string> Literals, Regex Pattern, double Entropy, bool Plain, bool Mixed, bool Across)
{
    /// <summary>One search for all of its literals.</summary>
    public SearchValues<string> Search { get; } = SearchValues.Create(Literals.AsSpan(), StringComparison.OrdinalIgnoreCase);

    /// <summary>It goes by a name alone, and so knows less than the structure of a manifest does.</summary>
    public bool ByName { get; } = Pattern.GetGroupNames().Contains("name");
}

/// <summary>The rules, ours and the document's own, with one search for all of their literals.</summary>
sealed class SecretRules
{
    const int MostRules = 200;
    static readonly Lazy<ImmutableArray<SecretRule>> Built = new(() =>
    {
        using var resource = typeof(SecretRules).Assembly.GetManifestResourceStream("secret-rules.yaml")!;
        using var held = new MemoryStream();
        resource.CopyTo(held);
        return Read(held.ToArray(), "secret-rules.yaml");
    });

    SecretRules(ImmutableArray<SecretRule> all)
    {
        All = all;
        Literals = SearchValues.Create([.. all.SelectMany(rule => rule.Literals).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);
    }

    public ImmutableArray<SecretRule> All { get; }

    public SearchValues<string> Literals { get; }

    public static SecretRules Ours { get; } = new(Built.Value);

    public static SecretRules With(byte[] more, string name) => new([.. Built.Value, .. Read(more, name)]);

    public static ImmutableArray<SecretRule> Read(byte[] bytes, string name)
    {
        if ((FileTree.Read("yaml", bytes, name) as Value.Fields)?["rules"] is not Value.Fields { Count: > 0 and <= MostRules } rules)
            throw new Unseen(Blind.BadQuestion, $"{name} has no map \"rules\" of 1 to {MostRules} rules");
        return [.. rules.Select(rule => One(rule.Key, rule.Value, name))];
    }

    static SecretRule One(string id, Value rule, string name)
    {
        Unseen Wrong(string says) => new(Blind.BadQuestion, $"the rule \"{id}\" of {name} {says}");
        var literals = rule.Items("literals").Select(one => one.Text()).OfType<string>().Where(one => one.Length >= 3).ToImmutableArray();
        if (literals.IsEmpty) throw Wrong("has no literals of at least 3 characters");
        var pattern = rule.Text("matches") ?? throw Wrong("has no \"matches\"");
        try { return new(id, literals, new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), rule.Number("entropy") ?? 0, rule.Truth("plain") ?? false, rule.Truth("mixed") ?? false, rule.Truth("across") ?? false); }
        catch (Exception unread) when (unread is ArgumentException or NotSupportedException) { throw Wrong($"cannot be read: {unread.Message}"); }
    }
}
