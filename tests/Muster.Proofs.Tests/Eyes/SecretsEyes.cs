using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>A real git repository, an image as it is saved, a folder of artifacts, and a service that tells its settings.</summary>
sealed class SecretsEyes : IEyes
{
    const string Password = "DB_PASSWORD=Tr0ub4dor-and-3\n";
    const string App = "kind: Deployment\nenv:\n- name: DB_PASSWORD\n  valueFrom: { secretKeyRef: { name: db, key: password } }\n---\nkind: ExternalSecret\nmetadata: { name: db }\nspec: { target: { name: db } }\n";
    const string Store = "kind: ExternalSecret\nmetadata: { name: session }\nspec: { secretStoreRef: { name: platform-store, kind: ClusterSecretStore }, target: { name: session } }\n";
    LoopbackSite _app = null!;
    string _folder = "", _level = "info", _traces = "https://telemetry.shop.test:4317", _first = "";

    public string Name => "secrets";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["SU-24", "GR-35", "GR-09"], "a password was committed and taken out again", stop => Commits("deploy/.env", Password, taken: true, stop), Rewind),
        new(["SU-83"], "a private key is committed", stop => Commits("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n-----END PRIVATE KEY-----\n", taken: false, stop), Rewind),
        new(["GR-09", "PB-05"], "the template is filled in", stop => Write("repository/deploy/.env.template", Password, stop), stop => Write("repository/deploy/.env.template", "DB_PASSWORD=${DB_PASSWORD}\n", stop)),
        new(["SU-84", "GR-35", "CG-73"], "a layer of the image holds a password that a later one deletes", stop => Image("app/.env", Password, stop), stop => Image("app/motd", "hello\n", stop)),
        new(["CG-30"], "a reference leads to a secret that nobody declares", stop => Write("repository/deploy/app.yaml", App.Replace("secretKeyRef: { name: db,", "secretKeyRef: { name: other,", StringComparison.Ordinal), stop), stop => Write("repository/deploy/app.yaml", App, stop)),
        new(["AI-35"], "a secret comes from another store than the platform's", stop => Write("repository/deploy/store.yaml", Store.Replace("platform-store", "somebody-s", StringComparison.Ordinal), stop), stop => Write("repository/deploy/store.yaml", Store, stop)),
        new(["SU-47"], "the service logs everything", _ => Task.FromResult(_level = "debug"), _ => Task.FromResult(_level = "info")),
        new(["SU-47"], "the service sends its traces elsewhere", _ => Task.FromResult(_traces = "http://127.0.0.1:4317"), _ => Task.FromResult(_traces = "https://telemetry.shop.test:4317")),
        new(["CG-66"], "one byte of an artifact is flipped", stop => Write("dist/web.bin", "Web", stop), stop => Write("dist/web.bin", "web", stop)),
        new(["CG-66"], "a file lies there that is not listed", stop => Write("dist/more.bin", "more", stop), _ => Gone("dist/more.bin")),
        new(["CG-66"], "a listed file is not there", _ => Gone("dist/web.bin"), stop => Write("dist/web.bin", "web", stop)),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        _app = LoopbackSite.Start().Route("/settings", _ => SiteResponse.Json(200, $$$"""{"log":{"level":"{{{_level}}}"},"tracing":{"endpoint":"{{{_traces}}}"}}"""));
        await Write("fingerprint", "a-key-of-this-document", cancel);
        await Write("repository/deploy/.env.template", "DB_PASSWORD=${DB_PASSWORD}\n", cancel);
        await Write("repository/deploy/settings.yaml", "log: { level: info }\ntelemetry: { traces: \"https://telemetry.shop.test:4317\" }\n", cancel);
        await Write("repository/deploy/app.yaml", App, cancel);
        await Write("repository/deploy/store.yaml", Store, cancel);
        await Git(cancel, "init", "-q");
        await Committed("start", cancel);
        _first = await Git(cancel, "rev-parse", "HEAD");
        await Image("app/motd", "hello\n", cancel);
        await Write("dist/web.bin", "web", cancel);
        await Write("dist/SHA256SUMS", Convert.ToHexStringLower(SHA256.HashData("web"u8)) + "  web.bin\n", cancel);
        return new Dictionary<string, int> { ["app"] = _app.Port };
    }

    async Task Commits(string name, string text, bool taken, CancellationToken cancel)
    {
        await Write("repository/" + name, text, cancel);
        await Committed("more", cancel);
        if (!taken) return;
        await Gone("repository/" + name);
        await Committed("less", cancel);
    }

    async Task Committed(string says, CancellationToken cancel)
    {
        await Git(cancel, "add", "-A");
        await Git(cancel, "-c", "user.name=shop", "-c", "user.email=shop@shop.test", "commit", "-q", "-m", says);
    }

    Task<string> Rewind(CancellationToken cancel) => Git(cancel, "reset", "-q", "--hard", _first);

    /// <summary>An image as it is saved: two layers, of which the second deletes what the first may hold, in one archive.</summary>
    async Task Image(string name, string text, CancellationToken cancel)
    {
        var image = Tar(("a/layer.tar", Tar((name, Encoding.UTF8.GetBytes(text)))), ("b/layer.tar", Tar(("app/.wh.x", []))), ("manifest.json", "[]"u8.ToArray()));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "image.tar"), image, cancel);
    }

    static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        using var held = new MemoryStream();
        using (var tar = new TarWriter(held, leaveOpen: true))
            foreach (var (name, content) in entries) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return held.ToArray();
    }

    async Task<string> Git(CancellationToken cancel, params string[] words)
    {
        var start = new ProcessStartInfo("git", ["-C", Path.Combine(_folder, "repository"), .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(start)!;
        var said = await git.StandardOutput.ReadToEndAsync(cancel);
        await git.WaitForExitAsync(cancel);
        Assert.True(git.ExitCode == 0, await git.StandardError.ReadToEndAsync(cancel));
        return said.Trim();
    }

    Task Write(string name, string text, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
        return File.WriteAllTextAsync(Path.Combine(_folder, name), text, cancel);
    }

    Task Gone(string name)
    {
        File.Delete(Path.Combine(_folder, name));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }
}
