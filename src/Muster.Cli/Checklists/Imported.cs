using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>What an import of one checklist came to, or would come to; nothing is written by it.</summary>
sealed record Imported
{
    public required Checklist Checklist { get; init; }

    public required ImmutableArray<Standing> Sentences { get; init; }

    /// <summary>The ids of new controls, by their items.</summary>
    public required IReadOnlyDictionary<Item, string> NewIds { get; init; }

    /// <summary>Ids of changed sentences that were taken in.</summary>
    public ImmutableArray<string> Accepted { get; init; } = [];

    /// <summary>Where new controls go, relative to the document.</summary>
    public required string Controls { get; init; }

    /// <summary>False where the list of other lines was taken out of that file by hand.</summary>
    public bool Listed { get; init; } = true;

    /// <summary>The include that a person must add; null where it is there.</summary>
    public string? ToInclude { get; init; }

    /// <summary>What is wrong with the document afterwards, outside of what an import writes: criteria that do not name the new controls, say.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Controls of this checklist afterwards, by what measures them.</summary>
    public required (int Unmeasured, int Proposed, int Measured) Counts { get; init; }

    public bool Differs => Sentences.Any(one => one.Fate is Fate.Added or Fate.Removed || one.Fate == Fate.Changed && !Accepted.Contains(one.Control!.Id));
}
