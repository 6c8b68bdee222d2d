using Muster.Probes;

namespace Muster.Cli.Tests;

/// <summary>
/// The stories that golden workspaces are recorded from. A release that writes something new into its ledgers gets another story here, and another recording;
/// what is recorded stays as it is.
/// </summary>
static class Stories
{
    public static readonly (string Name, Func<Task<Recording>> Tell)[] All = [("signed", Signed), ("excepted", Excepted), ("gated", Gated), ("edge", Edge)];

    const string People = """
        people:
          mia: { roles: [ architect ], key: keys/mia.pub }
          jon: { roles: [ devops-lead ], key: keys/jon.pub }
          kai: { roles: [ on-call ], key: keys/kai.pub }
        """;

    /// <summary>Signatures, standing, a softening accepted, another release.</summary>
    static async Task<Recording> Signed()
    {
        var story = await Recording.Begin($$"""
            muster: 1
            system: shop
            title: Shop launch checklist
            owner: architect
            {{People}}
            release: { artifacts: release.json }
            environments: { local: { values: { facts: facts.json } } }
            defaults: { owner: jon, fresh: 24h }
            controls:
              a.fact:
                title: The fact is so
                section: Facts
                severity: critical
                impact: Nothing else is true
                fix: Make it so
                estimate: 1h..2h
                proves: [ GR-44 ]
                tags: [ launch ]
                check: { file: { path: $(facts), read: /ok }, expect: { value: true } }
              a.rows:
                title: There are rows enough
                check: { file: { path: $(facts), read: /rows }, expect: { value: at least 3 } }
              c.word:
                title: Somebody is on call
                check: { attestation: The rota covers the launch, by: on-call }
            gates:
              go: { environment: local, require: all, sign: { architect: 1, devops-lead: 1 }, signed_for: 7d }
            """);
        story.Folder.Write("release.json", $$"""{ "artifacts": { "shop": "sha256:{{new string('1', 64)}}" } }""");
        story.Folder.Write("facts.json", """{ "ok": true, "rows": 3 }""");
        await story.Run(2, "gate");
        await story.Run(2, "check");
        await story.Run(0, "attest", "c.word", "--as", "kai");
        await story.Run(5, "gate");
        await story.Run(0, "sign", "--as", "mia");
        await story.Run(0, "sign", "--as", "jon");
        await story.Run(0, "certify", "-o", "go.json", "--vsa", "go.vsa.json");
        story.Later(TimeSpan.FromHours(1));
        await story.Run(0, "gate", "--standing");
        story.Folder.Write("facts.json", """{ "ok": false, "rows": 4 }""");
        await story.Run(1, "check", "--again");
        await story.Run(1, "gate", "--standing");
        await story.Run(1, "certify", "-o", "no-go.json");
        story.Folder.Write("facts.json", """{ "ok": true, "rows": 4 }""");
        await story.Run(0, "check", "--only-failed");
        story.Change("at least 3", "at least 2");
        await story.Run(5, "gate");
        await story.Run(0, "accept", "--because", "two are enough", "--as", "mia");
        await story.Run(0, "sign", "--as", "mia");
        await story.Run(0, "sign", "--as", "jon");
        await story.Run(0, "certify", "-o", "softened.json");
        story.Later(TimeSpan.FromHours(30));
        await story.Run(2, "gate", "--standing"); // what was seen is stale by now
        story.Folder.Write("release.json", $$"""{ "artifacts": { "shop": "sha256:{{new string('2', 64)}}" } }""");
        await story.Run(2, "check");
        return story;
    }

