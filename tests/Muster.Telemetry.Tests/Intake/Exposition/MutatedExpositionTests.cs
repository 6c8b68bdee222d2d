using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;

namespace Muster.Telemetry.Tests.Intake.Exposition;

public sealed class MutatedExpositionTests
{
    const string Page = """
        # TYPE requests counter
        # HELP requests How \"many\" \\ \n.
        requests_total{path="/a\"b",code="200"} 12 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.5 1520879607.789
        requests_total{path="/c",code="500",} 1.5e-3 1520879607
        # TYPE "a.b" gauge
        {"a.b",x="y"} NaN
        # EOF
        """;

    const string Bytes = "{}\"\\#=, \n\taN1.e+-\u00ff\0";

    [Theory]
    [InlineData(ExpositionFormat.Text)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public void Whatever_is_changed_in_a_text_it_is_read_or_refused(ExpositionFormat format)
    {
        var random = new Random(4);
        var parser = new ExpositionParser();
        var page = Encoding.UTF8.GetBytes(Page.ReplaceLineEndings("\n"));
        var (batch, read, refused) = (new SampleBatch(), 0, 0);
        for (var n = 0; n < 30_000; n++)
        {
            var changed = page[..(random.Next(4) == 0 ? random.Next(page.Length) : page.Length)];
            for (var change = random.Next(3); change >= 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : Bytes[random.Next(Bytes.Length)]);
            batch.Clear();
            if (parser.Parse(changed, format == ExpositionFormat.OpenMetrics, 0, batch) is null) read++;
            else refused++;
            Assert.True(batch.Count <= changed.Length);
        }

        Assert.True(read > 300 && refused > 300, $"{read} read, {refused} refused");
    }
}
