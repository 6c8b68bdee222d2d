using System.Buffers;
using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class TemplateTests
{
    static (string? Missing, string Text) Render(Template template, UserVariables user)
    {
        var to = new ArrayBufferWriter<byte>();
        var missing = template.Render(user, to);
        return (missing, Encoding.UTF8.GetString(to.WrittenSpan));
    }

    static RequestStep Second(string request) => Forms.Scenario($$"""
        { vus: 1, duration: 1s, data: { user: users.csv }, requests: [ { post: /first, save: { token: { json: /t } } }, { name: second, {{request}} } ] }
        """, ("users.csv", "name,age\nmia,30\n")).Requests[1];

    static UserVariables User(string name = "mia", string age = "30", string? token = null)
    {
        var user = new UserVariables { User = 7, Iteration = 3, IterationOfAll = 41, Rows = [[name, age]], Random = new(1) };
        if (token is not null) user.Saved["token"] = token;
        return user;
    }

    [Fact]
    public void A_text_without_placeholders_is_fixed()
    {
        Assert.Equal("/a"u8, Second("get: /a").Url.Fixed!);
        Assert.Null(Second("get: /a/$(vu:id)").Url.Fixed);
    }

    [Fact]
    public void Each_placeholder_is_filled_by_the_user()
    {
        var body = Second("post: /, body: '$(vu:id) $(vu:iteration) $(vu:iteration_of_all) $(data:user.name) $(saved:token) $(new:counter) $(new:counter) $(random:5..5)'").Body!;

        Assert.Equal((null, "7 3 41 mia t 1 2 5"), Render(body, User(token: "t")));
        Assert.Equal((null, "7 3 41 mia t 3 4 5"), Render(body, User(token: "t")));
    }

    [Fact]
    public void A_uuid_is_new_each_time()
    {
        var body = Second("post: /, body: $(new:uuid)").Body!;

        var (first, second) = (Render(body, User()).Text, Render(body, User()).Text);

        Assert.True(Guid.TryParseExact(first, "d", out _));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Both_ends_of_a_random_range_come_up()
    {
        var body = Second("post: /, body: $(random:-1..1)").Body!;
        var user = User();

        Assert.Equal(["-1", "0", "1"], Enumerable.Range(0, 200).Select(_ => Render(body, user).Text).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_has_no_value_yet_is_named() => Assert.Equal("saved:token", Render(Second("get: /$(saved:token)").Url, User()).Missing);

    [Fact]
    public void A_value_in_a_url_cannot_be_more_than_a_value() =>
        Assert.Equal((null, "/a%2Fb%3Fc%26%23%20%C3%A9~/x?y=t"), Render(Second("get: '/$(data:user.name)/x?y=$(saved:token)'").Url, User("a/b?c&# é~", token: "t")));

    [Fact]
    public void What_the_writer_wrote_into_a_url_stays() => Assert.Equal("/a%20b/%7Bx%7D?q=%C3%A9&z=%2F+1", Encoding.UTF8.GetString(Second("get: '/a b/{x}?q=é&z=%2F+1'").Url.Fixed!));

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a\0b")]
    public void A_value_with_a_line_end_never_gets_into_a_header(string token) =>
        Assert.Equal("saved:token", Render(Second("get: /, headers: { x: a $(saved:token) }").Headers[0].Text, User(token: token)).Missing);

    [Fact]
    public void A_value_in_json_is_escaped()
    {
        var body = Second("post: /, json: { name: 'I am $(data:user.name)', list: [ $(saved:token) ] }").Body!;

        Assert.Equal((null, """{"list":["\\x\u000a"],"name":"I am a\"b"}"""), Render(body, User("a\"b", token: "\\x\n")));
    }

    [Fact]
    public void A_placeholder_that_is_a_whole_scalar_of_json_is_a_number_where_it_always_is_one()
    {
        var body = Second("post: /, json: { a: $(vu:id), b: $(data:user.age:number), c: $(data:user.age), d: 'n $(vu:id)', e: 'say \"$(vu:id)', f: '\"$(vu:id)\"' }").Body!;

        Assert.Equal((null, """{"a":7,"b":30,"c":"30","d":"n 7","e":"say \"7","f":"\"7\""}"""), Render(body, User()));
    }

    [Theory]
    [InlineData("thirty")]
    [InlineData("")]
    [InlineData("1,\"admin\":true")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData("+1")]
    [InlineData("NaN")]
    public void What_is_no_number_never_stands_for_one(string age) =>
        Assert.Equal("data:user.age:number", Render(Second("post: /, json: { age: $(data:user.age:number) }").Body!, User(age: age)).Missing);

    [Fact]
    public void A_form_is_percent_encoded_throughout() =>
        Assert.Equal((null, "a%20b=c%26d-x%26y%3D1"), Render(Second("post: /, form: { a b: c&d-$(saved:token) }").Body!, User(token: "x&y=1")));

    [Fact]
    public void A_long_value_is_written_whole()
    {
        var text = string.Concat(Enumerable.Repeat("é\"", 5000));

        Assert.Equal((null, "/" + Uri.EscapeDataString(text)), Render(Second("get: /$(saved:token)").Url, User(token: text)));
        Assert.Equal((null, "\"" + text.Replace("\"", "\\\"", StringComparison.Ordinal) + "\""), Render(Second("post: /, json: $(saved:token)").Body!, User(token: text)));
    }

    [Fact]
    public void Rendering_allocates_nothing()
    {
        var url = Second("get: '/$(vu:id)/$(saved:token)/$(random:1..100)?$(new:counter)&$(new:uuid)'").Url;
        var (user, to) = (User(token: "a b"), new ArrayBufferWriter<byte>(4096));
        url.Render(user, to);
        to.ResetWrittenCount();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) url.Render(user, to);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