    /// <summary>Rejection, waivers that count and that do not, a condition kept open too long, break-glass, a document without a release.</summary>
    static async Task<Recording> Excepted()
    {
        var story = await Recording.Begin($$"""
            muster: 1
            system: shop
            owner: architect
            {{People}}
            environments: { local: {} }
            controls:
              a.fact:
                title: The fact is so
                fix: Make it so
                all:
                  ok: { file: { path: facts.json, read: /ok }, expect: { value: true } }
                  both: { file: { path: facts.json, read: /rows }, expect: { value: { count: at least 1, every: over 0 } } }
              b.warned:
                title: It would be nice
                mode: warn
                check: { file: { path: facts.json, read: /nice }, expect: { value: { matches: "^y" } } }
              c.last:
                title: Not fewer than before
                mode: [ observe, { warn: 2026-04-01 }, { block: 2026-05-01 } ]
                check: { file: { path: facts.json, read: /size }, expect: { value: $(previous.value) } }
            gates:
              go:
                environment: local
                conditions: { due: 24h }
                waivers: { at_most: 14d, approve: [ architect ], need: [ compensating_control ] }
                break_glass: [ architect, devops-lead ]
            """);
        story.Folder.Write("facts.json", """{ "ok": false, "rows": [ 1, 0 ], "nice": "no", "size": 7 }""");
        await story.Run(1, "check");
        var rejected = await story.Run(0, "reject", "--because", "the rota is empty", "--as", "jon", "-f", "json");
        await story.Run(1, "gate");
        await story.Run(0, "withdraw", ((Readiness.Value.Text)rejected.Json["entry"]!).Is, "--because", "it is filled", "--as", "jon");
        await story.Run(0, "waive", "a.fact", "--because", "one day", "--requested-by", "jon", "--for", "30d", "--as", "mia");
        await story.Run(0, "waive", "a.fact", "--because", "one day", "--requested-by", "jon", "--compensating-control", "a guard", "--for", "7d", "--as", "mia");
        await story.Run(0, "gate");
        await story.Run(0, "certify", "-o", "conditional.json");
        await story.Run(0, "gate", "--standing");
        story.Later(TimeSpan.FromHours(26));
        await story.Run(1, "gate"); // the conditions are overdue
        await story.Run(1, "break-glass", "--because", "customers wait", "--for", "4h", "--as", "mia");
        await story.Run(11, "break-glass", "--because", "customers wait", "--for", "4h", "--as", "jon");
        await story.Run(11, "certify", "-o", "broken.json");
        story.Later(TimeSpan.FromHours(5));
        await story.Run(1, "gate");
        story.Folder.Write("facts.json", """{ "ok": true, "rows": [ 1, 2 ], "nice": "yes", "size": 8 }""");
        await story.Run(0, "check", "--again");
        await story.Run(0, "prove", "file");
        await story.Run(0, "prove", "tcp");
        await story.Run(0, "gate", "--standing");
        return story;
    }

    /// <summary>Two gates, one after the other, with soak, freeze, criteria, matrix, alternatives, steps, states, references, excuses, includes, and prose without a check.</summary>
    static async Task<Recording> Gated()
    {
        var story = await Recording.Begin($$"""
            muster: 1
            system: shop
            owner: architect
            include: [ controls/ ]
            {{People}}
            release: { artifacts: { shop: "sha256:{{new string('3', 64)}}", web: "sha256:{{new string('4', 64)}}" } }
            environments:
              staging:    { values: { facts: staging.json } }
              production: { values: { facts: production.json } }
            defaults: { owner: jon, fresh: 7d }
            controls:
              a.in.each:
                title: In each region
                each: { region: [ eu, us ] }
                check: { file: { path: $(facts), read: /$(region)/ok }, expect: { value: true } }
              a.either:
                title: One of the two
                any:
                  first: { file: { path: $(facts), read: /first }, expect: { value: { one_of: [ 301, 308 ] } } }
                  second: { file: { path: $(facts), read: /second }, expect: { value: under 200 } }
              a.steps:
                title: One after the other
                steps:
                  - { name: one, file: { path: $(facts), read: /list }, expect: { value: { includes: [ x ], count: at least 2 } } }
                  - { name: two, file: { path: $(facts), read: /text }, expect: { value: { not: { contains: error } } } }
              a.digest:
                title: The file names the digest that is released
                about: release
                in: staging
                all:
                  manifest: { file: { path: values.json, read: /digest }, expect: { value: $(release.shop) } }
                  values: { file: { path: values.json, read: /again }, expect: { value: $(manifest.value) } }
              b.section:
                title: All of these
                check: { states: [ a.* ] }
              b.cards:
                title: Card numbers are not stored
                not_applicable: { because: The shop takes no cards, approved_by: architect, review: 2027-01-01 }
              b.mesh:
                title: Service mesh
                deferred:
                  because: TLS holds without one
                  review: { every: 90d, by: architect, last: 2026-02-10 }
                  until: { file: { path: $(facts), read: /retries }, expect: { value: over 5 } }
              b.drill:
                title: A restore was rehearsed
                binds: environment
                in: staging
                fresh: 31d
                check: { file: { path: staging.json, read: /restored }, expect: { value: at most 4 } }
            gates:
              rehearsal: { environment: staging, require: [ a.in.each, a.steps, a.digest, b.drill ], sign: { devops-lead: 1 } }
              live:
                environment: production
                proved_in: [ staging, production ]
                after: rehearsal
                soak: 24h
                conditions: { due: 14d }
                require: [ a.*, b.*, more.* ]
                criteria: { Facts: a.*, Rest: [ b.section, b.drill ], More: more.* }
                sign: { architect: 1, devops-lead: 1 }
                excuses: [ architect ]
                override: never
                freeze:
                  - { from: 2026-03-05, to: 2026-03-06, zone: Europe/Berlin, because: Stocktaking }
                  - { from: 2026-03-01, to: 2026-12-31, days: [ fri ], hours: "16:00-24:00", zone: Europe/Berlin, because: Weekend }
            """);
        story.Folder.Write("controls/more.yaml", """
            section: More
            controls:
              more.prose: { title: The runbook is written, mode: observe }
              more.proposed: { title: Nobody has read this, mode: warn, unreviewed: true, check: { file: { path: $(facts), read: /text }, expect: { value: fine } } }
            """);
        const string facts = """{ "eu": { "ok": true }, "us": { "ok": true }, "first": 200, "second": 120, "list": [ "x", "y" ], "text": "fine", "retries": 2, "restored": 3 }""";
        story.Folder.Write("staging.json", facts);
        story.Folder.Write("production.json", facts.Replace("\"us\": { \"ok\": true }", "\"us\": { \"ok\": false }", StringComparison.Ordinal));
        story.Folder.Write("values.json", $$"""{ "digest": "sha256:{{new string('3', 64)}}", "again": "sha256:{{new string('3', 64)}}" }""");
        await story.Run(2, "gate", "live");
        await story.Run(5, "check", "--gate", "rehearsal");
        await story.Run(0, "sign", "rehearsal", "--as", "jon");
        await story.Run(1, "check", "--gate", "live");
        story.Folder.Write("production.json", facts);
        await story.Run(5, "check", "--gate", "live");
        await story.Run(0, "sign", "live", "--as", "jon");
        await story.Run(0, "sign", "live", "--as", "mia");
        await story.Run(5, "gate", "live"); // it soaks
        story.Later(TimeSpan.FromHours(26));
        await story.Run(0, "gate", "live");
        await story.Run(0, "certify", "live", "-o", "live.json");
        story.Later(TimeSpan.FromHours(48));
        await story.Run(5, "gate", "live"); // 5 March is frozen
        await story.Run(0, "gate", "live", "--standing");
        story.Folder.Write("production.json", facts.Replace("\"retries\": 2", "\"retries\": 9", StringComparison.Ordinal));
        await story.Run(2, "check", "--gate", "live", "--again"); // what was deferred has come, and has no check
        return story;
    }

