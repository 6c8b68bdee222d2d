using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Two real Redis with their users, a service that shows its settings, and a real nginx with certificates of an authority of the test's own; all of them are really changed by scripts.</summary>
sealed class RotationEyes : IEyes
{
    const string Key = "a-key-of-this-document";
    const string Issue = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out next.key 2>/dev/null || exit 1\n";
    static readonly string[] Users = ["user app on nopass ~* +@all", "user region on nopass ~* +@all"];
    readonly int _edge = Ports.Free(), _mutual = Ports.Free();
    readonly CertificateRevocationListBuilder _list = new();
    RedisServer _store = null!, _second = null!;
    LoopbackSite _app = null!;
    NginxServer _nginx = null!;
    X509Certificate2 _authority = null!;
    string _folder = "", _mode = "password";

    public string Name => "rotation";

    public IReadOnlyList<Break> Breaks =>
    [
        Fault(["PB-45"], "a replica takes the old password still", () => Rotate(everywhere: false)),
        Fault(["GR-37"], "the same password is saved again", () => Copy("was", "now")),
        Fault(["PB-45"], "the old credential never worked", () => Write("was", Fresh()), "unproven"),
        Fault(["PB-45"], "the procedure's command does nothing", () => Write("sop/rotate.sh", "exit 0\n")),
        Fault(["GR-37"], "a credential is a hundred days old", () => Calendar(100)),
        Fault(["AI-40"], "the incident's record names another change", () => Incident(Fresh())),
        Fault(["AI-60"], "a region asks for no password", () => _mode = "none"),
        Fault(["AI-60"], "the keys of one region alone were changed", () => RotateRegions("eu")),
        Fault(["PB-14"], "the server does not read the list of revoked ones", () => Write("sop/revoke.sh", "cp revoked-next.pem revoked.pem\n")),
        Fault(["PB-04"], "the renewed certificate lies there and is not served", () => Renew(told: false)),
        Fault(["PB-04"], "it is renewed with the same key", () => Renew(sameKey: true)),
        Fault(["PB-55"], "the procedure does not say how a certificate is revoked", () => Procedure("")),
        Fault(["PB-55"], "the job that watches has fallen silent", () => Watched(DateTimeOffset.UtcNow.AddDays(-2))),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        foreach (var name in (string[])["sop", "incidents", "jobs"]) Directory.CreateDirectory(Path.Combine(folder, name));
        (_store, _second) = (await RedisServer.Start(Users, cancel), await RedisServer.Start(Users, cancel));
        _app = LoopbackSite.Start();
        foreach (var region in (string[])["eu", "us"]) _app.Route("/settings/" + region, _ => SiteResponse.Json(200, $$"""{ "auth": "{{(region == "us" ? _mode : "password")}}" }"""));
        Write("fingerprint", Key);
        Write("governance.yaml", "regions:\n  eu: { auth: password }\n  us: { auth: password }\n");
        Write("credentials.env", "MAIL_PASSWORD=k2v8s1q9w4z7t5\n");
        Write("sop/rotation.md", "# Changing the store's password\n\n1. Put the new one into `now`.\n2. Change it everywhere: `sh sop/rotate.sh`.\n3. See that the old one is refused.\n");
        Authority();
        Nginx();
        _nginx = await NginxServer.Start(_settings, cancel);
        await Well(cancel);
        return new Dictionary<string, int> { ["store"] = _store.Port, ["second"] = _second.Port, ["app"] = _app.Port, ["edge"] = _edge, ["mutual"] = _mutual };
    }

    string _settings = "";

    void Nginx()
    {
        using var first = Leaf("edge", DateTimeOffset.UtcNow.AddDays(-25), DateTimeOffset.UtcNow.AddDays(5), "edge.pem", "edge.key");
        using var inner = Leaf("inner", DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(5), "inner.pem", "inner.key");
        Write("revoked.pem", Revoked());
        string PathOf(string name) => Path.Combine(_folder, name);
        _settings = string.Create(CultureInfo.InvariantCulture, $$"""
            server { listen 127.0.0.1:{{_edge}} ssl; ssl_certificate {{PathOf("edge.pem")}}; ssl_certificate_key {{PathOf("edge.key")}}; location / { return 200 "edge"; } }
            server { listen 127.0.0.1:{{_mutual}} ssl; ssl_certificate {{PathOf("inner.pem")}}; ssl_certificate_key {{PathOf("inner.key")}}; ssl_verify_client on; ssl_client_certificate {{PathOf("ca.pem")}}; ssl_crl {{PathOf("revoked.pem")}}; location / { return 200 "inner"; } }
            """);
    }

