using Muster.Readiness;

namespace Muster.Probes;

static class PostgresQueryProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (sql, names) = SqlArguments.Read(SqlArguments.OneQuestion(given.Text("sql") ?? throw Given.Wrong("sql", "is missing")));
        var arguments = given.Pairs("args").ToDictionary(pair => pair.Name, pair => pair.Text, StringComparer.Ordinal);
        foreach (var name in names)
            if (!arguments.ContainsKey(name)) throw Given.Wrong("args", $"has nothing for :{name}");
        foreach (var name in arguments.Keys)
            if (!names.Contains(name)) throw Given.Wrong("args", $"has \"{name}\", and the statement has no :{name}");
        var address = PostgresAddress.Read(given, context);
        await using var session = await PostgresSession.Open(address, context, cancel);
        var began = context.Clock.GetTimestamp();
        var answer = await session.Query(sql, cancel, [.. names.Select(name => arguments[name])]);
        var seen = Value.Of(
            ("rows", Value.List(answer.Typed())), ("row_count", answer.Rows.Length), ("columns", Value.Texts(answer.Columns)),
            ("duration", HttpProbe.Seconds(context.Clock.GetElapsedTime(began))));
        if (answer.Columns.Length > 0) seen = seen.With("values", Value.List(answer.Rows.Select(row => PostgresRows.Type(row[0], answer.Types[0]))));
        if (answer is { Rows: [var only], Columns: [_] }) seen = seen.With("value", PostgresRows.Type(only[0], answer.Types[0]));
        return new() { Observation = seen, Population = 1, Before = session.Identity, After = session.Identity };
    }
}
