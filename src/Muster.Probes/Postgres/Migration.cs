using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>A migration of the folder.</summary>
/// <param name="Id">What its tool calls it: a version, a name, author and id.</param>
/// <param name="Checksum">As its tool would write it down; null where the tool writes none that can be made here.</param>
/// <param name="Repeats">It is applied again whenever it changes.</param>
sealed record Migration(string Id, int? Checksum = null, bool Repeats = false);

/// <summary>A row of the database's own history.</summary>
/// <param name="Failed">It was begun, and did not end well.</param>
/// <param name="Baseline">Everything up to it counts as applied.</param>
sealed record AppliedMigration(string Id, int? Checksum = null, bool Failed = false, bool Baseline = false);

/// <summary>What a database says of itself.</summary>
/// <param name="Dirty">A migration was begun and nobody knows how it ended, or one holds the lock still.</param>
sealed record MigrationHistory(ImmutableArray<AppliedMigration> Applied, bool Dirty);

/// <summary>Versions by their numbers, so that 10 comes after 9; words by their letters.</summary>
sealed class MigrationOrder : IComparer<string>
{
    public static readonly MigrationOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('.'), (y ?? "").Split('.'));
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
            if (Part(i < left.Length ? left[i] : "0", i < right.Length ? right[i] : "0") is var order and not 0) return order;
        return 0;
    }

    static int Part(string left, string right)
    {
        if (!left.All(char.IsAsciiDigit) || !right.All(char.IsAsciiDigit)) return string.CompareOrdinal(left, right);
        (left, right) = (left.TrimStart('0'), right.TrimStart('0'));
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);
    }
}
