using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A service that fetches for others, a real firewall before an origin, and a job that looks at certificates.</summary>
sealed class EgressEyes : IEyes
{
    const string Verify = """
        bad=0; count=0
        for file in "$1"/*.pem; do
          [ -e "$file" ] || continue
          count=$((count + 1))
          openssl x509 -in "$file" -noout -checkend 2592000 > /dev/null || { echo "$file ends within thirty days" >&2; bad=1; }
        done
        printf '{ "finished": "%s", "complete": true, "count": %d }\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$count" > "$2"
        exit $bad

        """;
    readonly ConcurrentQueue<string> _log = new();
    readonly int _names = Ports.Free();
    EdgeProcess _probe = null!;
    LoopbackSite _origin = null!;
    Firewall _edge = null!;
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
        Fault(["PB-56"], "the job has fallen silent", () => RunJob("certificates", daysAgo: 3)),
        Fault(["PB-56"], "the job looks at nothing", () => RunJob("empty")),
        Fault(["PB-56"], "the job passes whatever it finds", () => Write("jobs/verify.sh", Verify.Replace("exit $bad", "exit 0", StringComparison.Ordinal))),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        foreach (var name in (string[])["jobs", "certificates", "planted", "empty"]) Directory.CreateDirectory(Path.Combine(folder, name));
        _probe = await EdgeProcess.Start("probe", Words(), cancel);
        _origin = LoopbackSite.Start().Route("/log", _ => SiteResponse.Json(200, Value.Texts(_log).ToString()));
        _origin.Otherwise = request =>
        {
            _log.Enqueue(request.Query);
            return new(200, "well");
        };
        _edge = await Firewall.Start(_origin.Port, "On", cancel);
        using var authority = LoopbackAuthority.Create();
        foreach (var (name, days) in ((string, int)[])[("certificates/api.pem", 80), ("certificates/relay.pem", 85), ("planted/near.pem", 5)])
        {
            using var leaf = authority.Leaf(["127.0.0.1"], DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(days));
            Write(name, leaf.ExportCertificatePem() + "\n");
        }

        Well();
        return new Dictionary<string, int> { ["probe"] = _probe.Port, ["names"] = _names, ["edge"] = _edge.Port, ["origin"] = _origin.Port };
    }

    void Well()
    {
        Start(null);
        Write("jobs/verify.sh", Verify);
        RunJob("certificates");
    }

    string[] Words(string networks = "127.0.0.1/32", string? flaw = null) => ["--node-probe", networks, "--name-server", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_names}"), .. flaw is null ? Array.Empty<string>() : ["--flaw", flaw]];

    /// <summary>How the probe is started in production, as far as its settings are concerned.</summary>
    void Start(string? flaw) => Write("node-probe.sh", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "edge-service.dll")}' --port 40999 --name probe --mode production --check settings{(flaw is null ? "" : " --flaw " + flaw)}\n");

    Break Probe(string[] lines, string says, string flaw) => new(lines, says, stop => _probe.Restart(Words(flaw: flaw), stop), stop => _probe.Restart(Words(), stop));

    /// <summary>As its timer runs it; that many days ago, by the clock that it asks.</summary>
    void RunJob(string looksAt, int daysAgo = 0)
    {
        Write("jobs/run.sh", Verify.Replace("date -u ", string.Create(CultureInfo.InvariantCulture, $"date -u -d '{daysAgo} days ago' "), StringComparison.Ordinal));
        using var job = Process.Start(new ProcessStartInfo("sh", ["jobs/run.sh", looksAt, "jobs/certificates.json"]) { WorkingDirectory = _folder })!;
        job.WaitForExit();
        if (job.ExitCode != 0) throw new InvalidOperationException($"the job came to {job.ExitCode}");
    }

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
        foreach (var site in (IAsyncDisposable?[])[_probe, _origin])
            if (site is not null) await site.DisposeAsync();
    }
}
