using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Muster.Server.Graph;

/// <summary>
/// The page that asks and draws, at the addresses that people know from Prometheus: <c>/graph?g0.expr=up&amp;g0.tab=0&amp;g0.range_input=1h</c>.
/// Its files are in the executable. It is the API's client like any other: it needs no key to be fetched, and has no right of its own.
/// </summary>
static class GraphPage
{
    /// <summary>Scripts and styles of this server only, none within the page, no frame around it: what a label's value says is never run.</summary>
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static readonly FrozenDictionary<string, PageFile> Files = new Dictionary<string, PageFile>(StringComparer.Ordinal)
    {
        ["/graph"] = PageFile.Of("graph/index.html", "text/html; charset=utf-8"),
        ["/assets/graph/graph.css"] = PageFile.Of("graph/graph.css", "text/css; charset=utf-8"),
        ["/assets/graph/graph.js"] = PageFile.Of("graph/graph.js", "text/javascript; charset=utf-8"),
        ["/assets/uplot/uPlot.min.css"] = PageFile.Of("uplot/uPlot.min.css", "text/css; charset=utf-8"),
        ["/assets/uplot/uPlot.iife.min.js"] = PageFile.Of("uplot/uPlot.iife.min.js", "text/javascript; charset=utf-8"),
        ["/assets/uplot/LICENSE"] = PageFile.Of("uplot/LICENSE", "text/plain; charset=utf-8"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Addresses that anybody who reaches the server may fetch.</summary>
    public static bool Has(PathString path) => path == "/" || Files.ContainsKey(path.Value ?? "");

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var (path, file) in Files) app.MapGet(path, context => Serve(context, file));
        app.MapGet("/", context =>
        {
            context.Response.Redirect("/graph");
            return Task.CompletedTask;
        });
    }

    static async Task Serve(HttpContext context, PageFile file)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch.Contains(file.Tag))
        {
            context.Response.StatusCode = 304;
            return;
        }

        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted);
    }

    sealed record PageFile(byte[] Bytes, string Type, string Tag)
    {
        public static PageFile Of(string name, string type)
        {
            using var stream = typeof(GraphPage).Assembly.GetManifestResourceStream("wwwroot/" + name) ?? throw new InvalidOperationException($"{name} is not in the executable");
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return new(copy.ToArray(), type, $"\"{Convert.ToHexStringLower(SHA256.HashData(copy.ToArray()))[..16]}\"");
        }
    }
}
