using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A service that fetches for others, a real firewall before an origin, a job that looks at certificates, and a service that keeps keys of others under one of its own.</summary>
sealed class EgressEyes : IEyes
{
    const string Verify = """
        bad=0; count=0
        for file in "$1"/*.pem; do
          count=$((count + 1))
          openssl x509 -in "$file" -noout -checkend 2592000 > /dev/null || { echo "$file ends within thirty days" >&2; bad=1; }
        done
        printf '{ "finished": "%s", "complete": true, "count": %d }\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$count" > "$2"
        exit $bad

        """;
    readonly ConcurrentQueue<string> _log = new();
    readonly int _names = Ports.Free();
    EdgeProcess _probe = null!;
    LoopbackSite _origin = null!, _app = null!;
    Firewall _edge = null!;
    KeptKeys _keys = null!;
    string _folder = "";

    public string Name => "egress";

    public IReadOnlyList<Break> Breaks =>
    [
        Probe(["PB-50", "PB-51"], "the probe fetches from anywhere", "ProbeFetchesAnything"),
        Probe(["PB-50", "PB-51"], "it looks for forbidden texts in place of addresses", "ProbeLooksForTexts"),
        Probe(["PB-50", "PB-51"], "it does not look where a redirect leads", "ProbeFollowsBlindly"),
        Probe(["PB-51"], "it resolves a name once to look at it and once more to dial it", "ProbeResolvesTwice"),
        new(["PB-50", "PB-51"], "it fetches nothing at all", stop => _probe.Restart(Words("192.0.2.0/24"), stop), stop => _probe.Restart(Words(), stop), "unproven"),
        Fault(["PB-50"], "it starts in production without its networks", () => Start("StartsWithoutNetworks")),
        new(["PB-03", "PB-25"], "the firewall only detects", stop => _edge.Set("DetectionOnly", stop), stop => _edge.Set("On", stop)),
        new(["PB-03"], "the firewall blocks everybody", stop => _edge.Set("On", stop, "SecRule REQUEST_METHOD \"@rx .\" \"id:1,phase:1,deny,status:403\""), stop => _edge.Set("On", stop)),
        Fault(["PB-56"], "the job has fallen silent", () => Heartbeat(DateTimeOffset.UtcNow.AddDays(-3), 2)),
        Fault(["PB-56"], "the job looks at nothing", () => Heartbeat(DateTimeOffset.UtcNow, 0)),
        Fault(["PB-56"], "the job passes whatever it finds", () => Write("jobs/verify.sh", Verify.Replace("exit $bad", "exit 0", StringComparison.Ordinal))),
        Fault(["CG-61"], "a new key is made at each start", () => _keys.MakesNew = true),
        Fault(["CG-61"], "keys are taken without one", () => _keys.TakesWithout = true),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        foreach (var name in (string[])["jobs", "certificates", "planted"]) Directory.CreateDirectory(Path.Combine(folder, name));
        _probe = await EdgeProcess.Start("probe", Words(), cancel);
        _origin = LoopbackSite.Start().Route("/log", _ => SiteResponse.Json(200, Value.Texts(_log).ToString()));
        _origin.Otherwise = request =>
        {
            _log.Enqueue(request.Query);
            return new(200, "well");
        };
        _edge = await Firewall.Start(_origin.Port, "On", cancel);
        _keys = new(Path.Combine(folder, "app.env"));
        _app = LoopbackSite.Start().Route("/unset/providers", _ => new(_keys.TakesWithout ? 201 : 409)).Route("/providers/store", request => new(201, _keys.Store(request.Query))).Route("/providers", _ => _keys.Read()).Route("/restart", _ => new(200, _keys.Begin()));
        Write("fingerprint", "a-key-of-this-document");
        Write("calendar.yaml", string.Create(CultureInfo.InvariantCulture, $"credentials:\n  ENCRYPTION_KEY: {{ rotated: {DateTimeOffset.UtcNow.AddDays(-1):yyyy-MM-dd}, max_age: 365d }}\n"));
        using var authority = LoopbackAuthority.Create();
        foreach (var (name, days) in ((string, int)[])[("certificates/api.pem", 80), ("certificates/relay.pem", 85), ("planted/near.pem", 5)])
        {
            using var leaf = authority.Leaf(["127.0.0.1"], DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(days));
            Write(name, leaf.ExportCertificatePem() + "\n");
        }

        Well();
        return new Dictionary<string, int> { ["probe"] = _probe.Port, ["names"] = _names, ["edge"] = _edge.Port, ["origin"] = _origin.Port, ["app"] = _app.Port };
    }

