using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>
/// <c>--report FORMAT=FILE</c>, as often as wanted: one run, several files, whatever the verdict. What cannot be written is known before anything is looked at where that
/// can be known, and is told after all others are written.
/// </summary>
sealed class ReportFiles
{
    readonly Host _host;
    readonly Option<string[]> _option;

    public ReportFiles(Host host)
    {
        _host = host;
        _option = new("--report")
        {
            Description = $"Also write the verdict to a file, or to standard output as -; may be given several times. Formats: {string.Join(", ", Names)}.",
            HelpName = "FORMAT=FILE",
            AllowMultipleArgumentsPerToken = false,
        };
        _option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (Problem(token.Value) is { } problem) result.AddError(problem);
        });
    }

    static IEnumerable<string> Names => Board.Formats.Select(CommonOptions.Name);

    public void AddTo(Command command) => command.Add(_option);

    /// <exception cref="Refusal">A file could not be written where it is asked for, or two are the same.</exception>
    public Asked Of(ParseResult parsed)
    {
        ImmutableArray<(Format Format, string Path)> files = [.. (parsed.GetValue(_option) ?? []).Select(Read)];
        foreach (var (_, path) in files.Where(file => file.Path != "-"))
        {
            var full = Path.GetFullPath(path, _host.Folder);
            if (Directory.Exists(full)) throw Refusal.Usage($"cannot write {path}: it is a folder", "name a file in it");
            if (!Directory.Exists(Path.GetDirectoryName(full))) throw Refusal.Usage($"cannot write {path}: there is no such folder", "make it first: mkdir -p");
        }

        if (files.GroupBy(file => file.Path == "-" ? "-" : Path.GetFullPath(file.Path, _host.Folder), StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Refusal.Usage($"--report names {twice.First().Path} twice", "give each format a file of its own");
        return new(_host, files);
    }

    static (Format, string) Read(string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        return (Board.Formats.First(format => CommonOptions.Name(format) == word[..at]), word[(at + 1)..]);
    }

    static string? Problem(string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || at == word.Length - 1) return $"--report {word}: not FORMAT=FILE, as junit=readiness.xml";
        return Names.Contains(word[..at], StringComparer.Ordinal) ? null : $"--report {word}: {word[..at]} is not one of {string.Join(", ", Names)}";
    }

    /// <summary>The files that one command was asked for.</summary>
    public sealed class Asked(Host host, ImmutableArray<(Format Format, string Path)> files)
    {
        public void Write(Decision decision, Workspace workspace)
        {
            Refusal? refused = null;
            foreach (var (format, path) in files)
            {
                using var to = new StringWriter();
                Board.Print(decision, workspace, new Output(format, to), host with { Interactive = false });
                if (path == "-") host.Data.Write(to.ToString());
                else
                    try { Write(path, Encoding.UTF8.GetBytes(to.ToString())); }
                    catch (Refusal cannot) { refused ??= cannot; }
            }

            if (refused is not null) throw refused;
        }

        /// <summary>The summary of a job is shared with the other commands of its step, so it is added to; every other file is ours.</summary>
        void Write(string path, byte[] bytes)
        {
            if (host.Variable("GITHUB_STEP_SUMMARY") is not { Length: > 0 } summary || Path.GetFullPath(summary, host.Folder) != Path.GetFullPath(path, host.Folder))
            {
                OutputFile.Write(host, path, bytes);
                return;
            }

            try { File.AppendAllBytes(summary, bytes); }
            catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException) { throw Refusal.Usage($"cannot write {path}: {cannot.Message}", "choose a place that can be written to"); }
        }
    }
}
