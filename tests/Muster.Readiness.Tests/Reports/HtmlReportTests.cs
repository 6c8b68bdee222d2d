namespace Muster.Readiness.Tests;

public class HtmlReportTests
{
    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_page_is_as_accepted(string name) => Golden.Equal($"{name}.html", HtmlReport.Render(ShopDecisions.All[name]));
}
