using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Telemetry.Scraping;

namespace Muster.Telemetry.Tests.Scraping;

public sealed class ScrapeFetchTests
{
    static readonly CancellationToken Stop = CancellationToken.None;

    static ScrapeJob Job => new() { Name = "j" };

    static async Task<(Fetched Fetched, string Body)> Get(Around around, ScrapeJob job, string address, Func<string, string?>? secret = null)
    {
        var desk = new ScrapeDesk();
        using var fetch = new ScrapeFetch(job, around.With(secret));
        var fetched = await fetch.Get(new Uri($"{job.Scheme}://{address}/metrics"), desk, Stop);
        return (fetched, fetched is Fetched.Body body ? Encoding.UTF8.GetString(desk.Body, 0, body.Length) : "");
    }

    static string Because(Fetched fetched) => Assert.IsType<Fetched.Failed>(fetched).Because;

    static string Said(Fetched fetched) => fetched is Fetched.Failed failed ? failed.Because : "";

    static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    [Fact]
    public async Task A_request_says_what_it_takes_and_how_long_it_waits()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        var (fetched, body) = await Get(around, Job with { Timeout = TimeSpan.FromSeconds(2.5) }, server.Address);

        Assert.Equal(ScrapeFormat.Text, Assert.IsType<Fetched.Body>(fetched).Format);
        Assert.Equal("a 1\n", body);
        var head = Assert.Single(server.Heads);
        Assert.StartsWith("GET /metrics HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Prometheus-Scrape-Timeout-Seconds: 2.5\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: gzip\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Accept: application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.Ordinal);
        Assert.Equal(server.Address, $"{around.Dialled[0].Host}:{around.Dialled[0].Port}");
    }

