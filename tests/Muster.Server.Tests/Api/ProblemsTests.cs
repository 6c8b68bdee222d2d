using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Muster.Server.Api;

namespace Muster.Server.Tests.Api;

public sealed class ProblemsTests
{
    static DefaultHttpContext Asking(string path)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        context.Request.Path = path;
        context.Response.Body = new MemoryStream();
        return context;
    }

    [Fact]
    public async Task What_nobody_foresaw_is_answered_without_what_it_says()
    {
        var context = Asking("/api/v1/query");
        await Problems.Translate(context, _ => throw new InvalidOperationException("a secret of the inside"));
        Assert.Equal(500, context.Response.StatusCode);
        await context.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        context.Response.Body.Position = 0;
        Assert.Equal("""{"status":"error","errorType":"internal","error":"something went wrong inside: the log of the server says what"}""", await new StreamReader(context.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Other_doors_see_what_nobody_foresaw_themselves() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Problems.Translate(Asking("/v1/metrics"), _ => throw new InvalidOperationException("for them")));
}
