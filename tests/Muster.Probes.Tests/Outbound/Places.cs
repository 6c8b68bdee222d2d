using Muster.Readiness;

namespace Muster.Probes.Tests.Outbound;

/// <summary>Every place of every kind, with the well peers that some need before they come to it, and the files that others read.</summary>
public sealed class Places : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-places-");
    LoopbackSite _rules = null!, _provider = null!, _redirecting = null!;
    FakeRouter _router = null!;
    FakeNats _nats = null!;
    LoopbackPostgres _primary = null!, _standby = null!;
    LoopbackListener _open = null!;
    string _answered = "127.0.0.1:1";

    /// <summary>The document's folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>What stands in answers where a peer names an address of its choice.</summary>
    internal void Answer(string at) => Volatile.Write(ref _answered, at);

    public async ValueTask InitializeAsync()
    {
        var on = false;
        _rules = LoopbackSite.Start()
            .Route("/api/v1/status/runtimeinfo", _ => Data("""{ "startTime": "2026-03-01T09:00:00Z" }"""))
            .Route("/api/v1/rules", _ => Data("""{ "groups": [ { "rules": [ { "type": "alerting", "name": "Errors", "query": "errors > 1", "health": "ok" } ] } ] }"""))
            .Route("/api/v1/alerts", _ => Data(Volatile.Read(ref on) ? """{ "alerts": [ { "labels": { "alertname": "Errors" }, "state": "firing" } ] }""" : """{ "alerts": [] }"""))
            .Route("/inbox", _ => SiteResponse.Json(200, "[]")).Route("/health/ready", _ => new(200)).Route("/proxies/store", _ => SiteResponse.Json(200, """{ "enabled": true, "toxics": [] }""")).Route("/on", _ => Drive(true)).Route("/off", _ => Drive(false));
        _provider = LoopbackSite.Start();
        var issuer = _provider.Address.AbsoluteUri.TrimEnd('/');
        foreach (var (path, keys, authorize) in ((string, Func<string>, Func<string>)[])[("/keys", () => $"http://{_answered}/keys", () => $"{issuer}/authorize"), ("/authorize", () => $"{issuer}/jwks", () => $"http://{_answered}/authorize")])
            _provider.Route(path + "/.well-known/openid-configuration", _ => SiteResponse.Json(200, Value.Of(("issuer", issuer), ("jwks_uri", keys()), ("authorization_endpoint", authorize())).ToString()));
        _provider.Route("/jwks", _ => SiteResponse.Json(200, """{ "keys": [ { "kty": "EC", "kid": "one" } ] }"""));
        _redirecting = LoopbackSite.Start();
        _redirecting.Otherwise = request => SiteResponse.Redirect($"http://{_answered}/", int.Parse(request.Path[1..], System.Globalization.CultureInfo.InvariantCulture));
        (_router, _nats, _primary, _open) = (FakeRouter.Start(delivers: true), FakeNats.Start(), LoopbackPostgres.Start(), LoopbackListener.Start(static (_, _) => Task.CompletedTask));
        _primary.Says(FailoverPair.System, ["system"], ["7301234567890123456"]);
        _standby = LoopbackPostgres.Start(standby: true).Says(FailoverPair.System, ["system"], ["7301234567890123456"]);
        await File.WriteAllTextAsync(Path.Combine(Folder, "shop.yaml"), "log: { level: info }\n");
        await File.WriteAllTextAsync(Path.Combine(Folder, "well.json"), Backups());
        _folder.CreateSubdirectory("db");
        foreach (var way in (string[])["up", "down"]) await File.WriteAllTextAsync(Path.Combine(Folder, "db", $"1_shop.{way}.sql"), "select 1;\n");

        static SiteResponse Data(string json) => SiteResponse.Json(200, $$"""{ "status": "success", "data": {{json}} }""");
        SiteResponse Drive(bool to)
        {
            Volatile.Write(ref on, to);
            return new(200);
        }
    }

    /// <summary>A list of backups as pgBackRest prints it.</summary>
    static string Backups() => $$"""
        [ { "name": "shop", "status": { "code": 0, "message": "ok" }, "cipher": "none", "db": [ { "id": 1, "system-id": 7301234567890123456 } ],
            "backup": [ { "label": "20260301-110000F", "type": "full", "error": false, "database": { "id": 1 }, "timestamp": { "start": {{Noon.AddHours(-1).ToUnixTimeSeconds()}}, "stop": {{Noon.ToUnixTimeSeconds()}} } } ] } ]
        """;

    /// <summary>All of them.</summary>
    internal async Task<IReadOnlyList<Place>> All()
    {
        var all = new List<Place>();
        foreach (var kind in ProbeKinds.All)
            if (!DialNobody.Contains(kind.Kind.Name) && await Place.OfFixture(kind.Kind.Name) is { } place) all.Add(place);
        return [.. all, .. Further, .. Answered];
    }

    /// <summary>Kinds whose addresses are looked up in a table of this machine's own. That they dial nobody is shown with every other parameter.</summary>
    static readonly string[] DialNobody = ["host.state"];

    /// <summary>Places that no fixture's question has, or that a kind comes to only after another peer was well.</summary>
    internal IReadOnlyList<Place> Further =>
    [
        new("alert.fire", "drive", Fire().With("drive", Value.Of(("address", "http://PLACE/")))),
        new("alert.fire", "router", Fire().With("router", Value.Of(("address", "http://PLACE/")))),
        new("alert.fire", "sink", Fire().With("sink", Value.Of(("address", "http://PLACE/"), ("page", "/inbox")))),
        new("alerting.delivery", "sink", Value.Of(("target", _router.Address), ("sink", Value.Of(("address", "http://PLACE/"), ("page", "/inbox"))), ("wait", 0))),
        new("telemetry.canary", "target", Value.Of(("target", "http://PLACE/"), ("path", "/in"), ("json", Value.Of(("line", "a-line-of-its-own"))), ("find", "a-line-of-its-own"), ("sink", _rules.Address.AbsoluteUri), ("ask", "/inbox"), ("wait", 0))),
        new("mail.receipt", "via", Mail("if_offered")),
        new("drain.http", "target", Value.Of(("target", "http://PLACE/"), ("instance", _rules.Address.AbsoluteUri), ("slow", "/"), ("served_by", "X-Instance"), ("before", 0.1), ("stop", Value.Texts(["true"])))),
        new("drain.http", "instance", Value.Of(("target", _rules.Address.AbsoluteUri), ("instance", "http://PLACE/"), ("slow", "/"), ("served_by", "X-Instance"), ("before", 0.1), ("stop", Value.Texts(["true"])))),
        new("drain.websocket", "target", Value.Of(("target", "http://PLACE/"), ("instance", _rules.Address.AbsoluteUri), ("before", 0.1), ("stop", Value.Texts(["true"])))),
        new("drain.websocket", "instance", Value.Of(("target", _rules.Address.AbsoluteUri), ("instance", "http://PLACE/"), ("before", 0.1), ("stop", Value.Texts(["true"])))),
        new("health.dependency_outage", "target", Value.Of(("target", "http://PLACE/"), ("through", _rules.Address.AbsoluteUri), ("dependency", "store"))),
        new("health.dependency_outage", "replicas", Value.Of(("target", "http://PLACE/"), ("replicas", Value.Texts(["http://PLACE/"])), ("through", _rules.Address.AbsoluteUri), ("dependency", "store"))),
        new("failover.drill", "standby", Value.Of(("target", _primary.Address), ("standby", "postgres://shop@PLACE/shop"), ("kill", Value.Of(("signal", "KILL"), ("pid_file", "nobody.pid"))))),
        new("failover.drill", "service", Value.Of(("target", _primary.Address), ("standby", _standby.Address), ("service", "postgres://shop@PLACE/shop"), ("kill", Value.Of(("signal", "KILL"), ("pid_file", "nobody.pid"))))),
        new("chaos.experiment", "others", Value.Of(("target", "http://127.0.0.1:1"), ("others", Value.Of(("shop", Value.Of(("address", "http://PLACE/"))))), ("steady", Value.Of(("orders", Value.Of(("http", "shop"))))),
            ("through", _rules.Address.AbsoluteUri), ("method", Value.List([Value.Of(("name", "store"))])))),
        new("mail.receipt", "via, TLS from the first byte", Mail("implicit")),
        new("broker.health", "target, the monitoring page", Value.Of(("target", "http://PLACE"), ("broker", "nats"))),
        new("broker.health", "target, the management API", Value.Of(("target", "http://PLACE"), ("broker", "rabbitmq"))),
        new("broker.health", "monitor", Value.Of(("target", _nats.Address), ("monitor", "http://PLACE"))),
        new("broker.health", "management", Value.Of(("target", "amqp://127.0.0.1:1"), ("management", "http://PLACE"))),
        new("broker.canary", "target, amqp", Value.Of(("target", "amqp://PLACE"))),
        new("postgres.replication_lag", "replica", Value.Of(("target", _primary.Address), ("replica", "postgres://shop@PLACE/shop"), ("patience", 0))),
        new("token.revocation", "store", Value.Of(("target", Value.Of(("address", "http://127.0.0.1:1"), ("token", "a-token-of-the-tests"), ("control_token", "another-token-of-the-tests"))), ("admin", Value.Of(("address", "http://127.0.0.1:1"))), ("request", "POST /revoke"), ("store", "PLACE"))),
        new("certificate.inventory", "endpoints", Value.Of(("endpoints", Value.Texts(["PLACE"])))),
        new("exposure.reachability", "open", Value.Of(("open", Value.Texts(["PLACE"])), ("closed", Value.Texts([Closed])))),
        new("exposure.reachability", "closed", Value.Of(("open", Value.Texts([Open])), ("closed", Value.Texts(["PLACE"])))),
        new("dns", "server, over a type that this machine's resolver is not asked for", Value.Of(("target", "shop.test"), ("type", "TXT"), ("server", "PLACE"))),
        .. ((string[])["postgres://PLACE/shop", "redis://PLACE", "nats://PLACE", "amqp://PLACE", "http://PLACE/"]).Select(target =>
            new Place("credentials.default_login", $"target, {target[..target.IndexOf(':', StringComparison.Ordinal)]}", Value.Of(("target", target), ("pace", 0), ("per_user", 20)))),
    ];

    /// <summary>Questions whose address is chosen by whoever answers: <see cref="Answer"/> says which.</summary>
    internal IReadOnlyList<Place> Answered =>
    [
        new("oidc", Chosen + "jwks_uri", Value.Of(("target", $"http://127.0.0.1:{_provider.Port}/keys"))),
        new("oidc", Chosen + "authorization_endpoint", Value.Of(("target", $"http://127.0.0.1:{_provider.Port}/authorize"), ("client_id", "shop"), ("redirect_uri", "https://shop.test/callback"))),
        .. ((int[])[301, 302, 303, 307, 308]).Select(status => new Place("http", $"{Chosen}Location of a {status}", Value.Of(("target", $"http://127.0.0.1:{_redirecting.Port}/{status}"), ("follow", 3)))),
    ];

    internal const string Chosen = "answered: ";

    /// <summary>A peer that sends every request elsewhere.</summary>
    internal string Redirecting => $"127.0.0.1:{_redirecting.Port}";

    string Open => $"127.0.0.1:{_open.Port}";

    const string Closed = "127.0.0.1:1";

    Value.Fields Fire() => Value.Of(("target", _rules.Address.AbsoluteUri), ("alert", "Errors"), ("drive", Value.Of(("address", _rules.Address.AbsoluteUri))), ("on", "/on"), ("off", "/off"), ("wait", 1));

    static Value.Fields Mail(string tls) => Value.Of(("target", "inbox"), ("via", Value.Of(("smtp", "PLACE"), ("from", "a@shop.test"), ("to", "b@shop.test"), ("tls", tls))), ("wait", 0));

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in (IAsyncDisposable[])[_rules, _provider, _redirecting, _router, _nats, _primary, _standby, _open]) await peer.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
