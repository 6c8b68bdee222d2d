namespace Muster.Readiness;

/// <summary>A waiver that names its request approves exactly what its requester signed: the requester is proven, not only named.</summary>
static class Requesting
{
    /// <summary>What the waiver's request lacks; null if there is nothing to find fault with, or no request.</summary>
    public static string? Lacks(Case @case, Waiver waiver)
    {
        if (waiver.Request is not { } id) return null;
        if (@case.Ledger.All<Fact.WaiverRequested>().FirstOrDefault(one => one.Entry.Id == id) is not { Entry: { } entry, Fact: var request }) return "its request is not in the ledger";
        if (@case.IsWithdrawn(entry)) return "its request was withdrawn";
        var signed = @case.SignerOf(entry);
        if (signed.Person is not { } person) return signed.WhyNot("the requester's key");
        if (person.Name != waiver.Requester) return $"its request is {person.Name}'s, not {waiver.Requester}'s";
        return Asks(request.Waiver, waiver) ? null : "it is not what its request asks for";
    }

    /// <summary>It may begin later and end sooner; nothing else may differ.</summary>
    static bool Asks(Waiver asked, Waiver approved) =>
        asked.From <= approved.From && approved.Expires <= asked.Expires
        && Statements.ToValue(asked).Equals(Statements.ToValue(approved with { From = asked.From, Expires = asked.Expires, Request = null }));
}
