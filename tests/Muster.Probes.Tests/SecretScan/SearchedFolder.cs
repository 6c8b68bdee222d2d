using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests;

/// <summary>A folder that a search for secrets goes through, with a repository or an image in it.</summary>
sealed class SearchedFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Of(name))!);
        File.WriteAllText(Of(name), text);
    }

    public void Commit(string says)
    {
        if (!Directory.Exists(Of(".git"))) Git("init", "-q");
        Git("add", "-A");
        Git("-c", "user.name=shop", "-c", "user.email=shop@shop.test", "commit", "-q", "--allow-empty", "-m", says);
    }

    public string Git(params string[] words)
    {
        var start = new ProcessStartInfo("git", ["-C", Path, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(start)!;
        var said = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, git.StandardError.ReadToEnd());
        return said.Trim();
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        using var held = new MemoryStream();
        using (var tar = new TarWriter(held, leaveOpen: true))
            foreach (var (name, content) in entries) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return held.ToArray();
    }

    public static byte[] Tar(params (string Name, string Content)[] entries) => Tar([.. entries.Select(entry => (entry.Name, Encoding.UTF8.GetBytes(entry.Content)))]);

    public static byte[] Gzip(byte[] bytes)
    {
        using var held = new MemoryStream();
        using (var zip = new GZipStream(held, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(bytes);
        return held.ToArray();
    }

    public async Task<Value.Fields> Seen(params (string, Value)[] parameters)
    {
        var sight = await Look(parameters);
        Assert.True(sight.Observation is not null, sight.Detail);
        return sight.Observation;
    }

    public Task<Sight> Look(params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = Path }, "secrets.scan", parameters);

    public static string[] Rules(Value.Fields seen) => [.. ((Value.Items)seen["findings"]!).Are.Select(finding => $"{finding.Text("rule")} {finding.Text("path")}:{finding.Number("line")}")];
}
