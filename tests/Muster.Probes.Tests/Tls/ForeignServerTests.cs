using System.ComponentModel;
using System.Diagnostics;
using Muster.Readiness;

namespace Muster.Probes.Tests.Tls;

/// <summary>Raw hellos beside another implementation, where there is one. It alone still speaks the old versions.</summary>
public sealed class ForeignServerTests : IDisposable
{
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly TemporaryFile _certificate;

    public ForeignServerTests()
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(leaf)!;
        _certificate = new(leaf.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _certificate.Dispose();
    }

    [Theory]
    [InlineData("-tls1", "TLS1.0")]
    [InlineData("-tls1_1", "TLS1.1")]
    [InlineData("-tls1_2", "TLS1.2")]
    [InlineData("-tls1_3", "TLS1.3")]
    [InlineData("-no_tls1_3", "TLS1.0", "TLS1.1", "TLS1.2")]
    public async Task The_versions_that_a_server_takes_are_found(string option, params string[] versions)
    {
        var port = LoopbackListener.ClosedPort();
        using var server = Start("s_server", "-accept", $"127.0.0.1:{port}", "-cert", _certificate.Path, "-cipher", "ALL:@SECLEVEL=0", option);
        if (server is null) Assert.Skip("no openssl here");
        try
        {
            while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "ACCEPT") continue;

            var seen = (await Probing.Look("tls.endpoint", ("target", $"127.0.0.1:{port}"))).Observation!;

            Assert.Equal(Value.Items.Empty, seen["versions_unclear"]);
            Assert.Equal(Value.Texts(versions), seen["versions"]);
        }
        finally { server.Kill(); }
    }

    static Process? Start(params string[] arguments)
    {
        try { return Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true }); }
        catch (Win32Exception) { return null; }
    }
}
