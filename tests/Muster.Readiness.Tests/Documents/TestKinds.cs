using System.Collections.Immutable;

namespace Muster.Readiness.Tests;

/// <summary>Kinds of the shape that real ones have, so that the reader is tested without any probe.</summary>
static class TestKinds
{
    static Kind Make(string name, TargetShape target, ImmutableArray<Field> fields, params ImmutableArray<Parameter> parameters) => new()
    {
        Name = name, Says = "", Target = target, Fields = fields, Parameters = parameters, Population = "answers", Example = $"check: {{ {name}: x }}",
    };

    static Field F(string name, Shape shape, params ImmutableArray<Field> of) => new(name, shape, "") { Of = of };

    static Parameter P(string name, Shape shape) => new(name, shape, $"The {name}.");

    public static readonly KindCatalogue All = new(
    [
        Make("http", TargetShape.Url,
            [F("status", Shape.Number), F("duration", Shape.Duration), F("headers", Shape.Map) with { LowerCaseNames = true }, F("body", Shape.Text), F("json", Shape.Any), F("size", Shape.Size), F("at", Shape.Instant),
                F("redirects", Shape.List, F("status", Shape.Number), F("to", Shape.Text)), F("errors", Shape.Rate)],
            P("get", Shape.Text), P("scheme", Shape.Text) with { OneOf = ["http", "https"] }, P("path", Shape.Text), P("method", Shape.Text) with { Hazard = Hazard.Active, Harmless = ["GET", "HEAD"] },
            P("post", Shape.Text) with { Hazard = Hazard.Active }, P("delete", Shape.Text) with { Hazard = Hazard.Active }, P("json", Shape.Any), P("headers", Shape.Map),
            P("follow", Shape.Number), P("slow", Shape.Duration), P("most_body", Shape.Size), P("raw", Shape.Truth), P("version", Shape.Text) with { OneOf = ["1.1", "2"] }, P("names", Shape.List))
            with { Holds = Value.Of(("status", "between 200 and 299")) },
        Make("tls.endpoint", TargetShape.HostAndPort, [F("lifetime_left", Shape.Percentage), F("versions", Shape.List), F("trusted", Shape.Truth), F("chain_complete", Shape.Truth), F("hostname_matches", Shape.Truth)]) with { Holds = Value.Of(("trusted", true)) },
        Make("tcp", TargetShape.HostAndPort, [F("open", Shape.Truth)], P("port", Shape.Number)) with { Holds = Value.Of(("open", true)), LeastPopulation = 2 },
        Make("dns", TargetShape.HostName, [F("addresses", Shape.List)], P("type", Shape.Text) with { Required = true }),
        Make("redis.acl", TargetShape.HostAndPort, [F("allowed", Shape.Truth), F("reason", Shape.Text)], P("as", Shape.Text) with { Required = true }, P("publish", Shape.Text)) with { Hazard = Hazard.Active },
        Make("load.http", TargetShape.Url, [F("met", Shape.Truth)], P("rate", Shape.Text), P("duration", Shape.Text), P("get", Shape.Text)) with { Holds = Value.Of(("met", true)), Hazard = Hazard.Active, Alone = true },
        Make("postgres.backup_freshness", TargetShape.Url, [F("age", Shape.Duration)]),
        Make("postgres.restore_drill", TargetShape.None, [F("rto", Shape.Duration)], P("backups", Shape.Text), P("level", Shape.Text)) with { Hazard = Hazard.Destructive },
        Make("postgres.query", TargetShape.Url, [F("rows", Shape.List)], P("sql", Shape.Text), P("args", Shape.Map)),
        Make("prometheus.query", TargetShape.Url, [F("value", Shape.Any)], P("query", Shape.Text)),
        Make("health.dependency_outage", TargetShape.Url,
            [F("readiness", Shape.Map, F("status", Shape.Number), F("failures", Shape.List))], P("dependency", Shape.Text), P("fault", Shape.Text)) with { Hazard = Hazard.Destructive },
        Make("metric", TargetShape.Url, [F("value", Shape.Number)], P("query", Shape.Text)) with { UsualTarget = "http://127.0.0.1:7280" },
        Make("file", TargetShape.Path, [F("value", Shape.Any)], P("read", Shape.Text), P("path", Shape.Text)),
        Make("command", TargetShape.Command, [F("exit", Shape.Number)]) with { Holds = Value.Of(("exit", 0)) },
        .. JudgeKinds.All,
    ]);
}
