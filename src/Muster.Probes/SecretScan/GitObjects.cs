using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The object database of a repository, read through git's plumbing: commands that are fixed here, that run nothing of the repository's own (no hooks, no filters, no monitor) and fetch nothing.
/// </summary>
sealed class GitObjects(string folder)
{
    const int MostSaid = 256 * 1024 * 1024;

    /// <summary>Blobs and messages that any reference reaches, each with the first path that it has; a commit or tag goes by its own id.</summary>
    readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    public int Commits { get; private set; }

    public async Task<string> Says(CancellationToken cancel, params string[] words)
    {
        using var git = Start(words);
        try
        {
            var complaints = Complaints(git, cancel);
            git.StandardInput.Close();
            var said = await Read(git.StandardOutput.BaseStream, cancel);
            await git.WaitForExitAsync(cancel);
            if (git.ExitCode != 0) throw new Unseen(Blind.NotCapable, $"git {words[0]} failed: {Bounded.Start((await complaints).Trim(), 300)}");
            return said;
        }
        finally { End(git); }
    }

    /// <exception cref="Unseen">Only a part of the history is here.</exception>
    public async Task Begin(CancellationToken cancel)
    {
        if ((await Says(cancel, "rev-parse", "--is-shallow-repository")).Trim() != "false") throw new Unseen(Blind.NotCapable, "the clone is shallow: most of the history is not here; fetch all of it (git fetch --unshallow)");
        foreach (var line in (await Says(cancel, "rev-list", "--all", "--objects")).AsSpan().EnumerateLines())
        {
            if (line.Length < 40) continue;
            var space = line.IndexOf(' ');
            _paths.TryAdd((space < 0 ? line : line[..space]).ToString(), space < 0 ? "" : line[(space + 1)..].ToString());
        }

        Commits = int.Parse((await Says(cancel, "rev-list", "--all", "--count")).Trim(), CultureInfo.InvariantCulture);
        if (Commits == 0) throw new Unseen(Blind.Unreadable, "the repository has no commits");
    }

    /// <summary>Every object in the order of the packs, which is the fastest that there is. Contents pass by one at a time.</summary>
    /// <param name="look">Gets content, path and id.</param>
    /// <param name="huge">Gets told of one that is too large.</param>
    public async Task Each(Action<ReadOnlyMemory<byte>, string, string> look, Action huge, CancellationToken cancel)
    {
        using var git = Start(["cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"]);
        try
        {
            var complaints = Complaints(git, cancel);
            git.StandardInput.Close();
            var met = 0;
            await foreach (var (id, type, content) in new GitBatch(git.StandardOutput.BaseStream, SecretSearch.MostText).Read(cancel))
            {
                if (!_paths.TryGetValue(id, out var path)) continue;
                met++;
                if (type == "tree") continue;
                if (content is { } whole) look(whole, type == "blob" ? path : $"({type})", id);
                else huge();
            }

            await git.WaitForExitAsync(cancel);
            if (git.ExitCode != 0) throw new Unseen(Blind.NotCapable, $"git cat-file failed: {Bounded.Start((await complaints).Trim(), 300)}");
            if (met < _paths.Count) throw new Unseen(Blind.NotCapable, $"{_paths.Count - met} of {_paths.Count} objects of the history are not here");
        }
        finally { End(git); }
    }

    /// <summary>The first commit that has this blob.</summary>
    public async Task<string?> CommitOf(string id, CancellationToken cancel) =>
        (await Says(cancel, "log", "--all", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--format=%H", "--find-object=" + id)).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();

    Process Start(string[] words)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "--no-optional-locks", "--no-pager", "--no-replace-objects", "-C", folder, .. words])
        {
            UseShellExecute = false, CreateNoWindow = true, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        var kept = ((string[])["PATH", "HOME", "SystemRoot"]).Select(name => (name, Environment.GetEnvironmentVariable(name))).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept) if (value is not null) start.Environment[name] = value;
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        try { return Process.Start(start)!; }
        catch (Win32Exception absent) { throw new Unseen(Blind.NotCapable, $"git could not be started, and the history is read through it: {absent.Message}", absent); }
    }

    static void End(Process git)
    {
        if (!git.HasExited) git.Kill(entireProcessTree: true);
    }

    /// <summary>Only the beginning is kept; the rest is read so that git is never held up by it.</summary>
    static async Task<string> Complaints(Process git, CancellationToken cancel)
    {
        var kept = new StringBuilder();
        while (await git.StandardError.ReadLineAsync(cancel) is { } line)
            if (kept.Length < 1000) kept.Append(line).Append(' ');
        return kept.ToString();
    }

    static async Task<string> Read(Stream from, CancellationToken cancel)
    {
        using var held = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int got; (got = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (held.Length + got > MostSaid) throw new Unseen(Blind.TooLarge, $"the repository lists more than {MostSaid} bytes of objects");
            held.Write(buffer, 0, got);
        }

        return Encoding.UTF8.GetString(held.GetBuffer(), 0, (int)held.Length);
    }
}
