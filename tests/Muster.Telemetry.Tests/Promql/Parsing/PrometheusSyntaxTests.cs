using System.Globalization;
using System.Text.Json;
using Muster.Servers;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

/// <summary>
/// Beside a real Prometheus: what is read and refused, and how it is laid out. The old release that Debian has differs from what is current in what is
/// known and passed over: it wants units in every duration, none of 0, has no underscores in numbers and no names in quotes, prints large and small numbers with exponents, leaves out the indentation of a subquery,
/// leaves out <c>ignoring () group_left ()</c>, and prints <c>Inf ^ 2</c> so that it reads back as something else.
/// </summary>
public sealed class PrometheusSyntaxTests
{
    [Fact]
    public async Task A_thousand_queries_and_their_mutations_are_read_refused_and_laid_out_as_Prometheus_does()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var prometheus = await PrometheusServer.Start("global: {}\n", cancel);
        using var http = new HttpClient { BaseAddress = prometheus.Address };
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 11;
        var count = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_DIFFERENTIAL_QUERIES"), CultureInfo.InvariantCulture, out var asked) ? asked : 1500;
        var random = new Random(seed);
        var written = new WrittenQuery(random, modern: false);
        var differences = new List<string>();
        var (read, refused) = (0, 0);
        for (var n = 0; n < count; n++)
        {
            var query = written.Next();
            if (n % 2 == 1) query = Mutation.Of(query, random);
            using var form = new FormUrlEncodedContent([new("query", query)]);
            using var answer = await http.PostAsync(new Uri("api/v1/format_query", UriKind.Relative), form, cancel);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(cancel));
            var theirs = json.RootElement.GetProperty("status").GetString() == "success" ? json.RootElement.GetProperty("data").GetString() : null;
            var error = theirs is null ? json.RootElement.GetProperty("error").GetString()! : "";
            var (ours, why) = Ours(query);
            if (theirs is null) refused++;
            else read++;
            if (Simplified(ours) != Simplified(theirs) && !IsOfItsAge(query, theirs, error)) differences.Add($"{query}\n  theirs: {theirs ?? error}\n  ours:   {ours ?? why}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {count} differ (seed {seed}):\n{string.Join('\n', differences.Take(25))}");
        Assert.True(read > count / 3 && refused > count / 5, $"{read} read, {refused} refused");
    }

    static bool IsOfItsAge(string query, string? theirs, string error) => theirs is null
        ? error.Contains("expected duration", StringComparison.Ordinal) || error.Contains("in duration", StringComparison.Ordinal) || error.Contains("duration must be greater than 0", StringComparison.Ordinal)
            || (error.Contains("unexpected string", StringComparison.Ordinal) && (error.Contains("in label matching", StringComparison.Ordinal) || error.Contains("in grouping opts", StringComparison.Ordinal)))
            || (error.Contains("bad number", StringComparison.Ordinal) && query.Contains('_', StringComparison.Ordinal))
        : theirs.Contains("e+", StringComparison.Ordinal) || theirs.Contains("e-", StringComparison.Ordinal);

    static string? Simplified(string? text)
    {
        if (text?.Contains('[', StringComparison.Ordinal) == true) text = string.Join('\n', text.Split('\n').Select(line => line.TrimStart()));
        return text?.Replace("+Inf ^", "Inf ^", StringComparison.Ordinal).Replace(" ignoring () group_left ()", "", StringComparison.Ordinal).Replace(" ignoring () group_right ()", "", StringComparison.Ordinal);
    }

    static (string? Pretty, string? Why) Ours(string query)
    {
        try { return (PromqlPrinter.Pretty(PromqlParser.Parse(query)), null); }
        catch (QueryProblem problem) { return (null, ParseErrorText.Of(query, problem)); }
    }
}
