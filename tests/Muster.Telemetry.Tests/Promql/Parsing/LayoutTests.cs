using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

public sealed class LayoutTests
{
    [Fact]
    public void What_fits_into_a_hundred_characters_stays_on_one_line()
    {
        var fits = $"sum by (a) ({new string('x', 86)})";
        Assert.Equal(99, fits.Length);
        Assert.Equal(fits, Pretty(fits));
    }

    [Fact]
    public void What_does_not_fit_is_broken_into_its_parts()
    {
        var name = new string('x', 60);
        Assert.Equal($$"""
              sum by (job, instance) (
                rate({{name}}{a="b"}[5m])
              )
            /
              topk(
                5,
                histogram_quantile(
                  0.99,
                    {{name}}
                  * on (job) group_left (x)
                    (
                        {{name}} offset 5m
                      +
                        {{name}}
                    )
                )
              )
            """.ReplaceLineEndings("\n"), Pretty($"sum(rate({name}{{a='b'}}[5m])) by (job,instance) / topk(5,histogram_quantile(0.99,{name} * on(job) group_left(x) ({name} offset 5m + {name})))"));
    }

    [Fact]
    public void A_sign_stays_with_what_it_belongs_to_and_a_subquery_s_range_with_its_query()
    {
        var name = new string('x', 90);
        Assert.Equal($"-sum(\n  rate({name}[5m])\n)", Pretty($"-sum(rate({name}[5m]))"));
        Assert.Equal($"max_over_time(\n  (\n    rate({name}[5m])\n  )[1h:5m] offset 1m\n)", Pretty($"max_over_time((rate({name}[5m]))[1h:5m] offset 1m)"));
    }

    static string Pretty(string query) => PromqlPrinter.Pretty(PromqlParser.Parse(query));
}
