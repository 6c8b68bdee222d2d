using System.Buffers;
using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

/// <summary>What is taken out of answers, what is checked of them, and the cookies they set.</summary>
public class AnswerTests
{
    const string Head = "Content-Type: application/json\r\nLocation:  /orders/7 \r\nSet-Cookie: session=abc; Path=/; HttpOnly\r\nset-cookie: theme=dark\r\nX-Content-Type: no\r\nSet-Cookie: gone=1; Max-Age=0\r\n";
    const string Json = """{"token":"t1","items":[{"id":4,"ok":true},{"id":5,"tags":["a","b"]}],"a/b":{"~":null},"n":1.50}""";

    static Answer Answer(string body = Json, int status = 200, string head = Head) => new() { Status = status, Head = Encoding.UTF8.GetBytes(head), Body = Encoding.UTF8.GetBytes(body) };

    static Extraction Save(string how) => Assert.Single(Forms.Scenario($"{{ vus: 1, duration: 1s, get: /, save: {{ it: {how} }} }}").Requests[0].Save);

    static ResponseCheck Check(string what) => Assert.Single(Forms.Scenario($"{{ vus: 1, duration: 1s, get: /, check: {{ {what} }} }}").Requests[0].Checks);

    [Theory]
    [InlineData("{ json: /token }", "t1")]
    [InlineData("{ json: /items/0/id }", "4")]
    [InlineData("{ json: /items/1/tags }", """["a","b"]""")]
    [InlineData("{ json: /items/0/ok }", "true")]
    [InlineData("{ json: /n }", "1.5")]
    [InlineData("{ json: /a~1b/~0 }", null)]
    [InlineData("{ json: /items/01/id }", null)]
    [InlineData("{ json: /items/2 }", null)]
    [InlineData("{ json: /nothing/here }", null)]
    [InlineData("{ json: '/items/*/id' }", "[4,5]")]
    [InlineData("{ header: location }", "/orders/7")]
    [InlineData("{ header: content-type }", "application/json")]
    [InlineData("{ header: type }", null)]
    [InlineData("{ cookie: session }", "abc")]
    [InlineData("{ cookie: theme }", "dark")]
    [InlineData("{ cookie: Session }", null)]
    [InlineData("{ regex: '\"id\":(\\d+),\"t', group: 1 }", "5")]
    [InlineData("{ regex: '\"id\":(\\d+)' }", "4")]
    [InlineData("{ regex: 'tok.n' }", "token")]
    [InlineData("{ regex: 'tokens' }", null)]
    public void A_value_is_taken_out_of_an_answer_or_is_not_there(string how, string? value) => Assert.Equal(value, Save(how).From(Answer()));

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{\"token\":")]
    [InlineData("[]")]
    public void What_is_no_such_json_has_nothing_at_any_pointer(string body)
    {
        Assert.Null(Save("{ json: /token }").From(Answer(body)));
        Assert.False(Check("/token: { present: true }").Holds(Answer(body)));
        Assert.True(Check("/token: { present: false }").Holds(Answer(body)));
    }

    [Fact]
    public void A_value_that_is_too_long_to_be_sent_again_is_not_taken() => Assert.Null(Save("{ json: /token }").From(Answer($$"""{"token":"{{new string('x', Extraction.Longest + 1)}}"}""")));

    [Theory]
    [InlineData("status: 200", true)]
    [InlineData("status: 2xx", true)]
    [InlineData("status: 201..299", false)]
    [InlineData("status: [ 404, 200 ]", true)]
    [InlineData("body: { contains: token }", true)]
    [InlineData("body: { contains: tokens }", false)]
    [InlineData("body: { matches: '\"id\":\\d' }", true)]
    [InlineData("body: { not: { contains: error } }", true)]
    [InlineData("body: x", false)]
    [InlineData("body: { contains: token, matches: nothing }", false)]
    [InlineData("header: { content-type: { contains: json } }", true)]
    [InlineData("header: { Content-Type: application/json }", true)]
    [InlineData("header: { x-none: { present: false } }", true)]
    [InlineData("header: { x-none: { not: { contains: x } } }", false)]
    [InlineData("header: { location: { one_of: [ /orders/7, /orders/8 ] } }", true)]
    [InlineData("/token: t1", true)]
    [InlineData("/token: t2", false)]
    [InlineData("/items/0/id: 4", true)]
    [InlineData("/items/0/id: '4'", false)]
    [InlineData("/items/0/id: at least 4", true)]
    [InlineData("/items/0/id: over 4", false)]
    [InlineData("/items/0/id: between 3 and 5", true)]
    [InlineData("/items/0/id: under 4", false)]
    [InlineData("/items/0/ok: true", true)]
    [InlineData("/items: { count: 2 }", true)]
    [InlineData("/items: { count: at most 1 }", false)]
    [InlineData("/items/1/tags: { contains: b }", true)]
    [InlineData("/none: { count: 0 }", false)]
    [InlineData("/none: { not: x }", false)]
    [InlineData("/n: 1.50", true)]
    public void A_check_holds_or_does_not(string what, bool holds) => Assert.Equal(holds, Check(what).Holds(Answer()));

    [Theory]
    [InlineData("status: 200", false)]
    [InlineData("header: { a: b }", false)]
    [InlineData("body: { contains: b }", true)]
    [InlineData("/a: b", true)]
    public void Only_what_looks_at_the_body_asks_for_it(string what, bool reads) => Assert.Equal(reads, Check(what).ReadsBody);

    [Fact]
    public void A_user_keeps_and_sends_the_cookies_it_is_given()
    {
        var user = new UserVariables();
        var to = new ArrayBufferWriter<byte>();
        Assert.False(CookieJar.Write(user, to));
        user.Cookies["gone"] = "0";

        CookieJar.Keep(Answer(), user);

        Assert.True(CookieJar.Write(user, to));
        Assert.Equal("session=abc; theme=dark", string.Join("; ", Encoding.UTF8.GetString(to.WrittenSpan).Split("; ").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_server_cannot_fill_the_memory_with_cookies()
    {
        var user = new UserVariables();
        for (var i = 0; i < 1000; i++) CookieJar.Keep(Answer(head: $"Set-Cookie: c{i}=1\r\n"), user);

        Assert.Equal(200, user.Cookies.Count);
    }

    [Fact]
    public void Damaged_answers_never_throw()
    {
        Extraction[] saves = [Save("{ json: /items/1/tags/0 }"), Save("{ json: '/items/*/id' }"), Save("{ header: location }"), Save("{ cookie: theme }"), Save("{ regex: '(i.)\\W' }")];
        ResponseCheck[] checks = [Check("/items: { count: 2 }"), Check("body: { matches: 'a.b' }"), Check("header: { location: x }")];
        Fuzz.Damage([Encoding.UTF8.GetBytes(Head), Encoding.UTF8.GetBytes(Json)], bytes =>
        {
            var answer = new Answer { Status = 200, Head = bytes, Body = bytes };
            foreach (var save in saves) save.From(answer);
            foreach (var check in checks) check.Holds(answer);
            CookieJar.Keep(answer, new());
        }, share: 4);
    }
}
