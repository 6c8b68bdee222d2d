using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>The fake peers of a trap, on real sockets of 127.0.0.1. <c>%name%</c> in its documents is the port of the peer of that name.</summary>
sealed class Peers : IAsyncDisposable
{
    readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    readonly List<IAsyncDisposable> _open = [];
    readonly List<IDisposable> _keys = [];
    LoopbackAuthority? _authority;

    public string Fill(string text) => _ports.Aggregate(text, (filled, port) => filled.Replace($"%{port.Key}%", port.Value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    public async Task Start(Tree tree, string folder, DateTimeOffset t)
    {
        foreach (var (name, value) in tree.Rest().ToList())
        {
            var peer = Tree.Of(value, $"peer.yaml: {name}");
            _ports[name] = peer switch
            {
                _ when peer.Truth("closed") => LoopbackListener.ClosedPort(),
                _ when peer.Truth("silent") => Open(LoopbackListener.Start(static (stream, stop) => stream.CopyToAsync(Stream.Null, stop))).Port,
                _ when peer.Text("raw") is { } raw => Open(LoopbackListener.Start((stream, stop) => Say(stream, raw, stop))).Port,
                _ when peer.Inner("zone") is { } zone => Open(LoopbackNameServer.Start(Zone(zone))).Port,
                _ => Site(peer, t).Port,
            };
            peer.Done();
        }

        if (_authority is not null) await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), _authority.PemOfRoot);
    }

    T Open<T>(T peer) where T : IAsyncDisposable
    {
        _open.Add(peer);
        return peer;
    }

    /// <summary>Answers whatever it is asked with these bytes, and hangs up.</summary>
    static async Task Say(Stream stream, string raw, CancellationToken stop)
    {
        var asked = new byte[16 * 1024];
        if (await stream.ReadAsync(asked, stop) == 0) return;
        await stream.WriteAsync(Encoding.Latin1.GetBytes(raw.Replace('␀', '\0').ReplaceLineEndings("\r\n")), stop);
    }

    LoopbackSite Site(Tree peer, DateTimeOffset t)
    {
        var tls = peer.Inner("tls");
        var (certificate, sent) = tls is null ? (null, null) : Certificate(tls, t);
        var site = Open(LoopbackSite.Start(certificate, sent, Versions(tls)));
        if (tls?.Inner("then") is { } then) Exchange(site, then, t);
        foreach (var (path, answers) in peer.Inner("routes")?.Rest() ?? []) Route(site, path, answers);
        if (peer.Take("otherwise") is { } otherwise) site.Otherwise = Answering(otherwise);
        tls?.Done();
        return site;
    }

    /// <summary>Another certificate from the second connection on.</summary>
    void Exchange(LoopbackSite site, Tree then, DateTimeOffset t)
    {
        var (next, sent) = Certificate(then, t);
        then.Done();
        var otherwise = site.Otherwise;
        site.Route("/", request =>
        {
            site.Present(next, sent);
            return otherwise(request);
        });
    }

    static SslProtocols Versions(Tree? tls)
    {
        var versions = SslProtocols.None;
        foreach (var version in tls?.Texts("versions") ?? []) versions |= Enum.Parse<SslProtocols>(version);
        return versions;
    }

    (X509Certificate2, X509Certificate2Collection) Certificate(Tree tls, DateTimeOffset t)
    {
        _authority ??= LoopbackAuthority.Create();
        var (since, until) = (Moment.Read(tls.Text("since"), t, t - TimeSpan.FromDays(1)), Moment.Read(tls.Text("until"), t, t + TimeSpan.FromDays(89)));
        var names = tls.Texts("names");
        if (names.IsEmpty) names = ["localhost", "127.0.0.1"];
        var by = tls.Text("by") ?? "authority";
        if (by == "itself") return (SelfSigned(names[0], since, until), []);
        var issuer = by switch { "authority" => _authority, "another" => Kept(LoopbackAuthority.Create("Somebody else")), _ => Kept(_authority.Below("Loopback issuing")) };
        var leaf = issuer.Leaf(names, since, until);
        _keys.Add(leaf);
        return (leaf, by == "below" && tls.Text("sends") != "leaf" ? issuer.Intermediates : []);
    }

    LoopbackAuthority Kept(LoopbackAuthority authority)
    {
        _keys.Add(authority);
        return authority;
    }

    X509Certificate2 SelfSigned(string name, DateTimeOffset since, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        var certificate = request.CreateSelfSigned(since, until);
        _keys.Add(certificate);
        return certificate;
    }

    static void Route(LoopbackSite site, string path, Value answers)
    {
        if (answers is Value.Fields methods && methods.All(one => one.Key is "GET" or "HEAD" or "POST"))
        {
            var by = methods.ToDictionary(one => one.Key, one => Answering(one.Value), StringComparer.Ordinal);
            site.Route(path, request => by.TryGetValue(request.Method, out var answer) ? answer(request) : new(405));
        }
        else site.Route(path, Answering(answers));
    }

    /// <summary>One answer for ever, or a list of them: the first, the second, and the last from then on.</summary>
    static Func<SiteRequest, SiteResponse> Answering(Value value)
    {
        if (value is not Value.Items list) return Answer(Tree.Of(value, "an answer"));
        var (answers, times) = (list.Are.Select(one => Answer(Tree.Of(one, "an answer"))).ToList(), 0);
        return request => answers[Math.Min(Interlocked.Increment(ref times), answers.Count) - 1](request);
    }

    static Func<SiteRequest, SiteResponse> Answer(Tree tree)
    {
        var status = tree.Whole("status") ?? 200;
        var response = tree.Take("json") is { } json ? SiteResponse.Json(status, json.ToString())
            : tree.Text("to") is { } to ? SiteResponse.Redirect(to, tree.Has("status") ? status : 302)
            : new SiteResponse(status, tree.Text("body") ?? "", tree.Text("type") ?? "text/html; charset=utf-8");
        foreach (var (name, said) in tree.Inner("headers")?.Rest() ?? []) response = response.With(name, said is Value.Text text ? text.Is : said.ToString());
        if (tree.Whole("filled") is { } size) response = response with { Body = response.Body + new string(' ', size) };
        tree.Done();
        return _ => response;
    }

    static Dictionary<(string, DnsType), byte[][]> Zone(Tree zone)
    {
        var records = new Dictionary<(string, DnsType), byte[][]>();
        foreach (var (name, types) in zone.Rest())
            foreach (var (type, all) in (Value.Fields)types)
                records[(name, Enum.Parse<DnsType>(type))] = [.. ((Value.Items)all).Are.Select(one => Record(type, ((Value.Text)one).Is))];
        return records;
    }

    static byte[] Record(string type, string written) => type == "A" ? LoopbackNameServer.A(written) : LoopbackNameServer.Name(written);

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _open) await peer.DisposeAsync();
        foreach (var key in _keys) key.Dispose();
        _authority?.Dispose();
    }
}
