using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Crashing;

public sealed class LimitsEnforcedTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static readonly Value Point = Value.Of(("points", Value.List([Value.Of(("id", "$(write:id)"), ("vector", Value.List([1, 2])), ("payload", "$(write:digest)"))])));

    static readonly Value Whole = Value.Of(("points", Value.List([Value.Of(("id", "a"), ("vector", Value.List([1, 2])))])));

    static Value.Fields Query(int limit) => Value.Of(("post", "/collections/limits/search"), ("json", Value.Of(("vector", Value.List([1, 2])), ("limit", limit))));

    static Task<Sight> Look(VectorStoreServer store) => Probing.Look("limits.enforced", ("target", store.Address), ("alive", Value.Of(("get", "/version"), ("read", "/process"))),
        ("body", Value.Of(("put", "/collections/limits/points"), ("json", Whole), ("over", "400KiB"))), ("concurrency", Value.Of(("put", "/collections/limits/points"), ("json", Whole), ("under", 4), ("over", 40))),
        ("memory", Value.Of(("put", "/collections/limits/points"), ("json", Point), ("fill", "64KiB"), ("most", 100))), ("requests", Value.Of(("query limit", Value.Of(("under", Query(10)), ("over", Query(5000)))))),
        ("prepare", Value.Of(("put", "/collections/limits"), ("json", Value.Of(("dimension", 2))))), ("clean", Value.Of(("delete", "/collections/limits"))));

    static readonly string[] Small = ["--memory", "1000000", "--concurrency", "8", "--body", "200000"];

    [Fact]
    public async Task Each_limit_takes_what_keeps_it_refuses_what_does_not_and_the_process_serves_on()
    {
        await using var store = await VectorStoreServer.Start(Small, Cancel);

        var sight = await Look(store);

        var seen = Stores.Seen(sight);
        Stores.Holds(seen, ("enforced", true), ("survived", true), ("serves_after", true), ("cleaned", true));
        Assert.Equal(4, sight.Population);
        var concurrency = Assert.Single(((Value.Items)seen["limits"]!).Are, one => one.Text("name") == "concurrency");
        Assert.True(concurrency.Number("statuses", "503") >= 25 && concurrency.Number("statuses", "200") >= 1, concurrency.ToString());
        Assert.Equal(413, int.Parse(Assert.Single(((Value.Items)seen["limits"]!).Are, one => one.Text("name") == "body").Fields("statuses").Single().Key, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_service_that_dies_of_what_it_does_not_refuse_is_told_with_the_limit_at_which_it_did()
    {
        await using var store = await VectorStoreServer.Start([.. Small, "--flaw", "unlimited"], Cancel);
        Stores.Holds(Stores.Seen(await Look(store)), ("enforced", false), ("survived", false), ("died_at", "concurrency"), ("serves_after", false));
    }

    /// <summary>The naive check sees 503 past the limit and is content.</summary>
    [Fact]
    public async Task One_that_refuses_what_keeps_the_limit_too_enforces_none()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/ready", _ => SiteResponse.Json(200, """{ "process": 7 }"""));
        site.Otherwise = _ => new(503);

        var seen = Stores.Seen(await Probing.Look("limits.enforced", ("target", site.Address.AbsoluteUri), ("alive", Value.Of(("get", "/ready"), ("read", "/process"))), ("body", Value.Of(("post", "/items"), ("json", Whole), ("over", 5000)))));

        Stores.Holds(seen, ("enforced", false), ("not_refused", Value.Texts([])), ("not_accepted", Value.Texts(["body"])), ("survived", true));
    }

    /// <summary>The naive check sees 429 after so many writes, or past so many bytes, and is content.</summary>
    [Theory]
    [InlineData("memory", 10, 60)]
    [InlineData("memory", 10, 0.9)]
    [InlineData("body", 1, 60)]
    [InlineData("body", 1, 0.9)]
    [InlineData("concurrency", 8, 60)]
    [InlineData("concurrency", 8, 3)]
    [InlineData("query", 1, 60)]
    public async Task A_limit_of_the_rate_passes_for_none_of_what_is_asked_for(string limit, int most, double window)
    {
        var (began, taken) = (TimeProvider.System.GetTimestamp(), 0);
        var turn = new Lock();
        await using var site = LoopbackSite.Start();
        site.Route("/ready", _ => SiteResponse.Json(200, """{ "process": 7 }"""));
        site.Otherwise = _ =>
        {
            lock (turn)
            {
                if (TimeProvider.System.GetElapsedTime(began).TotalSeconds > window) (began, taken) = (TimeProvider.System.GetTimestamp(), 0);
                return new(++taken <= most ? 200 : 429);
            }
        };
        (string, Value) asked = limit switch
        {
            "memory" => ("memory", Value.Of(("post", "/items"), ("json", Point), ("fill", "1KiB"), ("most", 100))),
            "body" => ("body", Value.Of(("post", "/items"), ("json", Whole), ("over", 5000))),
            "concurrency" => ("concurrency", Value.Of(("post", "/items"), ("json", Whole), ("under", 2), ("over", 30))),
            _ => ("requests", Value.Of(("query", Value.Of(("under", Query(10)), ("over", Query(5000)))))),
        };

        var seen = Stores.Seen(await Probing.Look("limits.enforced", ("target", site.Address.AbsoluteUri), ("alive", Value.Of(("get", "/ready"), ("read", "/process"))), asked));

        Stores.Holds(seen, ("enforced", false), ("survived", true));
    }

    /// <summary>A store that is full takes nothing more, however small; once it is cleaned it does.</summary>
    [Theory]
    [InlineData(507, true)]
    [InlineData(400, false)]
    public async Task Memory_that_is_full_to_the_last_byte_is_told_by_the_room_that_cleaning_makes_and_a_bad_request_is_no_refusal_of_memory(int refusal, bool enforced)
    {
        var held = 0L;
        await using var site = LoopbackSite.Start();
        site.Route("/ready", _ => SiteResponse.Json(200, """{ "process": 7 }"""));
        site.Otherwise = request =>
        {
            if (request.Method == "DELETE") return new(Interlocked.Exchange(ref held, 0) >= 0 ? 200 : 404);
            if (request.Path == "/place") return new(200);
            return new(Interlocked.Read(ref held) > 8000 ? refusal : Interlocked.Add(ref held, request.Body.Length) > 0 ? 200 : 500);
        };

        var seen = Stores.Seen(await Probing.Look("limits.enforced", ("target", site.Address.AbsoluteUri), ("alive", Value.Of(("get", "/ready"), ("read", "/process"))),
            ("prepare", Value.Of(("put", "/place"), ("json", Value.Of()))), ("clean", Value.Of(("delete", "/place"))), ("memory", Value.Of(("post", "/items"), ("json", Point), ("fill", "1KiB"), ("most", 100)))));

        Stores.Holds(seen, ("enforced", enforced), ("survived", true), ("cleaned", true));
    }

    [Fact]
    public async Task A_supervisor_that_starts_another_process_does_not_hide_that_the_first_is_gone()
    {
        var served = 0;
        await using var site = LoopbackSite.Start();
        site.Route("/ready", _ => SiteResponse.Json(200, $$"""{ "process": {{Volatile.Read(ref served)}} }"""));
        site.Otherwise = request =>
        {
            if (request.Body.Length <= 1000) return new(200);
            Interlocked.Increment(ref served);
            return new(413);
        };

        var seen = Stores.Seen(await Probing.Look("limits.enforced", ("target", site.Address.AbsoluteUri), ("alive", Value.Of(("get", "/ready"), ("read", "/process"))), ("body", Value.Of(("post", "/items"), ("json", Whole), ("over", 5000)))));

        Stores.Holds(seen, ("enforced", false), ("survived", false), ("died_at", "body"));
    }

    [Theory]
    [InlineData("alive", "nothing would tell")]
    [InlineData("body", "no limit to try")]
    public async Task A_question_that_could_show_nothing_is_refused(string without, string says)
    {
        await using var site = LoopbackSite.Start();
        (string Name, Value Value)[] all = [("target", site.Address.AbsoluteUri), ("alive", Value.Of(("get", "/ready"))), ("body", Value.Of(("post", "/items"), ("json", Whole), ("over", 5000)))];
        Probing.Blind(await Probing.Look("limits.enforced", [.. all.Where(one => one.Name != without)]), Blind.BadQuestion, says);
    }
}
