using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a panel's queries gave: whether any value is in it, and how new the newest is.</summary>
/// <param name="Error">The first query's that failed, in Grafana's words.</param>
/// <param name="Newest">In milliseconds since 1970; null where no frame has times.</param>
sealed record GrafanaFrames(bool HasData, string? Error, double? Newest)
{
    /// <param name="results">The answer of <c>/api/ds/query</c>.</param>
    public static GrafanaFrames Read(Value results)
    {
        if (results.At("results") is not Value.Fields queries) throw new Unseen(Blind.Unreadable, "/api/ds/query answers JSON without results; is the target a Grafana?");
        var has = false;
        string? error = null;
        double? newest = null;
        foreach (var (name, query) in queries)
        {
            if (query.Text("error") is { } says) error ??= $"{name}: {Bounded.Start(says, 200)}";
            foreach (var frame in query.Items("frames"))
            {
                var types = frame.Items("schema", "fields").Select(field => field.Text("type")).ToArray();
                var columns = frame.Items("data", "values");
                for (var i = 0; i < columns.Length; i++)
                {
                    var cells = columns[i].Items();
                    if (i < types.Length && types[i] == "time") newest = cells.Select(cell => cell.Number()).Append(newest).Max();
                    else has |= cells.Any(cell => cell is not Value.Nothing);
                }
            }
        }

        return new(has, error, newest);
    }
}
