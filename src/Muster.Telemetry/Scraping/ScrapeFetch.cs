using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Telemetry.Scraping;

/// <summary>What one GET came to.</summary>
abstract record Fetched
{
    Fetched() { }

    /// <param name="Length">Bytes of the body, which stands in the desk.</param>
    public sealed record Body(int Length, ScrapeFormat Format) : Fetched;

    public sealed record Failed(string Because) : Fetched;
}

/// <summary>Asks the targets of one job. No proxy, no cookies; every connection comes from the dial function.</summary>
sealed class ScrapeFetch : IDisposable
{
    const string Accept = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    readonly ScrapeJob _job;
    readonly ScrapeSurroundings _around;
    HttpMessageInvoker? _line;

    public ScrapeFetch(ScrapeJob job, ScrapeSurroundings around) => (_job, _around) = (job, around);

    /// <summary>Made once it can be: a file of certificates may be there later.</summary>
    string? NoLine()
    {
        try { _line ??= new(Line(_job, _around)); }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or CryptographicException) { return $"ca_file cannot be read: {bad.Message}"; }
        return null;
    }

    static SocketsHttpHandler Line(ScrapeJob job, ScrapeSurroundings around)
    {
        var line = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = job.FollowRedirects,
            MaxAutomaticRedirections = 3,
            AutomaticDecompression = DecompressionMethods.None, // Done here, where what comes out can be bounded.
            MaxResponseHeadersLength = 64,
            ResponseDrainTimeout = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = job.Interval + TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(30), // So that a name that moved is seen.
            ActivityHeadersPropagator = null,
            ConnectCallback = (connection, stop) => around.Dial(connection.DnsEndPoint, stop),
        };
        line.SslOptions = ScrapeSecurity.Of(job.Tls, around.Folder);
        if (job.Tls.ServerName is not null) line.ConnectCallback = async (connection, stop) => await ScrapeSecurity.Secured(await around.Dial(connection.DnsEndPoint, stop), connection.InitialRequestMessage, line.SslOptions, stop);
        return line;
    }

    public async Task<Fetched> Get(Uri url, ScrapeDesk desk, CancellationToken cancel)
    {
        if (NoLine() is { } broken) return new Fetched.Failed(broken);
        using var late = new CancellationTokenSource(_job.Timeout, _around.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (_job.Tls.ServerName is not null) ScrapeSecurity.Hide(request);
            request.Headers.TryAddWithoutValidation("Accept", Accept);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            request.Headers.TryAddWithoutValidation("User-Agent", "Muster");
            request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", _job.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            if (_job.Secret is { } secret)
            {
                if (_around.Secret(secret.SecretName) is not { } value) return new Fetched.Failed($"there is no secret {secret.SecretName}");
                if (value.AsSpan().ContainsAny('\r', '\n')) return new Fetched.Failed($"the secret {secret.SecretName} has more than one line");
                request.Headers.Authorization = secret is ScrapeSecret.Basic { User: var user } ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{value}"))) : new AuthenticationHeaderValue("Bearer", value);
            }

            using var response = await _line!.SendAsync(request, either.Token);
            if (response.StatusCode != HttpStatusCode.OK) return new Fetched.Failed(string.Create(CultureInfo.InvariantCulture, $"the server answered {(int)response.StatusCode}{(response.Headers.Location is not null ? ", a redirect that is not followed" : "")}"));
            if (Format(response.Content.Headers, out var wrong) is not { } format) return new Fetched.Failed(wrong);
            return await Read(response.Content, format, desk, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Fetched.Failed(string.Create(CultureInfo.InvariantCulture, $"no whole answer within {_job.Timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            var inner = fault;
            while (inner.InnerException is { } cause) inner = cause;
            return new Fetched.Failed(inner == fault || fault.Message.StartsWith(inner.Message, StringComparison.Ordinal) ? inner.Message : $"{fault.Message}: {inner.Message}");
        }
    }

    /// <summary>An answer that does not say what it is is read as text; one that says something else is not read.</summary>
    static ScrapeFormat? Format(HttpContentHeaders headers, out string wrong)
    {
        wrong = "";
        var said = headers.TryGetValues("Content-Type", out var values) ? string.Join(',', values) : "";
        var semicolon = said.IndexOf(';', StringComparison.Ordinal);
        switch ((semicolon < 0 ? said : said[..semicolon]).Trim().ToLowerInvariant())
        {
            case "application/openmetrics-text": return ScrapeFormat.OpenMetrics;
            case "" or "text/plain": return ScrapeFormat.Text;
        }

        wrong = $"the answer is {said}, not metrics as text";
        return null;
    }

    async Task<Fetched> Read(HttpContent content, ScrapeFormat format, ScrapeDesk desk, CancellationToken cancel)
    {
        var limit = _job.BodySizeLimit == 0 ? Array.MaxLength - 1 : _job.BodySizeLimit;
        var body = await content.ReadAsStreamAsync(cancel);
        switch (string.Join(',', content.Headers.ContentEncoding).ToLowerInvariant())
        {
            case "" or "identity": break;
            case "gzip" or "x-gzip": body = new TailStream(body); break;
            case var other: return new Fetched.Failed($"the answer is encoded as {other}, which was not asked for");
        }

        var packed = body as TailStream;
        if (packed is not null) body = new GZipStream(packed, CompressionMode.Decompress);
        await using var _ = body;
        var length = 0;
        while (true)
        {
            if (length == desk.Body.Length)
            {
                var larger = new byte[(int)Math.Min((long)limit + 1, Math.Max(16 * 1024, 2L * length))];
                desk.Body.AsSpan(0, length).CopyTo(larger);
                desk.Body = larger;
            }

            var room = (int)Math.Min(desk.Body.Length - length, (long)limit + 1 - length);
            var read = await body.ReadAsync(desk.Body.AsMemory(length, room), cancel);
            if (read == 0 && packed is not null && !packed.EndsAs(length)) return new Fetched.Failed("the compressed answer is cut off");
            if (read == 0) return new Fetched.Body(length, format);
            length += read;
            if (length > limit) return new Fetched.Failed(string.Create(CultureInfo.InvariantCulture, $"the body is longer than body_size_limit, {limit} bytes after decompression"));
        }
    }

    public void Dispose() => _line?.Dispose();
}
