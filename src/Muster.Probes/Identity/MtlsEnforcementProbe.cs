using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

static class MtlsEnforcementProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (host, port) = HostAndPort.Read(given.Target, 443);
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var caller = new MutualCaller(host, port, given.Text("sni") ?? host, given.Text("path"), trust, context);
        using var right = MutualCaller.Certificate(given.Text("certificate") ?? throw Given.Wrong("certificate", "is missing: name it under the target"), "certificate", context);
        using var strange = LoopbackAuthority.Create("A stranger's root");
        using var stranger = strange.Leaf([right.GetNameInfo(X509NameType.SimpleName, false) is { Length: > 0 } name ? name : "client"], context.Clock.GetUtcNow() - TimeSpan.FromHours(1), context.Clock.GetUtcNow() + TimeSpan.FromDays(1));
        using var alone = SelfSigned(context);

        var first = await caller.Call(right, cancel);
        var others = new List<(string Name, Called Was)> { ("nobody", await caller.Call(null, cancel)), ("plaintext", await caller.Plain(cancel)), ("stranger", await caller.Call(stranger, cancel)), ("self-signed", await caller.Call(alone, cancel)) };
        foreach (var (bad, pem) in given.Pairs("bad"))
        {
            using var certificate = MutualCaller.Certificate(pem, "bad", context);
            others.Add((bad, await caller.Call(certificate, cancel)));
        }

        var last = await caller.Call(right, cancel);
        if (first.Leaf is null) throw new Unseen(Blind.Unreachable, $"no TLS connection with {host}:{port} with the right certificate: {first.Says}");
        var wrongly = others.Where(one => one.Was.Came == Came.Admitted).Select(one => one.Name).ToList();
        var unclear = others.Where(one => one.Was.Came == Came.Unclear).Select(one => one.Name).ToList();
        Value Who(Called was) => Value.Of(("address", was.Address), ("leaf", was.Leaf is { } leaf ? leaf : Value.Null));
        return new()
        {
            Observation = Value.Of(("admitted", first.Came == Came.Admitted && last.Came == Came.Admitted), ("tried", Value.Texts(others.Select(one => one.Name))), ("wrongly_admitted", Value.Texts(wrongly)), ("wrong", wrongly.Count), ("unclear", Value.Texts(unclear)), ("unclear_count", unclear.Count),
                ("answers", new Value.Fields(others.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.Was.Says)).Append(new("right", first.Says))))),
            Population = others.Count + 1, Before = Who(first), After = Who(last),
        };
    }

    static X509Certificate2 SelfSigned(ProbeContext context)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSelfSigned(context.Clock.GetUtcNow() - TimeSpan.FromHours(1), context.Clock.GetUtcNow() + TimeSpan.FromDays(1));
    }
}
