namespace Muster.Readiness;

/// <summary>Who signed, who has still to sign, who said no.</summary>
static class HtmlPeople
{
    public static Html SignOffs(Decision decision) => decision.SignOffs.IsEmpty && decision.ToSign.IsEmpty
        ? Html.Of($"<p>This gate asks for none.</p>\n")
        : HtmlTable.Of("Sign-offs by role, and those still to come", ["Role", "Person", "Counts", "Signed"],
        [
            .. decision.SignOffs.Select(sign => new[] { Html.Of($"{sign.Role}"), Html.Of($"{sign.Person}"), HtmlWords.Counts(sign.Counts, sign.WhyNot), HtmlWords.Time(sign.At, decision.At) }),
            .. decision.ToSign.Select(role => new[]
            {
                Html.Of($"{role.Role}"), Html.None, Html.Of($"""<span class="pill doubt"><span aria-hidden="true">?</span> {role.Count} still to sign</span>"""), Html.None,
            }),
        ]);

    public static Html Rejections(Decision decision) => decision.Rejections.IsEmpty
        ? Html.None
        : HtmlTable.Of("Rejections that stand until their author withdraws them", ["Person", "Because", "Since"], decision.Rejections.Select(rejection => new[]
        {
            Html.Of($"{rejection.Person}"), Html.Of($"{rejection.Because}"), HtmlWords.Time(rejection.At, decision.At),
        }));
}
