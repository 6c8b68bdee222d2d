using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>How fast the history of a repository is searched for secrets, in megabytes of its objects' contents a second.</summary>
static class SecretFigures
{
    const int Files = 1_000, Commits = 40, Changed = 200;

    /// <summary>What git can be asked for that comes near our rules: their patterns without what its own expressions do not know.</summary>
    const string Patterns = """
        -----BEGIN ([A-Z0-9]+ )*PRIVATE KEY
        [A-Za-z][A-Za-z0-9+.-]+://[^ /:@]*:[^ /@]{3,}@
        (AKIA|ASIA)[A-Z2-7]{16}
        gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|glpat-[A-Za-z0-9_-]{20}
        eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}
        (password|passwd|secret|token|api_key|apikey|access_key|private_key|credential)[A-Za-z0-9_.-]*["']? *[=:] *["'][^ "']{8,}["']
        """;

    const string Grep = "grep -I -i -E -c -f .git/patterns";

    public static readonly IReadOnlyList<Contest> All =
    [
        new("secrets.scan, the tree of a repository", new Goal.None(), "MB", () => Searched(history: false, "git grep -E, the same files", $"git {Grep} > .git/found; test $? -le 1")) { Rounds = 3, Needs = Missing },
        new("secrets.scan, tree and whole history", new Goal.None(), "MB", () => Searched(history: true, "git grep -E, every revision", $"git rev-list --all | xargs git {Grep} > .git/found; test $? -le 123")) { Rounds = 3, Needs = Missing },
        new("secrets.scan, tree and whole history, each version once", new Goal.None(), "MB", () => Searched(history: true, "git cat-file and grep -E", "git cat-file --batch-all-objects --batch | LC_ALL=C grep -a -i -E -c -f .git/patterns > .git/found; test $? -le 1")) { Rounds = 3, Needs = Missing },
    ];

    static string? Missing()
    {
        try
        {
            Child.Run(["git", "--version"]);
            return null;
        }
        catch (Exception absent) when (absent is InvalidOperationException or System.ComponentModel.Win32Exception) { return "git is not here"; }
    }

    static Arena Searched(bool history, string peer, string command)
    {
        var folder = Scratch.Fresh("history");
        Make(folder);
        File.WriteAllText(Path.Combine(folder, ".git", "patterns"), Patterns);
        var runner = new ProbeRunner(new() { Release = Digest.Of("bench"u8), Folder = folder });
        var ask = new Ask(new("here", [new("", "secrets.scan", Value.Of(("target", "."), ("history", history)), false, TimeSpan.FromMinutes(5))]), "bench", ["bench.secrets"]);
        var bytes = Round(runner, ask).Units;
        return new(new("Muster", () => Round(runner, ask), Memory.Own), new(peer, () => Peer(folder, command, bytes), static () => null) { Elsewhere = true }, runner.Dispose)
        {
            Note = () => string.Create(CultureInfo.InvariantCulture, $"{bytes:0.0} MB{(history ? $" in {Commits} commits" : "")} of {Files} files; both rates are of those bytes, each version of a file counted once. The peer has the patterns that its own expressions know, and decodes no base64, reads no manifests and does not weigh what it finds."),
        };
    }

    static Sample Round(ProbeRunner runner, Ask ask)
    {
        var watch = Stopwatch.StartNew();
        var sight = runner.Look(ask, CancellationToken.None).GetAwaiter().GetResult().Sights[0];
        if (sight.Observation?["bytes"] is not Value.Number { Is: var bytes }) throw new InvalidOperationException($"nothing was searched: {sight.Detail}");
        return new(bytes / 1e6, watch.Elapsed.TotalSeconds);
    }

    static Sample Peer(string folder, string command, double megabytes)
    {
        var watch = Stopwatch.StartNew();
        Child.Run(["sh", "-c", command], folder);
        return new(megabytes, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Code that looks like code, with the words of secrets in it now and then.</summary>
    static void Make(string folder)
    {
        var random = new Random(7);
        Child.Run(["git", "init", "-q"], folder);
        for (var commit = 0; commit < Commits; commit++)
        {
            for (var file = 0; file < (commit == 0 ? Files : Changed); file++)
            {
                var text = Text(random);
                File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"File{(commit == 0 ? file : random.Next(Files))}.cs")), text);
            }

            Child.Run(["git", "add", "-A"], folder);
            Child.Run(["git", "-c", "user.name=bench", "-c", "user.email=bench@shop.test", "commit", "-q", "-m", "more"], folder);
        }

        Child.Run(["git", "repack", "-a", "-d", "-q"], folder);
    }

    static string Text(Random random)
    {
        string[] words = ["public", "sealed", "class", "Order", "return", "await", "customer", "basket", "price", "if", "(value", "is null)", "=>", "stream.Read", "total", "+=", "new", "List<int>", "0x1f", "foreach", "var", "item", "in", "items", "{", "}", "throw", "static", "readonly", "string"];
        string[] rare = ["password", "token.IsCancelled", "// see https://shop.test/docs", "secretary", "Credentials.None", "apiKey"];
        var text = new StringBuilder();
        while (text.Length < 16_000)
        {
            // One line in forty speaks of something secret, and holds none.
            for (var word = random.Next(4, 12); word > 0; word--) text.Append(random.Next(320) == 0 ? rare[random.Next(rare.Length)] : words[random.Next(words.Length)]).Append(' ');
            text.Append(random.Next()).Append(";\n");
        }

        return text.ToString();
    }
}
