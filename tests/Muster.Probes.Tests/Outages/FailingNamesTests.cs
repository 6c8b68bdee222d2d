using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Outages;

public sealed class FailingNamesTests
{
    [Theory]
    [InlineData("""{ "status": "unavailable", "failures": [ "redis" ] }""", "redis")]
    [InlineData("""{ "status": "ok", "failures": [] }""", "")]
    [InlineData("""{ "failures": [ { "name": "redis", "error": "refused" }, { "name": "db" } ] }""", "db redis")]
    [InlineData("""{ "failed": { "redis": "refused" } }""", "redis")]
    [InlineData("""{ "status": "Unhealthy", "entries": { "db": { "status": "Healthy" }, "redis": { "status": "Unhealthy", "data": {} } } }""", "redis")]
    [InlineData("""{ "status": "DOWN", "components": { "db": { "status": "UP", "details": { "database": "x" } }, "redis": { "status": "DOWN" } } }""", "redis")]
    [InlineData("""{ "status": "fail", "checks": { "redis:connections": [ { "status": "fail" } ], "db:time": [ { "status": "pass" } ] } }""", "redis:connections")]
    [InlineData("""{ "checks": [ { "name": "db", "status": "pass" }, { "name": "redis", "status": "fail" } ] }""", "redis")]
    [InlineData("""{ "status": "degraded", "dependencies": { "redis": "down", "db": "up" } }""", "redis")]
    [InlineData("""{ "dependencies": { "redis": false, "db": true } }""", "redis")]
    [InlineData("""{ "services": { "redis": { "healthy": false }, "db": { "healthy": true } } }""", "redis")]
    [InlineData("""{ "data": { "checks": { "redis": { "state": "out of service" } } } }""", "redis")]
    [InlineData("""{ "status": "degraded" }""", "")]
    [InlineData("""{ "message": "redis is down" }""", "")]
    [InlineData("""{ "build": { "dirty": false } }""", "dirty")] // What is false and no status may be a check: a pointer says better.
    public void The_names_are_read_from_every_usual_form(string json, string names) =>
        Assert.Equal(names, string.Join(' ', FailingNames.Of(Value.Parse(Encoding.UTF8.GetBytes(json)), json, null)));

    [Fact]
    public void Lines_of_text_name_what_has_a_minus_before_it() =>
        Assert.Equal(["etcd"], FailingNames.Of(null, "[+]ping ok\r\n[-]etcd failed: reason withheld\r\n[+]log ok\r\nreadyz check failed", null));

    [Fact]
    public void A_pointer_leads_to_names_in_any_form() =>
        Assert.Equal(["redis"], FailingNames.Of(Value.Parse("""{ "build": { "dirty": false }, "problems": [ { "of": "redis" } ] }"""u8.ToArray()), null, "/problems/*/of"));

    [Fact]
    public void No_page_breaks_the_reader() => Fuzz.Damage(
        [.. ((string[])["""{"status":"fail","checks":{"a:b":[{"status":"fail"}],"c":{"d":{"e":{"f":[[{"name":"g","ok":false}]]}}}},"failures":[1,null,"x",{"id":"y"}]}""", "[-]etcd failed\n[+]x"]).Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            Value? json = null;
            try { json = Value.Parse(bytes); }
            catch (Exception unread) when (unread is System.Text.Json.JsonException or InvalidOperationException) { json = null; } // Read as text then.
            Assert.All(FailingNames.Of(json, Encoding.Latin1.GetString(bytes), null), name => Assert.InRange(name.Length, 1, 101));
            FailingNames.Of(json, null, "/failures/*/name");
        });
}
