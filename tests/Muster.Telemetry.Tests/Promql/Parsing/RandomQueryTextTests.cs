using System.Globalization;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

/// <summary>Random queries: what is printed reads back as the same, and what is broken is told.</summary>
public sealed class RandomQueryTextTests
{
    static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 5;

    [Fact]
    public void What_is_printed_or_laid_out_reads_back_as_the_same()
    {
        var written = new WrittenQuery(new(Seed), modern: true);
        var read = 0;
        for (var n = 0; n < 3000; n++)
        {
            var query = written.Next();
            if (Read(query) is not { } parsed) continue;
            read++;
            var printed = PromqlPrinter.Print(parsed);
            var again = PromqlParser.Parse(printed, PromqlFeatures.All);
            var why = $"{query}\n{printed} (seed {Seed})";
            Assert.True(PromqlPrinter.Print(again) == printed, why);
            Assert.True(Shape.Of(again) == Shape.Of(parsed), why);
            var laidOut = PromqlPrinter.Pretty(parsed);
            Assert.True(PromqlPrinter.Print(PromqlParser.Parse(laidOut, PromqlFeatures.All)) == printed, $"{laidOut}\n{why}");
        }

        Assert.True(read > 1500, $"{read} were read");
    }

    [Fact]
    public void A_mutated_query_is_read_or_told_where_it_is_wrong()
    {
        var random = new Random(Seed);
        var written = new WrittenQuery(random, modern: true);
        var (read, refused) = (0, 0);
        for (var n = 0; n < 8000; n++)
        {
            var query = Mutation.Of(written.Next(), random);
            try
            {
                var parsed = PromqlParser.Parse(query, PromqlFeatures.All);
                Assert.InRange(parsed.Place.Start, 0, parsed.Place.End);
                Assert.InRange(parsed.Place.End, 0, query.Length);
                var printed = PromqlPrinter.Print(parsed);
                Assert.True(PromqlPrinter.Print(PromqlParser.Parse(printed, PromqlFeatures.All)) == printed, query);
                read++;
            }
            catch (QueryProblem problem)
            {
                Assert.NotNull(problem.Place);
                Assert.InRange(problem.Place.Value.Start, 0, query.Length);
                Assert.InRange(problem.Place.Value.End, problem.Place.Value.Start, query.Length);
                Assert.NotEmpty(problem.Message);
                refused++;
            }
        }

        Assert.True(read > 400 && refused > 1000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void What_no_query_ever_was_is_refused()
    {
        var random = new Random(Seed);
        for (var n = 0; n < 10_000; n++)
        {
            var text = string.Create(random.Next(40), random, static (to, from) =>
            {
                foreach (ref var c in to) c = from.Next(4) == 0 ? (char)from.Next(0xffff) : (char)from.Next(128);
            });
            try { PromqlParser.Parse(text, PromqlFeatures.All); }
            catch (QueryProblem) { }
            try { PromqlParser.ParseMetric(text); }
            catch (QueryProblem) { }
            try { PromqlParser.ParseSelector(text); }
            catch (QueryProblem) { }
        }
    }

    static Muster.Telemetry.Promql.Ast.Expression? Read(string query)
    {
        try { return PromqlParser.Parse(query, PromqlFeatures.All); }
        catch (QueryProblem) { return null; }
    }
}
