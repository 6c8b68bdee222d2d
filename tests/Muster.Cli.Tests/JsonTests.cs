using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Each command is run for real with --format json and held against its published schema, both ways.</summary>
public sealed class JsonTests
{
    /// <summary>Not JSON with a schema of ours: a story to watch, a schema itself, a scenario file, manifests that need a server, a proxy and a metrics server, which run until they are interrupted, and the answers of another server as they are.</summary>
    static readonly string[] Without = ["demo", "schema", "load import", "manifest redis", "manifest postgres", "proxy", "telemetry serve", "telemetry query", "telemetry top"];

    readonly Dictionary<string, HashSet<string>> _seen = [];
    readonly HashSet<string> _commands = [];

    [Fact]
    public async Task Every_command_prints_what_its_schema_says_and_every_described_field_is_printed_by_some_run()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "well");
        using var bare = new Scratch();
        await Print(bare, "init", "init", site.Address.AbsoluteUri);
        await Print(bare, "version", "version");
        await Print(bare, "requirements", "requirements");
        await Print(bare, "kinds", "kinds");
        await Print(bare, "kind", "kinds", "http");
        await Print(bare, "pack-list", "pack", "list");
        await Print(bare, "pack-show", "pack", "show", "redis");
        await Print(bare, "pack-copy", "pack", "copy", "redis");
        await Print(bare, "try", "try", "http", site.Address.AbsoluteUri);
        await Print(bare, "prove", "prove", "tcp");
        await Load(bare, site);
        await Print(bare, "otlp-conform", "otlp", "conform", site.Address.AbsoluteUri, "--limit", "1", "--signal", "logs");
        await Print(bare, "key-new", "key", "new", "lea");
        bare.Write(".muster/keys/broken.pub", "nothing");
        await Print(bare, "key-list", "key", "list");
        await Import();
        await Print(bare, "manifest", "manifest", "files", ".muster", "--out", "muster.manifest.json");
        await Drills();
        bare.Write("muster.yaml", "muster: 1\nsistem: shop\n");
        await Print(bare, "lint", "lint");
        await Print(bare, "doctor", "doctor");

        using var launch = await Launch.Of(new()
        {
            Expected = false, Gate = ", sign: { architect: 1, devops-lead: 1 }, waivers: { at_most: 14d, approve: [ architect ] }, break_glass: [ architect, devops-lead ]",
            Controls = """
                  b.word: { title: Somebody says so, check: { attestation: It is so, by: on-call } }
                  c.fact: { title: Also so, proves: [ GR-44, GR-06 ], check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }
                """,
        });
        var folder = launch.Folder;
        await Print(folder, "lint", "lint");
        await Print(folder, "plan", "plan");
        await Print(folder, "check", "check");
        await Print(folder, "change", "check", "--rounds", "1");
        await Print(folder, "requirements", "requirements");
        await Print(folder, "gate", "gate");
        await Print(folder, "why", "why", "a.fact");
        await Print(folder, "attest", "attest", "b.word", "--as", "kai");
        var rejected = await Print(folder, "reject", "reject", "--because", "x", "--as", "mia");
        await Print(folder, "withdraw", "withdraw", ((Value.Text)rejected["entry"]!).Is, "--because", "x", "--as", "mia");
        await Print(folder, "waive", "waive", "a.fact", "--because", "x", "--requested-by", "jon", "--for", "30d", "--as", "mia");
        await Print(folder, "waive", "waive", "a.fact", "--because", "x", "--requested-by", "jon", "--for", "7d", "--as", "mia");
        var asked = await Print(folder, "waive-request", "waive", "request", "a.fact", "--because", "x", "--for", "7d", "--as", "jon");
        var approved = await Print(folder, "waive", "waive", "approve", ((Value.Text)asked["entry"]!).Is, "--as", "mia");
        await Print(folder, "withdraw", "withdraw", ((Value.Text)approved["entry"]!).Is, "--because", "x", "--as", "mia");
        await Print(folder, "upcoming", "upcoming", "--within", "60d");
        await Print(folder, "sign", "sign", "--as", "mia");
        await Print(folder, "break-glass", "break-glass", "--because", "x", "--for", "1h", "--as", "mia");
        launch.Change("roles: [ devops-lead ]", "roles: [ devops-lead, architect ]");
        await Print(folder, "sign", "sign", "--as", "jon", "--role", "architect");
        await Print(folder, "sign", "sign", "--as", "jon", "--role", "devops-lead");
        launch.Change("roles: [ devops-lead, architect ]", "roles: [ devops-lead ]");
        await Print(folder, "sign", "sign", "--as", "jon");
        launch.Change("  c.fact: { title: Also so, proves: [ GR-44, GR-06 ], check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }\n", "");
        await Print(folder, "accept", "accept", "--because", "x", "--as", "mia");
        await Print(folder, "report", "report");
        await Print(folder, "certify", "certify", "-o", "launch.json");
        await Print(folder, "verify", "verify", "launch.json", "--key", ".muster/keys/runner.pub");
        await Print(folder, "verify", "verify", "launch.json", "--key", "keys/mia.pub");
        await Moving();
        await Print(folder, "replay", "replay", "last");
        await Print(folder, "replay-all", "replay", "--all");
        await Print(folder, "diff", "diff");
        await Print(folder, "history", "history");
        folder.Write("webhook.secret", "a secret of the tests, long enough\n");
        string[] well = ["--webhook", site.Address.AbsoluteUri, "--webhook-secret-file", "webhook.secret"], nobody = ["--webhook", "http://127.0.0.1:1/", "--webhook-secret-file", "webhook.secret"];
        await Print(folder, "notify", ["notify", "--test", .. well]);
        folder.Write("facts.json", """{ "ok": false }""");
        await Print(folder, "change", ["check", "--again", "--rounds", "1", .. nobody]);
        await Print(folder, "notify", ["notify", .. nobody]);
        await Print(folder, "ledger-show", "ledger", "show");
        await Print(folder, "key-revoke", "key", "revoke", "jon", "--because", "lost laptop", "--as", "mia");
        var rotated = await Print(folder, "key-rotate", "key", "rotate", "mia");
        launch.Change("key: keys/mia.pub", $"key: keys/mia.pub, former: [ {{ key: {((Value.Text)((Value.Fields)rotated["former"]!)["public_key"]!).Is}, until: 2030-01-01 }} ]");
        launch.Change("controls:", "runners: { ci: .muster/keys/runner.pub }\ncontrols:");
        await Print(folder, "key-list", "key", "list");
        Flip.Payload(folder.PathOf(".muster/ledger/log"));
        await Print(folder, "ledger-verify", "ledger", "verify");

        Assert.Equal(Commands.Of().Select(found => string.Join(' ', found.Words)).Except(Without).Order(StringComparer.Ordinal), _commands.Order(StringComparer.Ordinal));
        var files = Directory.EnumerateFiles(JsonSchema.Folder, "*.schema.json").Select(file => Path.GetFileName(file)[..^".schema.json".Length]).ToList();
        Assert.Equal(files.Order(StringComparer.Ordinal), _seen.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(from schema in files from field in JsonSchema.Of(schema).Declared where !_seen[schema].Contains(field) select $"{schema}: {field} was never printed");
    }

    /// <summary>A run with all that a result can have, and one that its generator cannot bear.</summary>
    async Task Load(Scratch folder, LoopbackSite site)
    {
        folder.Write("load.yaml", $"target: {site.Address}\nscenarios: {{ load: {{ steps: {{ from: 100/s, by: 100/s, to: 200/s, each: 1s, peak: 50/s }}, get: / }} }}\nthresholds: {{ http_req_duration: [ p(50)<60000 ], \"http_req_failed{{scenario:load}}\": [ rate<0.5 ] }}\n");
        await Print(folder, "load", "load", "load.yaml", "--out", "load.json");
        folder.Write("much.yaml", $"target: {site.Address}\nscenarios: {{ load: {{ rate: 900000/s, duration: 300ms, graceful_stop: 0s, get: / }} }}\n");
        await Print(folder, "load", "load", "much.yaml");
        await using var sockets = LoopbackListener.Start(Upgrade);
        folder.Write("live.yaml", $"target: http://127.0.0.1:{sockets.Port}\nscenarios: {{ live: {{ vus: 1, iterations: 1, requests: [ {{ name: live, websocket: /ws, send: [ hello ], stay: 100ms }} ] }} }}\n");
        await Print(folder, "load", "load", "live.yaml");
        await Print(folder, "load-compare", "load", "compare", "load.json", "load.json");
    }

    /// <summary>Agrees to speak WebSocket, and then only listens.</summary>
    static async Task Upgrade(Stream stream, CancellationToken cancel)
    {
        var bytes = new byte[4096];
        var asked = Encoding.ASCII.GetString(bytes, 0, await stream.ReadAsync(bytes, cancel));
        if (Regex.Match(asked, "Sec-WebSocket-Key: *(.+?)\r\n", RegexOptions.IgnoreCase) is not { Success: true } key) return;
#pragma warning disable CA5350 // What RFC 6455 asks for; nothing is kept secret by it.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key.Groups[1].Value + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), cancel);
        while (await stream.ReadAsync(bytes, cancel) > 0) { }
    }

    /// <summary>A drill from its beginning to its witness, and one that is broken off.</summary>
    async Task Drills()
    {
        var launch = new Launch { Controls = "  d.drill: { title: It was rehearsed, check: { drill: It was rehearsed, by: on-call, runbook: runbook.md } }" };
        launch.Folder.Write("runbook.md", "Do it.\n");
        using var ready = await Launch.Of(launch);
        Task Minutes(int ago, string schema, params string[] words) => Print(ready.Folder, schema, TimeSpan.FromMinutes(ago), words);
        await Minutes(9, "drill-start", "drill", "start", "d.drill", "--as", "kai");
        await Minutes(8, "drill-line", "drill", "step", "One");
        await Minutes(7, "drill-line", "drill", "note", "Two", "--deviation");
        await Minutes(6, "drill-show", "drill", "show");
        await Minutes(5, "drill-finish", "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", "2m");
        await Minutes(4, "drill-witness", "drill", "witness", "d.drill", "--as", "mia");
        await Minutes(3, "drill-start", "drill", "start", "d.drill", "--as", "kai");
        await Minutes(2, "drill-abort", "drill", "abort", "--because", "x");
    }

    /// <summary>Over two machines, with everything that can be said of what arrives.</summary>
    async Task Moving()
    {
        await using var copies = await Copies.Start("runners: { ci: keys/ci.pub }");
        await Print(copies.Ci, "key-runner", "key", "runner", "--publish", "keys/again.pub");
        await copies.Ci.Run("check");
        await Print(copies.Ci, "export", "export", "-g", "go-live", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "ci.intoto.jsonl");
        await Print(copies.Gate, "import-evidence", "import", "ci.intoto.jsonl");
        await Print(copies.Gate, "ledger-show", "ledger", "show");
        await copies.Gate.Run("check", "--again");
        await copies.Gate.Done("export", "-o", "gate.intoto.jsonl");
        Copies.Carry(copies.Gate, copies.Ci, "gate.intoto.jsonl");
        await Print(copies.Ci, "import-evidence", "import", "gate.intoto.jsonl");
        await Print(copies.Ci, "review-open", "review", "open", "-o", "review.html");
        Copies.Carry(copies.Ci, copies.Mia, "review.html");
        await Print(copies.Mia, "sign-review", "sign", "--review", "review.html", "--as", "mia");
        Copies.Carry(copies.Mia, copies.Gate, "mia.go-live.sig.intoto.jsonl");
        copies.Gate.Write("muster.yaml", File.ReadAllText(copies.Gate.PathOf("muster.yaml")).Replace("artifacts: { shop: sha256:1111111111111111111111111111111111111111111111111111111111111111 }", "artifacts: gone.json", StringComparison.Ordinal));
        await Print(copies.Gate, "import-evidence", "import", "mia.go-live.sig.intoto.jsonl");
    }

    /// <summary>A checklist that comes to every fate, in a document that cannot be added to by a line.</summary>
    async Task Import()
    {
        using var folder = new Scratch();
        folder.Write("READINESS.md", "# Ready\n\n- [x] one stands here\n- two are two sentences\n- three stays here\n- https://shop.test answers\n- goes away\n");
        await Print(folder, "import-checklist", "import", "READINESS.md");
        folder.Write("READINESS.md", "- three stays here\n- one stands here now\n- two are two sentences\n- https://shop.test answers\n- fresh and new\n");
        await Print(folder, "import-checklist", "import", "--check");
        folder.Write("muster.yaml", "muster: 1\nsystem: shop\ninclude: controls/READINESS.yaml\n");
        folder.Write("MORE.md", "- another\n");
        await Print(folder, "import-checklist", "import", "MORE.md");
    }

    Task<Value.Fields> Print(Scratch folder, string schema, params string[] words) => Print(folder, schema, TimeSpan.Zero, words);

    async Task<Value.Fields> Print(Scratch folder, string schema, TimeSpan ago, string[] words)
    {
        var ran = await InProcess.Run(folder.Folder, host => host with { Clock = new Earlier(ago) }, [.. words, "--format", "json"]);
        Assert.True(ran.Data.Length > 0, $"muster {string.Join(' ', words)} printed nothing: {ran.Talk}");
        if (!_seen.TryGetValue(schema, out var seen)) _seen[schema] = seen = [];
        Assert.Empty(JsonSchema.Of(schema).Problems(ran.Json, seen).Select(problem => $"muster {string.Join(' ', words)}: {problem}"));
        _commands.Add(words[0] is "key" or "otlp" or "ledger" or "pack" or "review" or "drill" or "manifest" || (words[0] == "waive" && words[1] is "request" or "approve") || (words[0] == "load" && words[1] == "compare") ? $"{words[0]} {words[1]}" : words[0]);
        return ran.Json;
    }

    [Fact]
    public async Task An_error_is_text_on_standard_error_and_standard_output_stays_empty()
    {
        using var empty = new Scratch();
        var ran = await empty.Run("gate", "-f", "json");
        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.StartsWith("muster: no muster.yaml", ran.Talk, StringComparison.Ordinal);
    }
}