    [Fact]
    public async Task What_is_compressed_is_read()
    {
        await using var server = new TinyServer(_ => TinyServer.Answer("200 OK", Gzip("a 1\n"u8.ToArray()), "Content-Encoding: gzip", "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8"));
        var (fetched, body) = await Get(new(), Job, server.Address);
        Assert.Equal(ScrapeFormat.OpenMetrics, Assert.IsType<Fetched.Body>(fetched).Format);
        Assert.Equal("a 1\n", body);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task A_body_is_bounded_after_it_is_decompressed(int length, bool taken)
    {
        await using var server = new TinyServer(_ => TinyServer.Answer("200 OK", Gzip(new byte[length]), "Content-Encoding: gzip"));
        var (fetched, _) = await Get(new(), Job with { BodySizeLimit = 1000 }, server.Address);
        if (taken) Assert.Equal(1000, Assert.IsType<Fetched.Body>(fetched).Length);
        else Assert.Contains("body_size_limit, 1000", Because(fetched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_unpacks_to_very_much_takes_no_more_memory_than_the_limit()
    {
        await using var server = new TinyServer(_ => TinyServer.Answer("200 OK", Gzip(new byte[64 << 20]), "Content-Encoding: gzip"));
        var desk = new ScrapeDesk();
        using var fetch = new ScrapeFetch(Job with { BodySizeLimit = 1 << 20 }, new Around().With());
        Assert.IsType<Fetched.Failed>(await fetch.Get(new Uri($"http://{server.Address}/"), desk, Stop));
        Assert.True(desk.Body.Length <= (1 << 20) + 1);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(17)]
    public async Task A_compressed_body_that_ends_in_its_head_is_no_answer(int length)
    {
        await using var server = new TinyServer(_ => TinyServer.Answer("200 OK", [.. (byte[])[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], .. new byte[length - 10]], "Content-Encoding: gzip"));
        Assert.IsType<Fetched.Failed>((await Get(new(), Job, server.Address)).Fetched);
    }

    [Fact]
    public async Task A_compressed_body_that_is_cut_is_no_answer()
    {
        var whole = Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(n => $"a{n} {n}\n"))));
        await using var server = new TinyServer(_ => TinyServer.Answer("200 OK", whole[..(whole.Length / 2)], "Content-Encoding: gzip"));
        Assert.IsType<Fetched.Failed>((await Get(new(), Job, server.Address)).Fetched);
    }

    [Fact]
    public async Task A_body_that_is_shorter_than_it_said_is_no_answer()
    {
        await using var server = new TinyServer(_ => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\na 1\n"));
        Assert.IsType<Fetched.Failed>((await Get(new(), Job, server.Address)).Fetched);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited")]
    public async Task An_answer_that_is_no_metrics_as_text_is_told(string type)
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("<html>", type));
        Assert.Contains($"the answer is {type}", Because((await Get(new(), Job, server.Address)).Fetched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encoding_that_was_not_asked_for_is_told()
    {
        await using var server = new TinyServer(_ => TinyServer.Answer("200 OK", [1, 2], "Content-Encoding: br"));
        Assert.Contains("encoded as br", Because((await Get(new(), Job, server.Address)).Fetched), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task Three_redirects_are_followed(int redirects, bool followed)
    {
        await using var server = new TinyServer(head =>
        {
            var at = head.StartsWith("GET /metrics", StringComparison.Ordinal) ? 0 : int.Parse(head.Split(' ')[1][1..], System.Globalization.CultureInfo.InvariantCulture);
            return at == redirects ? TinyServer.Ok("a 1\n") : TinyServer.Answer("302 Found", [], $"Location: /{at + 1}");
        });
        var (fetched, _) = await Get(new(), Job, server.Address);
        if (followed) Assert.IsType<Fetched.Body>(fetched);
        else Assert.Contains("302, a redirect that is not followed", Because(fetched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_when_it_is_not_to_be()
    {
        await using var server = new TinyServer(head => head.StartsWith("GET /metrics", StringComparison.Ordinal) ? TinyServer.Answer("301 Moved", [], "Location: /a") : TinyServer.Ok("a 1\n"));
        Assert.Contains("301", Because((await Get(new(), Job with { FollowRedirects = false }, server.Address)).Fetched), StringComparison.Ordinal);
        Assert.Single(server.Heads);
    }

    [Fact]
    public async Task A_secret_is_asked_for_by_its_name_and_sent()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        await Get(new(), Job with { Secret = new ScrapeSecret.Bearer("token") }, server.Address, name => name == "token" ? "s3cret" : null);
        await Get(new(), Job with { Secret = new ScrapeSecret.Basic("ann", "pass") }, server.Address, name => name == "pass" ? "wörd" : null);
        Assert.Contains("Authorization: Bearer s3cret\r\n", server.Heads[0], StringComparison.Ordinal);
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("ann:wörd"u8)}\r\n", server.Heads[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "there is no secret token")]
    [InlineData("s3cret\r\nX: y", "more than one line")]
    public async Task Without_a_usable_secret_nothing_is_asked_and_its_value_is_not_told(string? value, string says)
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var because = Because((await Get(new(), Job with { Secret = new ScrapeSecret.Bearer("token") }, server.Address, _ => value)).Fetched);
        Assert.Contains(says, because, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", because, StringComparison.Ordinal);
        Assert.Empty(server.Heads);
    }

    [Fact]
    public async Task A_secret_does_not_go_where_a_redirect_leads()
    {
        await using var other = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        await using var server = new TinyServer(_ => TinyServer.Answer("302 Found", [], $"Location: http://{other.Address}/x"));
        await Get(new(), Job with { Secret = new ScrapeSecret.Bearer("token") }, server.Address, _ => "s3cret");
        Assert.DoesNotContain("s3cret", Assert.Single(other.Heads), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_left_after_the_timeout()
    {
        var came = new TaskCompletionSource();
        await using var server = new TinyServer(_ =>
        {
            came.SetResult();
            return null;
        });
        var around = new Around();
        var asked = Get(around, Job, server.Address);
        await came.Task;
        Assert.False(asked.IsCompleted);
        around.Clock.Move(TimeSpan.FromSeconds(10));
        Assert.Equal("no whole answer within 10 s", Because((await asked).Fetched));
    }

    [Fact]
    public async Task Whatever_the_dial_function_refuses_is_told()
    {
        var around = new Around();
        var world = around.With() with { Dial = (_, _) => throw new IOException("refused: not allowed") };
        using var fetch = new ScrapeFetch(Job, world);
        Assert.Equal("refused: not allowed", Because(await fetch.Get(new("http://a.example/"), new(), Stop)));
    }

    [Fact]
    public async Task A_certificate_is_judged_by_the_authority_and_the_name_that_are_given()
    {
        using var folder = new TemporaryFolder();
        using var certificate = Certificate("metrics.example");
        var ca = folder.Write("ca.pem", certificate.ExportCertificatePem());
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"), certificate);
        var secure = Job with { Scheme = "https" };

        Assert.IsType<Fetched.Failed>((await Get(new(), secure, server.Address)).Fetched);
        Assert.IsType<Fetched.Failed>((await Get(new(), secure with { Tls = new(ca) }, server.Address)).Fetched); // of another name
        Assert.IsType<Fetched.Failed>((await Get(new(), secure with { Tls = new(null, "metrics.example") }, server.Address)).Fetched); // of another authority
        Assert.Equal("", Said((await Get(new(), secure with { Tls = new(ca, "metrics.example") }, server.Address)).Fetched));
        Assert.Equal("", Said((await Get(new(), secure with { Tls = new(Insecure: true) }, server.Address)).Fetched));
        await using var open = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        Assert.Equal("", Said((await Get(new(), Job with { Tls = new(ca, "metrics.example") }, open.Address)).Fetched)); // http stays http
        Assert.Contains("ca_file cannot be read", Because((await Get(new(), secure with { Tls = new(ca + ".gone") }, server.Address)).Fetched), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_certificates_may_come_later()
    {
        using var folder = new TemporaryFolder();
        using var certificate = Certificate("metrics.example");
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"), certificate);
        using var fetch = new ScrapeFetch(Job with { Scheme = "https", Tls = new("ca.pem", "metrics.example") }, new Around().With(folder: folder.Path));
        Assert.Contains("ca_file cannot be read", Because(await fetch.Get(new($"https://{server.Address}/"), new(), Stop)), StringComparison.Ordinal);
        folder.Write("ca.pem", certificate.ExportCertificatePem());
        Assert.Equal("", Said(await fetch.Get(new($"https://{server.Address}/"), new(), Stop)));
    }

    static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var today = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(today.AddDays(-1), today.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
