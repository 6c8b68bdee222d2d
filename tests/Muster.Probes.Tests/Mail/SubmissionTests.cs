using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Mail;

/// <summary>A mail handed over under TLS by a user, to a real mail server, and to servers that do it wrong.</summary>
public sealed class SubmissionTests : IDisposable
{
    const string User = "shop", Password = "a-long-password-of-the-shop";
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-submission-");
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly X509Certificate2 _leaf;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public SubmissionTests()
    {
        _leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        File.WriteAllText(PathOf("ca.pem"), _authority.PemOfRoot);
        File.WriteAllText(PathOf("leaf.pem"), _leaf.ExportCertificatePem());
        using var key = _leaf.GetECDsaPrivateKey()!;
        File.WriteAllText(PathOf("leaf.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _leaf.Dispose();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    string PathOf(string name) => Path.Combine(_folder.FullName, name);

    Task<MailServer> Server(bool isImplicit = false) => MailServer.Start(PathOf("leaf.pem"), PathOf("leaf.key"), User, Password, isImplicit, Cancel, PathOf("mail"));

    Task<Sight> Look(string address, string tls, string? password = Password, bool trusted = true)
    {
        var via = Value.Of(("smtp", address), ("from", "shop@shop.test"), ("to", "on-call@shop.test"), ("tls", tls)).With("trust", trusted ? "ca.pem" : (Value?)null);
        return Probing.Look(Probing.Options with { Folder = _folder.FullName }, "mail.receipt", ("target", "mail"), ("wait", 3), ("via", password is null ? via : via.With("user", User).With("password", password)));
    }

    static void KeepsTheSecret(Sight sight, string password = Password)
    {
        var all = $"{sight.Observation} {sight.Detail} {sight.Before} {sight.After}";
        Assert.DoesNotContain(password, all, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{password}")), all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("if_offered")]
    [InlineData("implicit")]
    public async Task A_user_is_admitted_over_TLS_and_the_mail_arrives(string tls)
    {
        await using var server = await Server(tls == "implicit");

        var sight = await Look(server.Address, tls);

        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal((Value.True, Value.True, Value.True), (sight.Observation["accepted"], sight.Observation["encrypted"], sight.Observation["delivered"]));
        Assert.Equal((Value)Digest.Of(_leaf.RawData), sight.Before.At("leaf"));
        KeepsTheSecret(sight);
    }

    [Fact]
    public async Task A_wrong_password_is_not_admitted_and_stays_secret()
    {
        await using var server = await Server();

        var sight = await Look(server.Address, "starttls", "another-password-1");

        Probing.Blind(sight, Blind.NotAdmitted, "535");
        KeepsTheSecret(sight, "another-password-1");
    }

    [Fact]
    public async Task Without_a_user_the_server_takes_no_mail()
    {
        await using var server = await Server();

        var seen = (await Look(server.Address, "starttls", password: null)).Observation!;

        Assert.Equal((Value.False, Value.True, Value.False), (seen["accepted"], seen["encrypted"], seen["delivered"]));
        Assert.StartsWith("530", seen.Text("answer"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_nobody_vouches_for_hears_no_password(bool isImplicit)
    {
        await using var server = await Server(isImplicit);

        Probing.Blind(await Look(server.Address, isImplicit ? "implicit" : "starttls", trusted: false), Blind.Unreachable, "no TLS connection");
    }

    [Fact]
    public async Task TLS_that_is_asked_for_and_not_offered_ends_it()
    {
        await using var server = await MailServer.Start(Cancel, PathOf("mail"));

        Probing.Blind(await Look(server.Address, "starttls"), Blind.Unreachable, "STARTTLS is refused");
        Probing.Blind(await Look(server.Address, "if_offered"), Blind.Refused, "not sent in clear text");
    }

    [Fact]
    public async Task What_is_said_before_TLS_is_thrown_away()
    {
        await using var server = LoopbackListener.Start(async (stream, stop) =>
        {
            async Task Say(Stream to, string words) => await to.WriteAsync(Encoding.ASCII.GetBytes(words), stop);
            await Say(stream, "220 mail.shop.test\r\n");
            await Line(stream, stop);
            await Say(stream, "250-mail.shop.test\r\n250 STARTTLS\r\n");
            await Line(stream, stop);
            // One piece: whoever stands between says its own answer behind the server's.
            await Say(stream, "220 go on\r\n250 an answer of somebody else\r\n");
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _leaf }, stop);
            while (await Line(tls, stop) is { Length: > 0 } line)
                await Say(tls, line.Split(' ')[0] switch { "EHLO" => "250-mail.shop.test\r\n250 AUTH PLAIN\r\n", "AUTH" => "235 in\r\n", "DATA" => "354 go on\r\n", "MAIL" or "RCPT" or "." or "QUIT" => "250 well\r\n", _ => "" });
        });

        var sight = await Look(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}"), "starttls");

        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal((Value.True, (Value)"250 well"), (sight.Observation["accepted"], sight.Observation["answer"]));
    }

    static async Task<string> Line(Stream from, CancellationToken stop)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await from.ReadAsync(one, stop) > 0 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r') is { Length: > 0 } said ? said : one[0] == '\n' ? " " : "";
    }
}
