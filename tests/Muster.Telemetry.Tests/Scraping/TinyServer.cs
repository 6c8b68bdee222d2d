using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Muster.Telemetry.Tests.Scraping;

/// <summary>Answers each request of a connection with bytes that a test gives. HTTP/1.1 enough for a scraper, on a free port of loopback.</summary>
sealed class TinyServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Func<string, byte[]?> _answer;
    readonly X509Certificate2? _certificate;
    readonly Task _task;

    /// <param name="answer">From the request's head to the whole answer; null never answers.</param>
    public TinyServer(Func<string, byte[]?> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _task = Accept();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public List<string> Heads { get; } = [];

    public static byte[] Ok(string body, string contentType = "text/plain; version=0.0.4") => Answer("200 OK", Encoding.UTF8.GetBytes(body), $"Content-Type: {contentType}");

    public static byte[] Answer(string status, byte[] body, params string[] headers) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"), .. body];

    async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException)
        {
        }
    }

    async Task Serve(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var secured = new SslStream(stream);
                await secured.AuthenticateAsServerAsync(_certificate);
                stream = secured;
            }

            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(one, _stop.Token) == 0) return;
                head.Append((char)one[0]);
            }

            lock (Heads) Heads.Add(head.ToString());
            if (_answer(head.ToString()) is { } bytes) await stream.WriteAsync(bytes, _stop.Token);
            else await Task.Delay(Timeout.Infinite, _stop.Token);
            await stream.FlushAsync(_stop.Token);
            if (stream is SslStream tls) await tls.ShutdownAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _task;
        _listener.Stop();
        _stop.Dispose();
    }
}
