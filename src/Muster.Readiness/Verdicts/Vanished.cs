using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// Gates that opened this environment and that no longer guard it: the document has them no more, or has pointed them elsewhere. A gate under another name has no
/// last opening to be compared with, and no rejections and conditions: without this, a new name would be the way around all of them.
/// </summary>
public static class Vanished
{
    /// <summary>Each with the document under which it last opened: its owner there accepts that it is gone.</summary>
    public static ImmutableArray<(string Gate, Digest From)> Of(Document document, Folded ledger, string gate)
    {
        if (document.Gate(gate) is not { } now) return [];
        ImmutableArray<string> environments = now.ProvedIn.IsDefaultOrEmpty ? [now.Environment] : [now.Environment, .. now.ProvedIn];
        var openings = ledger.All<Fact.Decided>().Where(one => Trusting.Decides(document, ledger, one.Entry.Signer)).Select(one => one.Fact).Where(one => one.Opened()).ToList();
        return
        [
            .. openings.Where(one => one.Gate != gate && HasLeft(document, one.Gate, one.Environment) && (environments.Contains(one.Environment) || document.Environment(one.Environment) is null))
                .GroupBy(one => one.Gate, StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal)
                .Select(same => same.OrderBy(one => one.At).ThenBy(one => one.Document.Hex, StringComparer.Ordinal).Last())
                .Where(last => !openings.Exists(later => later.At > last.At && later.Environment == last.Environment && ledger.Document(later.Document) is { } then && HasLeft(then, last.Gate, last.Environment)))
                .Select(last => (last.Gate, last.Document)),
        ];
    }

    static bool HasLeft(Document document, string gate, string environment) =>
        document.Gate(gate) is not { } there || there.Environment != environment && !there.ProvedIn.Contains(environment);
}
