using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes;

namespace Muster.Bench;

/// <summary>A system on loopback and its document: 20 controls over HTTP, 10 over TCP, 10 over TLS with its old versions tried, 10 over a file. All of them hold.</summary>
sealed class FiftyControls : IDisposable
{
    const int Sites = 10;
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create("Bench root");
    readonly List<LoopbackSite> _sites = [];
    X509Certificate2? _leaf; // the sites go on using it

    FiftyControls(string folder) => Folder = folder;

    public string Folder { get; }

    public static FiftyControls Start()
    {
        var system = new FiftyControls(Scratch.Fresh("fifty"));
        for (var i = 0; i < Sites; i++)
        {
            var plain = LoopbackSite.Start();
            plain.Otherwise = static _ => SiteResponse.Json(200, """{ "status": "pass" }""");
            system._sites.Add(plain);
        }

        system._leaf = system._authority.Leaf(TimeProvider.System, since: TimeSpan.FromDays(1), until: TimeSpan.FromDays(89));
        for (var i = 0; i < Sites; i++) system._sites.Add(LoopbackSite.Start(system._leaf));
        File.WriteAllText(Path.Combine(system.Folder, "ca.pem"), system._authority.PemOfRoot);
        File.WriteAllText(Path.Combine(system.Folder, "release.json"), string.Concat("{", string.Join(",", Enumerable.Range(0, Sites).Select(i => $"\"image-{i}\":\"ready\"")), "}"));
        File.WriteAllText(Path.Combine(system.Folder, "muster.yaml"), system.Document());
        return system;
    }

    /// <summary>Takes the ledger and the keys away, so that the next check is the first.</summary>
    public void Forget()
    {
        var state = Path.Combine(Folder, ".muster");
        if (Directory.Exists(state)) Directory.Delete(state, recursive: true);
    }

    string Document()
    {
        var text = new StringBuilder("muster: 1\nsystem: bench\nowner: devops\nenvironments:\n  local: {}\ntargets:\n");
        for (var i = 0; i < Sites; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  http{i}: http://127.0.0.1:{_sites[i].Port}\n");
            text.Append(CultureInfo.InvariantCulture, $"  tcp{i}: 127.0.0.1:{_sites[i].Port}\n");
            text.Append(CultureInfo.InvariantCulture, $"  tls{i}: 127.0.0.1:{_sites[Sites + i].Port}\n");
        }

        text.Append("controls:\n");
        for (var i = 0; i < Sites; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  live.{i}: {{ check: {{ http: {{ target: http{i}, path: /live }}, expect: {{ status: 200 }} }} }}\n");
            text.Append(CultureInfo.InvariantCulture, $"  ready.{i}: {{ check: {{ http: {{ target: http{i}, path: /ready }}, expect: {{ status: 200, /status: pass }} }} }}\n");
            text.Append(CultureInfo.InvariantCulture, $"  port.{i}: {{ check: {{ tcp: tcp{i} }} }}\n");
            text.Append(CultureInfo.InvariantCulture, $"  edge.{i}: {{ check: {{ tls.endpoint: {{ target: tls{i}, trust: ca.pem }}, expect: {{ lifetime_left: at least 33% }} }} }}\n");
            text.Append(CultureInfo.InvariantCulture, $"  image.{i}: {{ check: {{ file: {{ path: release.json, read: /image-{i} }}, expect: {{ value: ready }} }} }}\n");
        }

        return text.Append("gates:\n  go-live: { environment: local, require: all }\n").ToString();
    }

    public void Dispose()
    {
        foreach (var site in _sites) site.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _leaf?.Dispose();
        _authority.Dispose();
    }
}