    void Well()
    {
        (_keys.MakesNew, _keys.TakesWithout) = (false, false);
        _keys.Begin();
        Start(null);
        Write("jobs/verify.sh", Verify);
        Heartbeat(DateTimeOffset.UtcNow, 2);
    }

    string[] Words(string networks = "127.0.0.1/32", string? flaw = null) => ["--node-probe", networks, "--name-server", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_names}"), .. flaw is null ? Array.Empty<string>() : ["--flaw", flaw]];

    /// <summary>How the probe is started in production, as far as its settings are concerned.</summary>
    void Start(string? flaw) => Write("node-probe.sh", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "edge-service.dll")}' --port 40999 --name probe --mode production --check settings{(flaw is null ? "" : " --flaw " + flaw)}\n");

    Break Probe(string[] lines, string says, string flaw) => new(lines, says, stop => _probe.Restart(Words(flaw: flaw), stop), stop => _probe.Restart(Words(), stop));

    /// <summary>What the job leaves when its timer runs it.</summary>
    void Heartbeat(DateTimeOffset ended, int count) => Write("jobs/certificates.json", Value.Of(("finished", Instant.Write(ended)), ("complete", true), ("count", count)).ToString());

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    Break Fault(string[] lines, string says, Action plant, string becomes = "failed") => new(lines, says, _ => Do(plant), _ => Do(Well), becomes);

    static Task Do(Action what)
    {
        what();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_edge is not null) await _edge.DisposeAsync();
        foreach (var site in (IAsyncDisposable?[])[_probe, _origin, _app])
            if (site is not null) await site.DisposeAsync();
    }

    /// <summary>Keys of providers, encrypted under a key that stands in a file of settings and is read at each start.</summary>
    sealed class KeptKeys
    {
        readonly string _file;
        byte[] _key = [], _kept = [];

        public KeptKeys(string file)
        {
            _file = file;
            File.WriteAllText(file, $"ENCRYPTION_KEY={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}\n");
            Begin();
        }

        public bool MakesNew { get; set; }

        public bool TakesWithout { get; set; }

        public string Begin()
        {
            _key = MakesNew ? RandomNumberGenerator.GetBytes(32) : Convert.FromHexString(File.ReadAllText(_file).Trim()["ENCRYPTION_KEY=".Length..]);
            return "started";
        }

        public string Store(string text)
        {
            using var aes = new AesGcm(_key, 16);
            var (nonce, cipher, tag) = (RandomNumberGenerator.GetBytes(12), new byte[text.Length], new byte[16]);
            aes.Encrypt(nonce, Encoding.ASCII.GetBytes(text), cipher, tag);
            _kept = [.. nonce, .. tag, .. cipher];
            return text;
        }

        public SiteResponse Read()
        {
            using var aes = new AesGcm(_key, 16);
            var plain = new byte[Math.Max(0, _kept.Length - 28)];
            try { aes.Decrypt(_kept.AsSpan(0, 12), _kept.AsSpan(28), _kept.AsSpan(12, 16), plain); }
            catch (CryptographicException) { return new(500, "cannot be read"); }
            return new(200, Encoding.ASCII.GetString(plain));
        }
    }
}
