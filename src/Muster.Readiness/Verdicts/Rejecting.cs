using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Line 13: a veto stands for gate and release until its author withdraws it; nothing else touches it, not even that its key was replaced or revoked.</summary>
static class Rejecting
{
    public static ImmutableArray<RejectionShown> Of(Case @case)
    {
        var documents = new Lazy<List<Document>>(() => [.. @case.Decided(@case.Gate.Name).Select(one => one.Fact.Document).Distinct().Select(@case.Ledger.Document).OfType<Document>()]);
        var all = @case.Ledger.All<Fact.Rejected>()
            .Where(one => one.Fact.Gate == @case.Gate.Name && one.Fact.Release == @case.Release && !@case.IsWithdrawn(one.Entry))
            .Select(one => (one.Entry, one.Fact, Author: Author(@case, one.Entry.Signer, documents))).ToList();
        @case.DidNotCount("a rejection by a key that belongs to nobody in the document", all.Count(one => one.Author is null));
        return [.. all.Where(one => one.Author is not null).Select(one => new RejectionShown(one.Entry.Id, one.Author!, one.Fact.Because, one.Fact.At))];
    }

    /// <summary>Whom the document names, or named when an earlier verdict was given: dropping a person from it does not drop their veto.</summary>
    static string? Author(Case @case, string signer, Lazy<List<Document>> documents) =>
        @case.Document.HolderOf(signer)?.Name ?? documents.Value.Select(document => document.HolderOf(signer)?.Name).FirstOrDefault(name => name is not null);
}
