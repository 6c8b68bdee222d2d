using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The last sentence of line 8: softenings since the last opening, and whether the gate's owner, as that opening's document names them, accepted them.</summary>
static class Accepting
{
    public static ImmutableArray<SofteningShown> Of(Case @case, (Entry Entry, Fact.Decided Fact)? opening) =>
        [.. Edited(@case, opening), .. Vanished.Of(@case.Document, @case.Ledger, @case.Gate.Name).Select(gone => Gone(@case, gone.Gate, gone.From))];

    static SofteningShown Gone(Case @case, string gate, Digest from)
    {
        var accepted = @case.Ledger.Document(from) is { } before && @case.Ledger.All<Fact.Accepted>().Any(one =>
            one.Fact.Gate == gate && one.Fact.From == from && one.Fact.To == @case.Document.Digest && !@case.IsWithdrawn(one.Entry) && Owns(@case, before, gate, one.Entry));
        var says = @case.Document.Gate(gate) is { } elsewhere
            ? $"the gate guarded {@case.Gate.Environment} and now guards {elsewhere.Environment}"
            : $"the gate was removed, and {@case.Gate.Environment} was opened by it";
        return new(gate, says, accepted);
    }

    static ImmutableArray<SofteningShown> Edited(Case @case, (Entry Entry, Fact.Decided Fact)? opening)
    {
        if (opening is not { Fact: var last } || last.Document == @case.Document.Digest) return [];
        if (@case.Ledger.Document(last.Document) is not { } before)
            return [new(@case.Gate.Name, $"the document of the last opening, {last.Document.Short}, is not there to compare with", false)];
        var accepted = @case.Ledger.All<Fact.Accepted>().Any(one =>
            one.Fact.Gate == @case.Gate.Name && one.Fact.From == last.Document && one.Fact.To == @case.Document.Digest
            && !@case.IsWithdrawn(one.Entry) && Owns(@case, before, @case.Gate.Name, one.Entry));
        return [.. Softenings.Between(before, @case.Document, @case.Gate.Name).Select(softening => new SofteningShown(softening.Subject, softening.Says, accepted))];
    }

    static bool Owns(Case @case, Document before, string gate, Entry entry) =>
        !@case.Revocations.Has(entry.Signer) && before.Gate(gate) is { } was && Signing.Of(before, @case.Ledger, entry).Person?.Is(before.OwnerOf(was)) == true;
}