    /// <summary>A pack, and every family of probes over real sockets: seen, not seen, refused, too large for an entry.</summary>
    static async Task<Recording> Edge()
    {
        using var authority = LoopbackAuthority.Create();
        using var certificate = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(10), TimeSpan.FromDays(80));
        await using var site = LoopbackSite.Start(certificate);
        await using var plain = LoopbackSite.RedirectTo(site.Address);
        site.Route("/", _ => new SiteResponse(200, "<h1>shop</h1>", "text/html").With("Strict-Transport-Security", "max-age=31536000").With("Server", "shop"))
            .Route("/health/live", _ => SiteResponse.Json(200, """{ "status": "up" }"""))
            .Route("/health/ready", _ => SiteResponse.Json(503, """{ "status": "down", "failures": [ "db" ] }"""))
            .Route("/orders", request => SiteResponse.Json(201, $$"""{ "id": 7, "got": {{request.Body}} }"""))
            .Route("/orders/7", _ => SiteResponse.Json(200, """{ "note": "kept" }"""));
        var story = await Recording.Begin($$"""
            muster: 1
            system: shop
            owner: architect
            include: [ "pack:web-edge@1" ]
            {{People}}
            release: { artifacts: { shop: "sha256:{{new string('5', 64)}}" } }
            environments: { local: { consent: [ active, destructive ] } }
            targets:
              edge: {{site.Address}}
              plain: {{plain.Address}}
            controls:
              own.certificate: { title: A private authority, check: { tls.endpoint: edge, trust: ca.pem, expect: { lifetime_left: at least 33%, hostname_matches: true } } }
              own.redirect: { title: Plain HTTP redirects, check: { http: plain, path: /, expect: { status: 308 } } }
              own.health: { title: Readiness says so, check: { health: edge, trust: ca.pem, expect: { readiness: { status: 503 }, liveness: { json: { status: up } }, statuses: { contains: 503 } } } }
              own.write:
                title: An order can be read back
                steps:
                  - { name: write, http: { target: edge, post: /orders, json: { note: $(nonce) }, trust: ca.pem }, expect: { status: 201 } }
                  - { name: read, http: { target: edge, get: "/orders/$(write.json.id)", trust: ca.pem }, within: 5s, expect: { /note: kept } }
              own.name: { title: The name leads here, check: { dns: localhost, expect: { records: { includes: [ 127.0.0.1 ] } } } }
              own.metadata: { title: What may not be touched, mode: observe, check: { tcp: "169.254.169.254:80" } }
              own.large: { title: More than an entry holds, check: { file: large.txt, expect: { text: { matches: "^x" } } } }
              own.program: { title: A program says so, check: { command: [ /bin/echo, '{"pending":0}' ], expect: { /pending: 0 } } }
            gates:
              edge: { environment: local, require: [ web-edge.*, own.* ] }
            """);
        story.Folder.Write("ca.pem", authority.PemOfRoot);
        story.Folder.Write("large.txt", string.Concat(Enumerable.Range(0, 5_000).Select(i => $"x{i:x4} ")));
        await story.Run(1, "check", "--allow-commands");
        await story.Run(1, "check", "--only-failed");
        await story.Run(1, "certify", "-o", "no-go.json");
        return story;
    }
}
