using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadPlanReaderTests
{
    internal const string Whole = """
        target: { url: "https://shop.internal:8443/api", headers: { authorization: Bearer abc } }
        http: { version: 2, reuse: iteration, tls_resume: false, compression: true, connect_timeout: 3s }
        threads: 2
        exact: true
        stop_at_failures: 50%
        memory: { path: /metrics, metric: process_resident_memory_bytes }
        scenarios:
          browse:
            rate: 500/s
            duration: 5m
            start: 10s
            warm_up: 30s
            graceful_stop: 20s
            max_vus: 500
            think: 1s..3s
            cookies: true
            tags: { kind: users }
            data: { user: users.csv, city: { file: cities.json, order: shuffled } }
            requests:
              - { name: login, post: /login, json: { user: $(data:user.name) }, save: { token: { json: /token } }, expect: { status: 200 } }
              - name: items
                get: /items?page=$(random:1..100)
                headers: { X-Token: Bearer $(saved:token) }
                check: { status: 200, body: { contains: price }, /items/0/id: { present: true }, header: { content-type: { contains: json } } }
                timeout: 5s
                think: 200ms
                follow: 3
              - { put: /doc, body: some text }
              - { post: /up, file: picture.png }
              - { post: /form, form: { city: $(data:city.name), b: c d } }
              - { name: live, websocket: /ws, send: [ hello, $(new:uuid) ], await: true, between: 1s, stay: 10s }
          users: { vus: 50, duration: 5m, get: / }
          ramp: { stages: [ { over: 30s, vus: 50 }, { over: 1m, vus: 0 } ], get: / }
          rates: { from: 10/s, stages: [ { over: 30s, rate: 50 }, { over: 0s, rate: 60/m } ], get: / }
          shared: { vus: 10, iterations: 1000, max_duration: 10m, get: / }
          each: { vus: 10, iterations_per_vu: 100, get: / }
          steps: { steps: { from: 100/s, by: 100/s, to: 2000/s, each: 10s, peak: 700/s }, get: / }
        thresholds:
          http_req_duration: [ p(95)<200, p(99)<500 ]
        """;

    static readonly (string, string)[] Files = [("users.csv", "name,age\nmia,30\n"), ("cities.json", """[{"name":"Oslo"},{"name":"Bergen"}]"""), ("picture.png", "PNG")];

    [Fact]
    public void A_whole_form_is_read()
    {
        var plan = Forms.Plan(Whole, Files);

        Assert.Equal(new Uri("https://shop.internal:8443/api"), plan.Target);
        Assert.Equal(new Wiring { HttpVersion = "2", Reuse = Reuse.Iteration, ResumeTls = false, Compression = true, ConnectTimeout = TimeSpan.FromSeconds(3) }, plan.Wiring);
        Assert.Equal((2, true, 0.5), (plan.Threads, plan.Exact, plan.StopAtFailures));
        Assert.Equal(new MemorySource.Page("/metrics", "process_resident_memory_bytes"), plan.Memory);
        Assert.Equal("http_req_duration", Assert.Single(plan.Thresholds).Metric);
        Assert.Empty(plan.Others);
        Assert.Equal(["browse", "each", "ramp", "rates", "shared", "steps", "users"], plan.Scenarios.Select(scenario => scenario.Name));
        var browse = plan.Scenarios[0];
        Assert.Equal(new LoadModel.ConstantRate(500, TimeSpan.FromMinutes(5)), browse.Model);
        Assert.Equal((10d, 30d, 20d, 500, true), (browse.Start.TotalSeconds, browse.WarmUp.TotalSeconds, browse.GracefulStop.TotalSeconds, browse.MostUsers, browse.Cookies));
        Assert.Equal(new Pause(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), browse.Think);
        Assert.Equal("users", browse.Tags["kind"]);
        Assert.Equal([("city", true, 2), ("user", false, 1)], browse.Data.Select(data => (data.Name, data.Shuffled, data.Rows.Length)));
    }

    [Fact]
    public void The_models_are_told_apart_by_their_keys()
    {
        var models = Forms.Plan(Whole, Files).Scenarios.ToDictionary(scenario => scenario.Name, scenario => scenario.Model);

        Assert.Equal(new LoadModel.ConstantUsers(50, TimeSpan.FromMinutes(5)), models["users"]);
        Assert.Equal([new(TimeSpan.FromSeconds(30), 50), new(TimeSpan.FromMinutes(1), 0)], Assert.IsType<LoadModel.RampingUsers>(models["ramp"]).Stages);
        var rates = Assert.IsType<LoadModel.RampingRate>(models["rates"]);
        Assert.Equal(10, rates.From);
        Assert.Equal([new(TimeSpan.FromSeconds(30), 50), new(TimeSpan.Zero, 1)], rates.Stages);
        Assert.Equal(new LoadModel.SharedIterations(10, 1000, TimeSpan.FromMinutes(10)), models["shared"]);
        Assert.Equal(new LoadModel.IterationsPerUser(10, 100, TimeSpan.FromMinutes(10)), models["each"]);
        Assert.Equal(new LoadModel.StepTest(100, 100, 2000, TimeSpan.FromSeconds(10), 700), models["steps"]);
    }

    [Fact]
    public void The_requests_of_an_iteration_stand_in_their_order()
    {
        var requests = Forms.Plan(Whole, Files).Scenarios[0].Requests;

        Assert.Equal(["login", "items", "PUT /doc", "POST /up", "POST /form", "live"], requests.Select(request => request.Name));
        Assert.Equal("/api/login", requests[0].Url.ToString());
        Assert.Equal("""{"user":"$(data:user.name)"}""", requests[0].Body!.ToString());
        Assert.Equal([("authorization", "Bearer abc"), ("Content-Type", "application/json")], requests[0].Headers.Select(header => (header.Name, header.Text.ToString())));
        Assert.Equal([(200, 200)], requests[0].Expected.Ranges);
        Assert.Equal("/api/items?page=$(random:1..100)", requests[1].Url.ToString());
        Assert.Equal((5d, 3, 0.2), (requests[1].Timeout.TotalSeconds, requests[1].Redirects, requests[1].Think.Least.TotalSeconds));
        Assert.Equal(["/items/0/id {\"present\":true}", "body {\"contains\":\"price\"}", "header content-type {\"contains\":\"json\"}", "status 200"], requests[1].Checks.Select(check => check.Name));
        Assert.Equal("PNG"u8, requests[3].Body!.Fixed!);
        Assert.Equal("b=c%20d&city=$(data:city.name)", requests[4].Body!.ToString());
        Assert.Equal(["hello", "$(new:uuid)"], requests[5].Socket!.Messages.Select(message => message.ToString()));
        Assert.Equal((true, 1d, 10d), (requests[5].Socket!.AwaitAnswer, requests[5].Socket!.Between.Most.TotalSeconds, requests[5].Socket!.Stay.TotalSeconds));
    }

    [Theory]
    [InlineData("{ rate: 5/s, vus: 3, duration: 1m, get: / }", "vus", "\"rate\" and \"vus\" stand together")]
    [InlineData("{ rate: 5/s, get: / }", "", "\"duration\" is missing")]
    [InlineData("{ vus: 5, get: / }", "", "\"duration\" is missing")]
    [InlineData("{ get: / }", "", "Nothing says how to load.")]
    [InlineData("{ rate: 2000000/s, duration: 1m, get: / }", "rate", "more than 1,000,000/s")]
    [InlineData("{ rate: 0, duration: 1m, get: / }", "rate", "is no load")]
    [InlineData("{ rate: 1/h, duration: 1m, get: / }", "rate", "not one iteration begins")]
    [InlineData("{ rate: fast, duration: 1m, get: / }", "rate", "\"fast\" is not a rate")]
    [InlineData("{ vus: 0, duration: 1m, get: / }", "vus", "\"0\" is not a whole number from 1 to 100000")]
    [InlineData("{ vus: 200000, duration: 1m, get: / }", "vus", "not a whole number")]
    [InlineData("{ vus: 5, duration: 30, get: / }", "duration", "\"30\" has no unit")]
    [InlineData("{ vus: 5, duration: 30s, warm_up: 30s, get: / }", "warm_up", "leaves nothing of the 30s to measure")]
    [InlineData("{ vus: 5, duration: 400d, get: / }", "duration", "too long")]
    [InlineData("{ vus: 5, duration: 30s, max_vus: 10, get: / }", "max_vus", "bounds the users of a rate")]
    [InlineData("{ vus: 5, duration: 30s, iterations: 10, get: / }", "duration", "stand together")]
    [InlineData("{ vus: 5, iterations: 3, get: / }", "vus", "more users (5) than iterations (3)")]
    [InlineData("{ stages: [ { over: 1s, vus: 3 }, { over: 1s, rate: 3 } ], get: / }", "stages", "Some stages have rates and some have users")]
    [InlineData("{ stages: [ { over: 1s, vus: 0 } ], get: / }", "stages", "never leave zero")]
    [InlineData("{ stages: [ { over: 0s, vus: 3 } ], get: / }", "stages", "take no time")]
    [InlineData("{ stages: [ { vus: 3 } ], get: / }", "stages[0]", "\"over\" is missing")]
    [InlineData("{ stages: [], get: / }", "stages", "There are no stages")]
    [InlineData("{ rate: 5/s, stages: [ { over: 1s, rate: 3 } ], get: / }", "rate", "each is a way of loading by itself")]
    [InlineData("{ vus: 5, stages: [ { over: 1s, vus: 3 } ], get: / }", "vus", "this scenario has stages")]
    [InlineData("{ steps: { from: 5/s, by: 1/s, to: 2/s, each: 10s }, get: / }", "steps.to", "lower than the first")]
    [InlineData("{ steps: { from: 5/s, by: 1/s, each: 10s }, get: / }", "steps", "\"to\" is missing")]
    [InlineData("{ steps: { from: 5/s, by: 1/s, to: 9/s, each: 10s }, warm_up: 10s, get: / }", "warm_up", "nothing of the first step")]
    [InlineData("{ executor: constant-vus, vus: 5, duration: 5s, get: / }", "executor", "has no \"executor\"")]
    [InlineData("{ vus: 5, duration: 5s }", "", "There is no request")]
    [InlineData("{ vus: 5, duration: 5s, get: /, post: / }", "", "\"get\" and \"post\" stand in one request")]
    [InlineData("{ vus: 5, duration: 5s, get: /, timeuot: 5s }", "timeuot", "There is no key \"timeuot\"")]
    [InlineData("{ vus: 5, duration: 5s, get: items }", "get", "neither a path nor a whole URL")]
    [InlineData("{ vus: 5, duration: 5s, get: //other.internal/ }", "get", "another host")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(data:user.name)', data: { user: none.csv } }", "data.user", "There is no file")]
    [InlineData("{ vus: 5, duration: 5s, get: /a#b }", "get", "fragment")]
    [InlineData("{ vus: 5, duration: 5s, get: 'https://$(vu:id).internal/' }", "get", "nobody could consent")]
    [InlineData("{ vus: 5, duration: 5s, get: 'ftp://shop.internal/' }", "get", "none of http or https")]
    [InlineData("{ vus: 5, duration: 5s, get: /, headers: { host: other } }", "headers.host", "the engine's own")]
    [InlineData("{ vus: 5, duration: 5s, get: /, headers: { 'a b': other } }", "headers.a b", "cannot be a header's name")]
    [InlineData("{ vus: 5, duration: 5s, get: /, headers: { a: 1, A: 2 } }", "headers.a", "stands twice")]
    [InlineData("{ vus: 5, duration: 5s, get: /, headers: { a: \"1\\r\\n2\" } }", "headers.a", "line end")]
    [InlineData("{ vus: 5, duration: 5s, get: /, headers: { a: $(env:TOKEN) } }", "headers.a", "A secret stands outside of the target")]
    [InlineData("{ vus: 5, duration: 5s, get: /, body: x }", "", "A GET request carries no body")]
    [InlineData("{ vus: 5, duration: 5s, post: /, body: x, json: x }", "body", "\"json\" and \"body\" stand in one request")]
    [InlineData("{ vus: 5, duration: 5s, post: /, file: none.bin }", "file", "There is no file \"none.bin\"")]
    [InlineData("{ vus: 5, duration: 5s, post: /, file: ../none.bin }", "file", "leads out of")]
    [InlineData("{ vus: 5, duration: 5s, post: /, file: /dev/zero }", "file", "leads out of")]
    [InlineData("{ vus: 5, duration: 5s, post: /, json: { $(vu:id): 1 } }", "json.$(vu:id)", "A key cannot hold a placeholder")]
    [InlineData("{ vus: 5, duration: 5s, url: /, method: 'GE T' }", "method", "no method")]
    [InlineData("{ vus: 5, duration: 5s, get: /, expect: { status: 2000 } }", "expect.status", "no HTTP status")]
    [InlineData("{ vus: 5, duration: 5s, get: /, expect: { } }", "expect", "does not say what is expected")]
    [InlineData("{ vus: 5, duration: 5s, get: /, check: { stauts: 200 } }", "check.stauts", "nothing of an answer")]
    [InlineData("{ vus: 5, duration: 5s, get: /, check: { body: { contians: 200 } } }", "check.body.contians", "There is no word")]
    [InlineData("{ vus: 5, duration: 5s, get: /, check: { body: { matches: '(a' } } }", "check.body.matches", "not a regular expression")]
    [InlineData("{ vus: 5, duration: 5s, get: /, check: { body: { matches: '(a{99}){99}' } } }", "check.body.matches", "repeats itself")]
    [InlineData("{ vus: 5, duration: 5s, get: /, save: { a: { json: token } } }", "save.a.json", "no JSON Pointer")]
    [InlineData("{ vus: 5, duration: 5s, get: /, save: { a: { regex: 'x', group: 1 } } }", "save.a.group", "no group 1")]
    [InlineData("{ vus: 5, duration: 5s, get: /, save: { a: { header: x, json: /y } } }", "save.a", "more than one place")]
    [InlineData("{ vus: 5, duration: 5s, get: /, send: [ x ] }", "send", "belongs to a WebSocket")]
    [InlineData("{ vus: 5, duration: 5s, websocket: /, await: true }", "await", "no message")]
    [InlineData("{ vus: 5, duration: 5s, get: /, follow: 21 }", "follow", "not a whole number from 0 to 20")]
    [InlineData("{ vus: 5, duration: 5s, get: /, think: 3s..1s }", "think", "ends before it begins")]
    [InlineData("{ vus: 5, duration: 5s, get: /, tags: { name: x } }", "tags.name", "set by the engine")]
    [InlineData("{ vus: 5, duration: 5s, get: /, data: { user: none.csv } }", "data.user", "There is no file")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(saved:token)' }", "get", "No request before this one saves \"token\"")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(data:user.name)' }", "get", "There is no data \"user\"")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(vu:ids)' }", "get", "Nothing fills $(vu:ids)")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(new:guid)' }", "get", "Nothing fills $(new:guid)")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(random:9..1)' }", "get", "no range")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(token)' }", "get", "Nothing fills $(token)")]
    [InlineData("{ vus: 5, duration: 5s, get: '/$(vu:id' }", "get", "not closed")]
    [InlineData("{ vus: 5, duration: 5s, requests: [ { name: a, get: / }, { name: a, get: / } ] }", "requests[1].name", "Two requests")]
    [InlineData("{ vus: 5, duration: 5s, requests: [ ] }", "requests", "There is no request")]
    public void What_cannot_be_is_a_problem_at_its_place(string scenario, string key, string says)
    {
        var problem = Forms.Wrong(scenario);
        Assert.Equal(key.Length == 0 ? "scenarios.one" : $"scenarios.one.{key}", problem.Key);
        Assert.Contains(says, problem.Says, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Fix);
        Assert.Equal(("load.yaml", 3), (problem.Place.File, problem.Place.Line));
    }

    [Fact]
    public void All_problems_are_said_at_once_each_with_its_line_and_caret()
    {
        var reading = Forms.Read("""
            target: shop.internal
            scenarios:
              one:
                rte: 5/s
                duration: 1m
                get: /
              two:
                vus: many
                duration: 1m
                get: /
            """);

        Assert.Equal(
            """
            load.yaml:1:1: error: The target is not a URL of http, https, ws or wss.
              1 | target: shop.internal
                | ^
              fix: Write target: https://shop.internal:8443.

            load.yaml:3:3: error: Nothing says how to load.
              3 |   one:
                |   ^
              fix: Write rate: and duration:, vus: and duration:, stages:, vus: and iterations:, vus: and iterations_per_vu:, or steps:.

            load.yaml:4:5: error: There is no key "rte" in a scenario.
              4 |     rte: 5/s
                |     ^
              fix: Did you mean "rate"?

            load.yaml:8:5: error: "many" is not a whole number from 1 to 100000.
              8 |     vus: many
                |     ^
              fix: Write it in digits.

            """.ReplaceLineEndings("\n"), ProblemText.Render(reading.Problems));
    }

    [Fact]
    public void A_form_without_a_file_says_its_paths()
    {
        var reading = Forms.Read(LoadForm.Of(Value.Of(("target", Value.Of(("address", "http://shop.internal"), ("token", "x"))), ("scenarios", Value.Of(("one", Value.Of(("rate", "x"), ("duration", "1m"), ("get", "/"))))))));

        Assert.StartsWith("scenarios.one.rate: ", Assert.Single(reading.Problems).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void The_headers_of_the_target_go_to_no_other_origin()
    {
        var plan = Forms.Plan("""
            target: { url: "https://shop.internal", headers: { Authorization: Bearer abc, X-All: "1" } }
            scenarios:
              one:
                vus: 1
                duration: 1s
                requests:
                  - { get: /a, headers: { authorization: own } }
                  - { get: "https://shop.internal:443/b" }
                  - { get: "https://shop.internal:8443/c" }
                  - { get: "http://other.internal/d?e" }
            """);

        Assert.Equal(["X-All,authorization", "Authorization,X-All", "", ""], plan.Scenarios[0].Requests.Select(request => string.Join(",", request.Headers.Select(header => header.Name))));
        Assert.Equal([new Uri("http://other.internal/"), new Uri("https://shop.internal:8443/")], plan.Others);
        Assert.Equal("http://other.internal/d?e", plan.Scenarios[0].Requests[3].Url.ToString());
    }

    [Theory]
    [InlineData("target: { url: 'http://mia:hunter2@shop.internal' }")]
    [InlineData("target: 'http://mia:hunter2@shop.internal'")]
    [InlineData("target: { url: 'http://shop.internal/?key=hunter2' }")]
    [InlineData("target: { url: 'hunter2' }")]
    [InlineData("target: { url: 'http://shop.internal', headers: { authorization: \"hunter2\\n\" } }")]
    [InlineData("target: { url: 'http://shop.internal', headers: { authorization: hunter2 $(vu:id) } }")]
    public void No_message_repeats_a_value_of_the_target(string target)
    {
        var form = LoadForm.Of((Value.Fields)YamlTree.Read(System.Text.Encoding.UTF8.GetBytes($"{target}\nscenarios: {{ one: {{ vus: 1, duration: 1s, get: / }} }}")));

        var reading = Forms.Read(form);

        Assert.Null(reading.Plan);
        Assert.DoesNotContain("hunter2", ProblemText.Render(reading.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_may_be_json_and_its_mistakes_have_a_line()
    {
        var (form, _) = LoadForm.Parse("""{"target":"http://shop.internal","scenarios":{"one":{"rate":5,"duration":"1m","get":"/"}}}"""u8, "load.json");
        var (none, problems) = LoadForm.Parse("{\n\"target\": x }"u8, "load.json");

        Assert.Equal(new LoadModel.ConstantRate(5, TimeSpan.FromMinutes(1)), Forms.Read(form!).Plan!.Scenarios[0].Model);
        Assert.Null(none);
        Assert.Equal(("load.json", 2), (Assert.Single(problems).Place.File, problems[0].Place.Line));
    }

    [Fact]
    public void The_users_of_all_scenarios_are_bounded_together()
    {
        var reading = Forms.Read($"{Forms.Shop}scenarios:\n  a: {{ vus: 60000, duration: 1m, get: / }}\n  b: {{ from: 60000, stages: [ {{ over: 1m, vus: 0 }} ], get: / }}\n");

        Assert.Contains("120000 users together", Assert.Single(reading.Problems).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Trusted_roots_may_lie_anywhere_and_must_be_certificates()
    {
        using var authority = LoopbackAuthority.Create();
        using var good = new TemporaryFile(authority.PemOfRoot);
        using var bad = new TemporaryFile("no certificate");
        LoadReading Read(string path) => Forms.Read($"target: {{ url: 'https://shop.internal', trust: '{path}' }}\nscenarios:\n  a: {{ vus: 1, duration: 1m, get: / }}\n");

        Assert.Equal(good.Path, Read(good.Path).Plan!.Wiring.Trust);
        Assert.Contains("is of no use", Assert.Single(Read(bad.Path).Problems).Says, StringComparison.Ordinal);
        Assert.Contains("There is no file", Assert.Single(Read("none.pem").Problems).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_keeps_the_digits_it_was_written_with()
    {
        var scenario = Forms.Scenario("{ vus: 1, duration: 1s, get: /, headers: { x-version: 1.20 } }");

        Assert.Equal("1.20", Assert.Single(scenario.Requests[0].Headers).Text.ToString());
    }

    [Fact]
    public void The_shorthand_of_the_command_line_is_the_same_form()
    {
        var form = new LoadShorthand("https://shop.internal:8443/api/orders?x=1")
        {
            Scenario = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("rate", "500").Add("duration", "30s"),
            Http = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("version", "2"),
            Method = "POST",
            Headers = ["authorization: Bearer $(env:TOKEN)", "x-id: $(vu:id)"],
            Body = "{}",
            Thresholds = ["http_req_duration{scenario:load}: p(95)<200", "http_req_duration{scenario:load}: p(99)<500"],
        }.Form();

        Assert.Equal("Bearer $(env:TOKEN)", ((Value.Text)((Value.Fields)((Value.Fields)form["target"]!)["headers"]!)["authorization"]!).Is);
        Assert.Equal("""{"http_req_duration{scenario:load}":["p(95)<200","p(99)<500"]}""", form["thresholds"]!.ToString());
        var plan = Forms.Read(LoadForm.Of(form).WithTarget("https://shop.internal:8443")).Plan!;
        Assert.Equal(new LoadModel.ConstantRate(500, TimeSpan.FromSeconds(30)), plan.Scenarios[0].Model);
        Assert.Equal(("POST", "/api/orders?x=1", "{}", "2"), (plan.Scenarios[0].Requests[0].Method, plan.Scenarios[0].Requests[0].Url.ToString(), plan.Scenarios[0].Requests[0].Body!.ToString(), plan.Wiring.HttpVersion));
    }

    [Theory]
    [InlineData("http://shop.internal", "http://shop.internal", "/")]
    [InlineData("http://shop.internal?a=b", "http://shop.internal", "/?a=b")]
    [InlineData("http://[::1]:8080/a", "http://[::1]:8080", "/a")]
    public void The_shorthand_parts_a_url_into_target_and_path(string url, string target, string path)
    {
        var form = new LoadShorthand(url).Form();

        Assert.Equal(target, ((Value.Text)((Value.Fields)form["target"]!)["url"]!).Is);
        Assert.Equal(path, ((Value.Text)((Value.Fields)((Value.Fields)form["scenarios"]!)["load"]!)["url"]!).Is);
    }

    [Fact]
    public void A_shorthand_that_cannot_be_a_form_says_why_without_the_headers_value()
    {
        Assert.Contains("is no URL", Assert.Throws<FormatException>(() => new LoadShorthand("shop.internal").Form()).Message, StringComparison.Ordinal);
        Assert.Contains("given twice", Assert.Throws<FormatException>(() => new LoadShorthand("http://a") { Headers = ["a: 1", "A: 2"] }.Form()).Message, StringComparison.Ordinal);
        var message = Assert.Throws<FormatException>(() => new LoadShorthand("http://a") { Headers = ["authorization hunter2"] }.Form()).Message;
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "There is no scenario in it.")]
    [InlineData("- a", "There is no scenario in it.")]
    [InlineData("a: [", "It is not YAML")]
    [InlineData("a: &x 1", "It cannot be read")]
    [InlineData("a: 1\na: 2", "It cannot be read")]
    public void A_file_that_is_no_form_says_why(string text, string says)
    {
        var (form, problems) = LoadForm.Parse(System.Text.Encoding.UTF8.GetBytes(text), "load.yaml");

        Assert.Null(form);
        Assert.StartsWith(says, Assert.Single(problems).Says, StringComparison.Ordinal);
    }
}
