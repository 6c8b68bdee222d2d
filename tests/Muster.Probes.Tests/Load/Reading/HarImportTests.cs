using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class HarImportTests
{
    const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk";

    const string Recording = """
        { "log": { "version": "1.2", "entries": [
          { "startedDateTime": "2026-03-01T10:00:00.000Z", "time": 100, "response": { "status": 200 }, "request": { "method": "GET", "url": "https://shop.internal/start?session_id=hunter2&page=1",
            "headers": [ { "name": ":authority", "value": "shop.internal" }, { "name": "Accept", "value": "text/html" }, { "name": "Cookie", "value": "sid=hunter2" }, { "name": "Connection", "value": "keep-alive" }, { "name": "sec-ch-ua", "value": "x" } ] } },
          { "startedDateTime": "2026-03-01T10:00:03.100Z", "time": 50, "response": { "status": 302 }, "request": { "method": "POST", "url": "https://shop.internal/login",
            "headers": [ { "name": "Authorization", "value": "Bearer hunter2" }, { "name": "X-Api-Key", "value": "hunter2" }, { "name": "X-Odd", "value": "JWT" }, { "name": "Content-Type", "value": "application/json; charset=utf-8" } ],
            "postData": { "mimeType": "application/json; charset=utf-8", "text": "{\"user\":\"mia\",\"password\":\"hunter2\",\"deep\":[{\"refreshToken\":\"hunter2\",\"ok\":true}]}" } } },
          { "startedDateTime": "2026-03-01T10:00:03.110Z", "time": 20, "response": { "status": 304 }, "request": { "method": "POST", "url": "https://shop.internal/form", "headers": [],
            "postData": { "mimeType": "application/x-www-form-urlencoded", "params": [ { "name": "name", "value": "a b" }, { "name": "pwd", "value": "hunter2" } ] } } },
          { "startedDateTime": "2026-03-01T10:00:04.000Z", "time": 20, "response": { "status": 0 }, "request": { "method": "POST", "url": "https://shop.internal/upload", "headers": [ { "name": "content-type", "value": "multipart/form-data; boundary=x" } ],
            "postData": { "mimeType": "multipart/form-data", "text": "hunter2" } } },
          { "startedDateTime": "2026-03-01T10:00:05.000Z", "time": 20, "response": { "status": 200 }, "request": { "method": "GET", "url": "https://cdn.internal/a.js", "headers": [] } },
          { "startedDateTime": "2026-03-01T10:00:06.000Z", "time": 20, "response": { "status": 200 }, "request": { "method": "GET", "url": "https://shop.internal/JWT/x$(vu:id)", "headers": [] } },
          { "startedDateTime": "2026-03-01T10:00:06.000Z", "time": 20, "response": { "status": 101 }, "request": { "method": "GET", "url": "wss://shop.internal/live", "headers": [] } },
          { "startedDateTime": "2026-03-01T10:00:07.000Z", "time": 20, "response": { "status": 200 }, "request": { "method": "GET", "url": "data:text/plain,hunter2", "headers": [] } }
        ] } }
        """;

    static Value Har => Value.Parse(Encoding.UTF8.GetBytes(Recording.Replace("JWT", Jwt, StringComparison.Ordinal)));

    [Fact]
    public void A_recording_becomes_a_scenario_that_the_reader_reads()
    {
        var imported = LoadImport.Har(Har, []);
        var scenario = Assert.Single(Forms.Plan(imported.Yaml).Scenarios);

        Assert.True(scenario.Cookies);
        Assert.Equal(["/start?session_id=REMOVED&page=1", "/login", "/form", "/upload", "/REMOVED/x%24(vu:id)"], scenario.Requests.Select(request => request.Url.ToString()));
        Assert.Equal(["GET", "POST", "POST", "POST", "GET"], scenario.Requests.Select(request => request.Method));
        Assert.Equal([3d, 0d, 0.9, 2d, 0d], scenario.Requests.Select(request => Math.Round(request.Think.Least.TotalSeconds, 3)));
        Assert.Equal(["Accept"], scenario.Requests[0].Headers.Select(header => header.Name));
        Assert.Equal(["Content-Type"], scenario.Requests[1].Headers.Select(header => header.Name));
        Assert.Equal("""{"deep":[{"ok":true,"refreshToken":"REMOVED"}],"password":"REMOVED","user":"mia"}""", scenario.Requests[1].Body!.ToString());
        Assert.Equal("name=a%20b&pwd=REMOVED", scenario.Requests[2].Body!.ToString());
        Assert.Null(scenario.Requests[3].Body);
        Assert.Equal([(200, 200)], scenario.Requests[0].Expected.Ranges);
        Assert.Equal([(302, 302)], scenario.Requests[1].Expected.Ranges);
        Assert.Equal([(200, 200), (304, 304)], scenario.Requests[2].Expected.Ranges);
        Assert.Equal(StatusSet.Default, scenario.Requests[3].Expected);
    }

    [Fact]
    public void The_file_reads_as_if_somebody_had_written_it()
    {
        var lines = LoadImport.Har(Har, []).Yaml.Split('\n').Where(line => !line.StartsWith('#')).ToList();

        Assert.Equal(
            """
            target: "https://shop.internal"
            scenarios:
              recorded:
                vus: 1
                iterations: 1
                cookies: true
                requests:
                  - get: "/start?session_id=REMOVED&page=1"
                    headers: { Accept: text/html }
                    expect: { status: 200 }
                    think: 3s
            """.ReplaceLineEndings("\n"), string.Join('\n', lines.Take(11)));
    }

    [Fact]
    public void No_credential_of_the_recording_gets_into_the_file_or_a_note()
    {
        var imported = LoadImport.Har(Har, []);

        Assert.DoesNotContain("hunter2", imported.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain(Jwt, imported.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain(imported.Notes, note => note.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("headers that may open doors: authorization, cookie, x-api-key, x-odd.")]
    [InlineData("headers of the browser or its connection: :authority, connection, content-type, sec-ch-ua.")]
    [InlineData("Removed, query: session_id.")]
    [InlineData("Removed, path: a part that looks like a credential.")]
    [InlineData("Removed, body: password, pwd, refreshToken.")]
    [InlineData("A body of 7 characters (multipart/form-data) was left out of /upload")]
    [InlineData("Left out: 1 requests to cdn.internal")]
    [InlineData("Left out: 1 WebSockets")]
    [InlineData("Left out: 1 requests that go to no server")]
    public void What_was_left_out_is_said_by_name(string said)
    {
        var imported = LoadImport.Har(Har, []);

        Assert.Contains(imported.Notes, note => note.Contains(said, StringComparison.Ordinal));
        Assert.Contains($"# {imported.Notes[0]}", imported.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_hosts_are_taken_when_they_are_named()
    {
        var plan = Forms.Plan(LoadImport.Har(Har, ["shop.internal", "CDN.internal"]).Yaml);

        Assert.Equal([new Uri("https://cdn.internal/")], plan.Others);
        Assert.Contains(plan.Scenarios[0].Requests, request => request.Url.ToString() == "https://cdn.internal/a.js");
    }

    [Theory]
    [InlineData("[]", "it is no HAR file")]
    [InlineData("""{"log":{"entries":[]}}""", "no request that can be taken")]
    [InlineData("""{"log":{"entries":[1,{"request":{"url":7}},{"request":{"url":"nowhere"}}]}}""", "no request that can be taken")]
    public void What_is_no_recording_says_why(string json, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => LoadImport.Har(Value.Parse(Encoding.UTF8.GetBytes(json)), [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_host_that_the_recording_does_not_have_is_told_with_those_it_has() =>
        Assert.Contains("its hosts are shop.internal, cdn.internal", Assert.Throws<FormatException>(() => LoadImport.Har(Har, ["api.internal"])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("password", true)]
    [InlineData("X-CSRF-Token", true)]
    [InlineData("userPin", true)]
    [InlineData("api_key", true)]
    [InlineData("code", true)]
    [InlineData("shipping", false)]
    [InlineData("page", false)]
    [InlineData("product_id", false)]
    [InlineData("keyboard", false)]
    [InlineData("postcode", false)]
    public void A_name_says_whether_it_opens_doors(string name, bool opens) => Assert.Equal(opens, Sensitive.IsName(name));

    [Theory]
    [InlineData(Jwt, true)]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("Basic bWlhOng=", true)]
    [InlineData("1b4e28ba-2fa1-11d2-883f-0016d3cca427", false)]
    [InlineData("application/json", false)]
    [InlineData("a quite long sentence with the number 12345 in it", false)]
    public void A_value_looks_like_a_credential_or_not(string value, bool opens) => Assert.Equal(opens, Sensitive.IsValue(value));

    [Fact]
    public void A_damaged_recording_is_read_or_refused_and_what_is_read_reads_back() => Fuzz.Damage([Encoding.UTF8.GetBytes(Recording)], bytes =>
    {
        Value value;
        try { value = Value.Parse(bytes); }
        catch (Exception none) when (none is System.Text.Json.JsonException or InvalidOperationException) { return; } // not JSON at all
        Imported imported;
        try { imported = LoadImport.Har(value, []); }
        catch (FormatException) { return; } // refused, in words
        var reading = LoadPlanReader.Read(Forms.Parsed(imported.Yaml), new(Path.GetTempPath()), (_, _, _) => []);
        Assert.True(reading.Plan is not null, imported.Yaml + ProblemText.Render(reading.Problems));
    }, share: 4);
}
