using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>An application that really verifies its tokens, an ingest that does too, and workloads' certificates of an authority of the test's own.</summary>
sealed class IdentityEyes : IEyes
{
    readonly HashSet<string> _broken = [];
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    LoopbackSite _app = null!, _ingest = null!;
    Workloads _workloads = null!;

    public string Name => "identity";

    public IReadOnlyList<Break> Breaks =>
    [
        Fault("CG-45", "expired", "a session is taken after it has expired"),
        Fault("CG-51", "companies", "whoever has a session may change every company"),
        Fault("AI-34", "open", "the ingest takes writes from anybody"),
        new(["PB-54"], "a workload's certificate is good for a year", _ => Do(() => _workloads.Issue("api", TimeSpan.FromDays(365))), _ => Do(() => _workloads.Issue("api", TimeSpan.FromHours(12)))),
    ];

    public Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        var later = DateTimeOffset.UtcNow.AddHours(1);
        foreach (var (name, token) in ((string, string)[])[("mia", Token("mia", later, _key)), ("kai", Token("kai", later, _key)), ("root", Token("root", later, _key)), ("expired", Token("mia", DateTimeOffset.UtcNow.AddHours(-1), _key)), ("foreign", Token("mia", later, RandomNumberGenerator.GetBytes(32)))])
            File.WriteAllText(Path.Combine(folder, name), token);
        _workloads = new(folder);
        _workloads.Issue("api", TimeSpan.FromHours(12));
        _workloads.Issue("relay", TimeSpan.FromHours(12));
        _app = LoopbackSite.Start();
        _app.Otherwise = App;
        _ingest = LoopbackSite.Start();
        _ingest.Route("/write", request => new(_broken.Contains("open") || Who(request) is not null ? 202 : 401));
        return Task.FromResult<IReadOnlyDictionary<string, int>>(new Dictionary<string, int> { ["app"] = _app.Port, ["ingest"] = _ingest.Port });
    }

    SiteResponse App(SiteRequest request)
    {
        if (request.Path == "/companies/one/administrators/mia") return new(409, "the last administrator stays");
        if (Who(request) is not { } who) return new(401);
        var owner = request.Path.EndsWith("one", StringComparison.Ordinal) ? "mia" : "kai";
        if (request.Path.StartsWith("/projects/", StringComparison.Ordinal)) return who == owner ? new(200, "budget: 10") : new(403);
        return request.Path.StartsWith("/companies/", StringComparison.Ordinal) && (who == owner || _broken.Contains("companies")) ? new(200) : new(403);
    }

    /// <summary>Whom a token of this issuer names: signed with its key, by its algorithm, and not past its end.</summary>
    string? Who(SiteRequest request)
    {
        if (request.Headers.GetValueOrDefault("authorization") is not { } said || !said.StartsWith("Bearer ", StringComparison.Ordinal) || said["Bearer ".Length..].Split('.') is not [var head, var body, var signature]) return null;
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{head}.{body}")))) return null;
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body));
            if (header.RootElement.GetProperty("alg").GetString() != "HS256") return null;
            return claims.RootElement.GetProperty("exp").GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeSeconds() || _broken.Contains("expired") ? claims.RootElement.GetProperty("sub").GetString() : null;
        }
        catch (Exception none) when (none is FormatException or JsonException or KeyNotFoundException) { return null; } // No token of ours.
    }

    static string Token(string who, DateTimeOffset until, byte[] key)
    {
        var signed = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"sub":"{{who}}","exp":{{until.ToUnixTimeSeconds()}}}"""));
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    Break Fault(string line, string fault, string says) => new([line], says, _ => Do(() => _broken.Add(fault)), _ => Do(() => _broken.Remove(fault)));

    static Task Do(Action what)
    {
        what();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_ingest is not null) await _ingest.DisposeAsync();
        _workloads?.Dispose();
    }

    /// <summary>The workloads' certificates as files, with the authority and its list of revoked ones beside them.</summary>
    sealed class Workloads : IDisposable
    {
        readonly string _folder;
        readonly X509Certificate2 _authority;

        public Workloads(string folder)
        {
            _folder = folder;
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=Workloads of the shop", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(800));
            Directory.CreateDirectory(Path.Combine(folder, "workloads"));
            File.WriteAllText(Path.Combine(folder, "issuer.pem"), _authority.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "watched"), "all is well");
            var list = new CertificateRevocationListBuilder();
            list.AddEntry([1, 2, 3]);
            File.WriteAllText(Path.Combine(folder, "revoked.pem"), PemEncoding.WriteString("X509 CRL", list.Build(_authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256)));
        }

        public void Issue(string workload, TimeSpan life)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={workload}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri($"spiffe://shop.test/{workload}"));
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow - TimeSpan.FromMinutes(5) + life, RandomNumberGenerator.GetBytes(12));
            File.WriteAllText(Path.Combine(_folder, "workloads", workload + ".pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        }

        public void Dispose() => _authority.Dispose();
    }
}
