using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Identity;

/// <summary>Certificates of an authority of the test's own, in files, in Secrets and at endpoints.</summary>
public sealed class CertificateInventoryTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-inventory-");
    readonly ClientAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    Task<Sight> Look(params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "certificate.inventory", parameters);

    Task<Sight> Files(params string[] names) => Look(("files", Value.Texts(names)));

    [Fact]
    public async Task Certificates_that_are_well_are_counted_and_measured()
    {
        Write("certs/api.pem", _authority.Client("api", TimeSpan.FromDays(9), TimeSpan.FromDays(1), uri: "spiffe://shop.test/api"));
        Write("certs/deep/relay.crt", _authority.Client("relay", TimeSpan.FromDays(99), TimeSpan.FromDays(1)));
        Write("certs/notes.txt", "no certificate");

        var sight = await Files("certs");

        var seen = sight.Observation!;
        Assert.Equal((2, 0d, 0d, 0d, 0d), (sight.Population, seen.Number("expired_count"), seen.Number("keys_apart_count"), seen.Number("unreadable_count"), seen.Number("unnamed_count")));
        Assert.InRange(seen.Number("lifetime_left")!.Value, 0.89, 0.9);
        Assert.InRange(seen.Number("expires_in")!.Value, 8.9 * 86400, 9 * 86400);
        Assert.InRange(seen.Number("longest_life")!.Value, 99.9 * 86400, 100.1 * 86400);
        Assert.Equal((Value.Texts(["spiffe://shop.test/api"]), 1d), (seen["uris"], seen.Number("without_uri")));
        Assert.DoesNotContain("PRIVATE KEY", seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_certificate_is_named_by_its_file()
    {
        Write("old.pem", _authority.Client("old", TimeSpan.FromDays(-1), TimeSpan.FromDays(9)));
        var (one, other) = (_authority.Client("one", TimeSpan.FromDays(9)), _authority.Client("other", TimeSpan.FromDays(9)));
        Write("apart.pem", one[..one.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)] + other[other.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        Write("weak.pem", _authority.Client("weak", TimeSpan.FromDays(9), rsa: 1024));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var alone = new CertificateRequest("CN=alone", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9));
        Write("alone.pem", alone.ExportCertificatePem());
        Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        var seen = (await Files("old.pem", "apart.pem", "weak.pem", "alone.pem", "broken.pem", "absent.pem")).Observation!;

        Assert.Equal((Value.Texts(["old.pem"]), Value.Texts(["apart.pem"]), Value.Texts(["alone.pem"]), Value.Texts(["broken.pem", "absent.pem"])), (seen["expired"], seen["keys_apart"], seen["unnamed"], seen["unreadable"]));
        Assert.Equal((1d, 1d, 0d), (seen.Number("weak"), seen.Number("self_signed"), Math.Max(0, seen.Number("lifetime_left")!.Value)));
    }

    [Fact]
    public async Task Secrets_in_YAML_hold_certificates_with_their_keys()
    {
        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        var (one, other) = (_authority.Client("one", TimeSpan.FromDays(9)), _authority.Client("other", TimeSpan.FromDays(9)));
        static (string Certificate, string Key) Parts(string pem) => (pem[..pem.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)], pem[pem.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        string Secret(string name, string certificate, string key) => $"kind: Secret\nmetadata: {{ name: {name} }}\ntype: kubernetes.io/tls\ndata:\n  tls.crt: {Base64(certificate)}\n  tls.key: {Base64(key)}\n";
        Write("secrets.yaml", Secret("well", Parts(one).Certificate, Parts(one).Key) + "---\n" + Secret("apart", Parts(one).Certificate, Parts(other).Key) + "---\nkind: Service\nmetadata: { name: api }\n");

        var sight = await Files("secrets.yaml");

        Assert.Equal((2, Value.Texts(["secrets.yaml apart tls.crt"]), 0d), (sight.Population, sight.Observation!["keys_apart"], sight.Observation.Number("unreadable_count")));
        Write("secrets.yaml", "kind: [ unfinished\n");
        Assert.Equal(Value.Texts(["secrets.yaml"]), (await Files("secrets.yaml")).Observation!["unreadable"]);
    }

    [Fact]
    public async Task Endpoints_show_theirs_and_one_that_shows_none_is_named()
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(9), TimeSpan.FromDays(1));
        await using var site = LoopbackSite.Start(leaf);
        var closed = LoopbackListener.ClosedPort();
        static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

        var sight = await Look(("endpoints", Value.Texts([At(site.Port), At(closed)])));

        Assert.Equal((1, Value.Texts([$"{At(closed)} (127.0.0.1)"])), (sight.Population, sight.Observation!["unreadable"]));
        Assert.InRange(sight.Observation.Number("lifetime_left")!.Value, 0.09, 0.1);
    }

    Task<Sight> Revoked(string list = "list.pem", string? issuer = "issuer.pem") =>
        Look([("files", Value.Texts(["certs"])), ("crl", list), .. issuer is null ? [] : (ReadOnlySpan<(string, Value)>)[("issuer", issuer)]]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_that_was_revoked_is_named(bool der)
    {
        Write("issuer.pem", _authority.Pem);
        Write("certs/well.pem", _authority.Client("well", TimeSpan.FromDays(9)));
        Write("list.pem", _authority.Revoked(TimeSpan.FromDays(1)));
        var before = (await Revoked()).Observation!;
        Write("certs/gone.pem", _authority.Client("gone", TimeSpan.FromDays(9), revoked: true));
        var list = _authority.Revoked(TimeSpan.FromDays(1));
        Write("list.pem", list);
        if (der) File.WriteAllBytes(Path.Combine(_folder.FullName, "list.pem"), Convert.FromBase64String(list[PemEncoding.Find(list).Base64Data]));

        var after = (await Revoked()).Observation!;

        Assert.Equal((0d, 1d), (before.Number("revoked_count"), after.Number("revoked_count")));
        Assert.Equal(Value.Texts(["certs/gone.pem"]), after["revoked"]);
    }

    [Fact]
    public async Task A_list_that_says_nothing_is_no_list()
    {
        using var others = new ClientAuthority("Clients of another shop");
        using var alike = new ClientAuthority();
        Write("issuer.pem", _authority.Pem);
        Write("certs/well.pem", _authority.Client("well", TimeSpan.FromDays(9)));

        Write("list.pem", _authority.Revoked(TimeSpan.FromDays(-1), TimeSpan.FromDays(9)));
        Probing.Blind(await Revoked(), Blind.Unreadable, "not in force");
        Write("list.pem", _authority.Revoked(TimeSpan.FromDays(9), TimeSpan.FromDays(-1)));
        Probing.Blind(await Revoked(), Blind.Unreadable, "not in force");
        Write("list.pem", others.Revoked(TimeSpan.FromDays(1)));
        Probing.Blind(await Revoked(), Blind.Unreadable, "not signed by the authority");
        Write("list.pem", alike.Revoked(TimeSpan.FromDays(1)));
        Probing.Blind(await Revoked(), Blind.Unreadable, "not signed by the authority");
        Write("list.pem", "no list");
        Probing.Blind(await Revoked(), Blind.Unreadable, "no list of revoked certificates");
        Probing.Blind(await Revoked("absent.pem"), Blind.NotCapable, "absent.pem");
        Probing.Blind(await Revoked(issuer: null), Blind.BadQuestion, "\"issuer\"");
        Probing.Blind(await Revoked(issuer: "absent.pem"), Blind.NotCapable, "absent.pem");
    }

    [Fact]
    public async Task The_job_that_watches_is_as_old_as_its_file()
    {
        Write("api.pem", _authority.Client("api", TimeSpan.FromDays(9)));
        File.SetLastWriteTimeUtc(Write("watched", ""), DateTime.UnixEpoch);

        Assert.True((await Look(("files", "api.pem"), ("job", "watched"))).Observation.Number("job_age") > 86400);
        Probing.Blind(await Look(("files", "api.pem"), ("job", "absent")), Blind.Unreadable, "absent");
    }

    [Fact]
    public async Task An_authority_alone_and_nothing_at_all_are_no_certificates()
    {
        Write("issuer.pem", _authority.Pem);

        Assert.Equal(0, (await Files("issuer.pem")).Population);
        Probing.Blind(await Look(), Blind.BadQuestion, "\"files\"");
        Probing.Blind(await Files("../issuer.pem"), Blind.Refused, "leads out");
    }

    [Fact]
    public void Damaged_lists_are_refused()
    {
        using var issuer = X509Certificate2.CreateFromPem(_authority.Pem);
        _authority.Client("gone", TimeSpan.FromDays(9), revoked: true);
        var list = _authority.Revoked(TimeSpan.FromDays(1));

        Fuzz.Damage([Convert.FromBase64String(list[PemEncoding.Find(list).Base64Data])], bytes =>
        {
            try { RevocationList.Of(bytes, issuer); }
            catch (Exception refused) when (refused is Unseen or System.Formats.Asn1.AsnContentException or CryptographicException) { return; } // Refused; whoever reads it from a file says so.
        }, share: 4);
    }
}
