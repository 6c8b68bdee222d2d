using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A document proposed from what was seen. It asks for no more than what was there, and says so by each control.</summary>
/// <param name="url">What is looked at.</param>
/// <param name="folder">Where the document will lie.</param>
/// <param name="trust">A file of trusted roots, relative to that folder.</param>
sealed class Proposal(Uri url, string folder, string? trust)
{
    static readonly ImmutableArray<string> Liveness = ["/health/live", "/livez", "/healthz", "/health"];
    static readonly ImmutableArray<string> Readiness = ["/health/ready", "/readyz", "/ready"];

    public async Task<string> Text(Host host, CancellationToken cancel)
    {
        var address = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var secure = url.Scheme == Uri.UriSchemeHttps;
        var asks = new List<(string Name, Ask Ask)> { ("root", Ask("http", address, ("path", "/"))) };
        if (secure) asks.Add(("tls", Ask("tls.endpoint", address)));
        foreach (var path in Liveness.Concat(Readiness)) asks.Add((path, Ask("http", address, ("path", path))));
        using var runner = new ProbeRunner(new() { Release = Digest.Of("init"u8), Clock = host.Clock, Folder = folder });
        var runs = await runner.Look([.. asks.Select(named => named.Ask)], cancel);
        var seen = asks.Zip(runs).ToDictionary(pair => pair.First.Name, pair => pair.Second.Sights[0].Observation);

        var to = new StringBuilder();
        to.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # Proposed by muster from what it saw at {address} on {Instant.Write(host.Now)}.
            # Every control is unreviewed, hence unproven: read it, mend it, then take away `unreviewed: true`.
            muster: 1
            system: {Name(url)}
            title: {Name(url)} launch checklist
            owner: someone   # who decides about softenings; name them under people

            environments:
              production: {"{"} values: {"{"} address: "{address}" {"}"} {"}"}

            targets:
              edge: $(address)

            controls:

            """).ReplaceLineEndings("\n"));
        var before = to.Length;
        if (seen.GetValueOrDefault("tls") is { } tls) Certificate(to, tls);
        if (seen["root"] is { } root) Root(to, root, secure);
        Health(to, "health.live", "The service says that it is alive", Liveness.FirstOrDefault(path => Answers(seen[path])));
        Health(to, "health.ready", "The service says that it can take traffic", Readiness.FirstOrDefault(path => Answers(seen[path])));
        if (to.Length == before) throw Refusal.Usage($"nothing was seen at {address}: {Why(runs)}", "start it, or name another address");
        to.Append("""
              data.backup:
                title: A fresh backup exists and was restored elsewhere
                # No check yet: legal, unmeasured, never met. `muster kinds` shows what can look.

            gates:
              go-live:
                environment: production
                require: all
                # sign: { architect: 1 }   # people: { mia: { roles: [ architect ], key: keys/mia.pub } }; make the key with `muster key new mia`

            """.ReplaceLineEndings("\n"));
        return to.ToString();
    }

    void Certificate(StringBuilder to, Value.Fields tls)
    {
        var trusted = tls["trusted"] == Value.True;
        var versions = tls["versions"] is Value.Items { Are: { IsEmpty: false } accepted } ? $", versions: {{ only: [ {string.Join(", ", accepted.Select(Plain))} ] }}" : "";
        Control(to, "edge.certificate", "The edge serves a trusted certificate with a third of its life left", "Edge",
            $"lifetime left {Left(tls["lifetime_left"])}, {(trusted ? "trusted" : "NOT trusted by this machine")}",
            trust is null ? "tls.endpoint: edge" : $"tls.endpoint: {{ target: edge{Trust} }}", $"{{ lifetime_left: at least 33%{versions} }}");
    }

    void Root(StringBuilder to, Value.Fields root, bool secure)
    {
        var status = Plain(root["status"] ?? Value.Null);
        Control(to, "edge.answers", "The edge answers", "Edge", $"status {status}", $"http: {{ target: edge, path: /{Trust} }}", $"{{ status: {status} }}");
        if (secure && root["headers"] is Value.Fields headers && headers["strict-transport-security"] is not null)
            Control(to, "edge.hsts", "Browsers are told to come back over HTTPS only", "Edge", "the header is sent", $"http: {{ target: edge, path: /{Trust} }}",
                "{ headers: { strict-transport-security: { present: true } } }");
    }

    void Health(StringBuilder to, string id, string title, string? path)
    {
        if (path is not null) Control(to, id, title, "Service", $"{path} answered 200", $"http: {{ target: edge, path: {path}{Trust} }}", "{ status: 200 }");
    }

    static void Control(StringBuilder to, string id, string title, string section, string saw, string check, string expect) => to.Append($"""
          {id}:
            title: {title}
            section: {section}
            unreviewed: true   # saw: {saw}
            check:
              {check}
              expect: {expect}


        """.ReplaceLineEndings("\n"));

    string Trust => trust is null ? "" : $", trust: {trust}";

    static bool Answers(Value.Fields? seen) => seen?["status"] is Value.Number { Is: 200 };

    static string Left(Value? ratio) => ratio is Value.Number number ? (number.Is * 100).ToString("0", CultureInfo.InvariantCulture) + "%" : "unknown";

    static string Plain(Value value) => value is Value.Text text ? text.Is : value.ToString();

    static string Name(Uri url) => new([.. url.Host.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '-')]);

    static string Why(ImmutableArray<Run> runs) => runs.SelectMany(run => run.Sights).Select(sight => sight.Detail).FirstOrDefault(detail => detail is not null) ?? "no answer";

    Ask Ask(string kind, string address, params ReadOnlySpan<(string Name, Value Value)> parameters) => new(
        new Question("here", [new Asked("", kind, Value.Of(parameters).With("target", Value.Of(("address", address))).With("trust", trust is null ? null : new Value.Text(trust)))]), "init", [kind]);
}