    /// <summary>Everything as it should be before a change: an old credential that works, a new one that does not yet, and scripts that do what they say.</summary>
    async Task Well(CancellationToken cancel)
    {
        _mode = "password";
        Write("was", Fresh());
        Write("now", Fresh());
        foreach (var server in (RedisServer[])[_store, _second]) await server.Run(null, ["ACL", "SETUSER", "app", "resetpass", ">" + Read("was")], cancel);
        Rotate(everywhere: true);
        Incident(Read("now"));
        Calendar(1);
        Procedure("revoked: sh sop/revoke.sh, by whoever is on call\n");
        Watched(DateTimeOffset.UtcNow);
        foreach (var (region, server) in ((string, RedisServer)[])[("eu", _store), ("us", _second)])
        {
            Write(region + "-was", Fresh());
            Write(region + "-now", Fresh());
            await server.Run(null, ["ACL", "SETUSER", "region", "resetpass", ">" + Read(region + "-was")], cancel);
        }

        RotateRegions("eu", "us");
        using (var old = Leaf("api", DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(10), "client-was.crt", "client-was.key"))
        {
            Write("client-was.pem", Read("client-was.crt") + "\n" + Read("client-was.key"));
            _list.AddEntry(old.SerialNumberBytes.Span);
        }

        Write("revoked-next.pem", Revoked());
        Write("sop/issue.sh", Issue + "openssl req -new -key next.key -subj /CN=api -out next.csr && openssl x509 -req -in next.csr -CA ca.pem -CAkey ca.key -set_serial 0x5a$(openssl rand -hex 11) -days 1 -out next.crt 2>/dev/null && cat next.crt next.key > client-next.pem\n");
        Write("sop/revoke.sh", $"cp revoked-next.pem revoked.pem && kill -HUP $(cat {_nginx.PathOf("nginx.pid")})\n");
        Renew();
        // Certificates tell whole seconds: two of the same second are not one after the other.
        using var edge = X509Certificate2.CreateFromPem(Read("edge.pem"));
        await ServerProcess.Until(() => DateTimeOffset.UtcNow >= new DateTimeOffset(edge.NotBefore.ToUniversalTime()).AddSeconds(1), "the next second does not come", TimeSpan.FromSeconds(5), cancel);
    }

    void Rotate(bool everywhere) => Write("sop/rotate.sh", string.Concat(((RedisServer[])[_store, .. everywhere ? [_second] : Array.Empty<RedisServer>()]).Select(server =>
        string.Create(CultureInfo.InvariantCulture, $"redis-cli -h 127.0.0.1 -p {server.Port} ACL SETUSER app resetpass \">$(cat now)\" || exit 1\n")))
        + (everywhere ? "" : string.Create(CultureInfo.InvariantCulture, $"redis-cli -h 127.0.0.1 -p {_second.Port} ACL SETUSER app \">$(cat now)\" || exit 1\n")));

    void RotateRegions(params string[] regions) => Write("sop/rotate-region.sh", string.Concat(regions.Select(region => string.Create(CultureInfo.InvariantCulture,
        $"if [ \"$1\" = {region} ]; then redis-cli -h 127.0.0.1 -p {(region == "eu" ? _store : _second).Port} ACL SETUSER region resetpass \">$(cat {region}-now)\" || exit 1; fi\n"))));

    void Renew(bool told = true, bool sameKey = false) => Write("sop/renew.sh", (sameKey ? "cp edge.key next.key\n" : Issue)
        + "printf 'subjectAltName=IP:127.0.0.1\\n' > san && openssl req -new -key next.key -subj /CN=edge -out next.csr && openssl x509 -req -in next.csr -CA ca.pem -CAkey ca.key -set_serial 0x5b$(openssl rand -hex 11) -days 30 -extfile san -out next.crt 2>/dev/null"
        + $" && cp next.key edge.key && cp next.crt edge.pem{(told ? $" && kill -HUP $(cat {_nginx.PathOf("nginx.pid")})" : "")}\n");

    void Incident(string secret) => Write("incidents/latest.json", Value.Of(("began", Instant.Write(DateTimeOffset.UtcNow.AddHours(-1))), ("changed", Value.Of(("fingerprint", SecretFingerprint.Of(Key, "app", secret))))).ToString());

    void Procedure(string revoked) => Write("sop/certificates.yaml", "issued_by: the shop's own authority\nlifetime: 30d at the edge, 1d for workloads\nrenewed: sh sop/renew.sh, by a timer each day\nwatched: the job certificates, each hour\n" + revoked);

    void Watched(DateTimeOffset ended) => Write("jobs/certificates.json", Value.Of(("finished", Instant.Write(ended)), ("complete", true), ("count", 3)).ToString());

    void Calendar(int days) => Write("calendar.yaml", string.Create(CultureInfo.InvariantCulture, $"credentials:\n  MAIL_PASSWORD: {{ rotated: {DateTimeOffset.UtcNow.AddDays(-days):yyyy-MM-dd}, max_age: 90d }}\n"));

    static string Fresh() => "s-" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    string Read(string name) => File.ReadAllText(Path.Combine(_folder, name)).Trim();

    void Copy(string from, string to) => Write(to, Read(from));

    Break Fault(string[] lines, string says, Action plant, string becomes = "failed") => new(lines, says, async stop =>
    {
        await Well(stop);
        plant();
    }, Well, becomes);

    void Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of the shop", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddDays(800));
        Write("ca.pem", _authority.ExportCertificatePem() + "\n");
        Write("ca.key", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    X509Certificate2 Leaf(string name, DateTimeOffset from, DateTimeOffset until, string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        byte[] serial = [0x40, .. RandomNumberGenerator.GetBytes(11)];
        var certificate = request.Create(_authority, from, until, serial);
        Write(certificateFile, certificate.ExportCertificatePem() + "\n");
        Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        return certificate;
    }

    string Revoked() => PemEncoding.WriteString("X509 CRL", _list.Build(_authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddHours(-1))) + "\n";

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null) await _nginx.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
        _authority?.Dispose();
    }
}
