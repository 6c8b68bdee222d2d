using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Identity;

/// <summary>Against a real nginx that asks for client certificates, and against servers that also talk without TLS.</summary>
public sealed class MtlsEnforcementTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-mtls-");
    readonly LoopbackAuthority _servers = LoopbackAuthority.Create();
    readonly ClientAuthority _clients = new();
    readonly X509Certificate2 _server;
    readonly string _right, _expired, _revoked;
    readonly int _port = Ports.Free();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public MtlsEnforcementTests()
    {
        _server = _servers.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        _right = _clients.Client("api", TimeSpan.FromDays(1));
        _expired = _clients.Client("api", TimeSpan.FromDays(-1), TimeSpan.FromDays(2));
        _revoked = _clients.Client("api", TimeSpan.FromDays(1), revoked: true);
        Write("ca.pem", _servers.PemOfRoot);
        Write("clients.pem", _clients.Pem);
        Write("revoked.pem", _clients.Revoked(TimeSpan.FromDays(1)));
        Write("server.pem", _server.ExportCertificatePem());
        Write("server.key", _server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _server.Dispose();
        _servers.Dispose();
        _clients.Dispose();
        _folder.Delete(recursive: true);
    }

    string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, name), text);
        return Path.Combine(_folder.FullName, name);
    }

    string Config(string verify = "on", string authority = "clients.pem", string more = "ssl_crl FOLDER/revoked.pem;") => $$"""
        server { listen 127.0.0.1:{{_port}} ssl; ssl_certificate FOLDER/server.pem; ssl_certificate_key FOLDER/server.key; ssl_verify_client {{verify}}; ssl_client_certificate FOLDER/{{authority}}; {{more}} location / { return 200 "in"; } }
        """.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal);

    Task<Sight> Look(int port, string? path = "/", Value? bad = null) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "mtls.enforcement",
        [("target", Value.Of(("address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")), ("certificate", _right), ("bad", bad ?? Value.Of(("expired", _expired), ("revoked", _revoked))))), ("trust", "ca.pem"), .. path is null ? [] : (ReadOnlySpan<(string, Value)>)[("path", path)]]);

    static bool Holds(Sight sight) => sight.Observation is { } seen && seen["admitted"]!.Equals(Value.True) && seen.Number("wrong") == 0 && seen.Number("unclear_count") == 0;

    [Theory]
    [InlineData("/")]
    [InlineData(null)]
    public async Task A_server_that_insists_lets_in_the_right_certificate_alone(string? path)
    {
        await using var nginx = await NginxServer.Start(Config(), Cancel);

        var sight = await Look(_port, path);

        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal(7, sight.Population);
        Assert.Equal(Value.Texts(["nobody", "plaintext", "stranger", "self-signed", "expired", "revoked"]), sight.Observation["tried"]);
        if (path is not null) Assert.True(Holds(sight), sight.Observation.ToString());
        Assert.Equal(sight.Before, sight.After);
        Assert.DoesNotContain("PRIVATE KEY", sight.Observation + sight.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optional", "nobody")]
    [InlineData("optional_no_ca", "nobody, stranger")]
    [InlineData("off", "nobody, stranger, self-signed, expired, revoked")]
    public async Task A_server_that_does_not_insist_is_seen_by_whom_it_lets_in(string verify, string wrongly)
    {
        await using var nginx = await NginxServer.Start(Config(verify), Cancel);

        var seen = (await Look(_port)).Observation!;

        Assert.Equal(Value.Texts(wrongly.Split(", ")), seen["wrongly_admitted"]);
        Assert.Equal(Value.True, seen["admitted"]);
    }

    [Fact]
    public async Task A_server_that_does_not_read_the_list_of_revoked_ones_lets_in_such_a_one()
    {
        await using var nginx = await NginxServer.Start(Config(more: ""), Cancel);

        Assert.Equal(Value.Texts(["revoked"]), (await Look(_port)).Observation!["wrongly_admitted"]);
    }

    [Fact]
    public async Task A_server_of_another_authority_does_not_let_in_the_right_certificate()
    {
        using var others = new ClientAuthority("Clients of another shop");
        Write("others.pem", others.Pem);
        await using var nginx = await NginxServer.Start(Config(authority: "others.pem", more: ""), Cancel);

        Assert.Equal((Value.False, (Value)0), ((await Look(_port)).Observation!["admitted"], (await Look(_port)).Observation!["wrong"]));
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_is_not_looked_at()
    {
        await using var nginx = await NginxServer.Start(Config(), Cancel);
        Write("ca.pem", _clients.Pem);

        Probing.Blind(await Look(_port), Blind.Unreachable, "with the right certificate");
    }

    /// <summary>Mutual TLS for whoever begins with a handshake, and something else for whoever does not.</summary>
    LoopbackListener Both(Func<Stream, CancellationToken, Task> plain)
    {
        var trust = TrustAnchors.Of(_clients.Pem);
        return LoopbackListener.Start(async (stream, stop) =>
        {
            var first = new byte[1];
            if (await ((NetworkStream)stream).Socket.ReceiveAsync(first, SocketFlags.Peek, stop) == 0) return;
            if (first[0] != 0x16)
            {
                await plain(stream, stop);
                return;
            }

            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = _server, ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    using var chain = new X509Chain { ChainPolicy = trust.Policy() };
                    return shown is X509Certificate2 leaf && chain.Build(leaf);
                },
            }, stop);
            if (await new SiteWire(tls).Read(stop) is { } request) await SiteWire.Write(tls, request, new(200, "in"), true, stop);
        });
    }

    static Func<Stream, CancellationToken, Task> Saying(string words) => async (stream, stop) =>
    {
        var heard = new byte[4096];
        if (await stream.ReadAsync(heard, stop) > 0) await stream.WriteAsync(Encoding.Latin1.GetBytes(words), stop);
    };

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "wrong")]
    [InlineData("HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\n\r\n", "wrong")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "refused")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0046", "refused")]
    [InlineData("", "refused")]
    [InlineData("220 mail.shop.test\r\n", "unclear")]
    public async Task Plaintext_is_refused_by_an_alert_an_error_or_a_closed_connection_and_by_nothing_else(string answer, string came)
    {
        await using var server = Both(Saying(answer));

        var seen = (await Look(server.Port, bad: Value.Fields.Empty)).Observation!;

        Assert.Equal(Value.Texts(came == "wrong" ? ["plaintext"] : []), seen["wrongly_admitted"]);
        Assert.Equal(Value.Texts(came == "unclear" ? ["plaintext"] : []), seen["unclear"]);
        Assert.Equal(came == "unclear" ? 1 : 0, seen.Number("unclear_count"));
    }

    [Fact]
    public async Task A_server_that_says_nothing_to_plaintext_has_not_refused_it()
    {
        await using var server = Both(static (_, stop) => Task.Delay(Timeout.Infinite, stop));

        var sight = await Look(server.Port, bad: Value.Fields.Empty);

        Assert.Equal((Value.Texts(["plaintext"]), (Value)0), (sight.Observation!["unclear"], sight.Observation["wrong"]));
        Assert.False(Holds(sight));
    }

    [Fact]
    public async Task Plaintext_that_is_answered_is_let_in_where_no_path_is_named_too()
    {
        await using var server = Both(Saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        Assert.Contains("plaintext", (await Look(server.Port, path: null, bad: Value.Fields.Empty)).Observation.Items("wrongly_admitted").Select(one => one.Text()));
    }
}
