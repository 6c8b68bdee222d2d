using System.CommandLine;

namespace Muster.Cli.Telemetry;

/// <summary>A project's key for a server that asks for one: from a file or a variable, never from the command line, where every process could read it.</summary>
static class TelemetryKey
{
    public const string Variable = "MUSTER_TELEMETRY_KEY";
    const int LargestFile = 4096;

    public static Option<string?> Option() => new("--key-file") { Description = $"File that holds the key of a project, for a server with keys (else: the variable {Variable}).", HelpName = "FILE" };

    /// <returns>Null: none is given.</returns>
    /// <exception cref="Refusal">The file cannot be read, or holds no key.</exception>
    public static string? Of(Host host, string? file)
    {
        if (file is null) return host.Variable(Variable) is { Length: > 0 } given ? Checked(given.Trim(), Variable) : null;
        var path = Path.Combine(host.Folder, file);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile }) throw Refusal.Usage($"{file} is larger than a key can be", "it holds the key and nothing else");
            return Checked(File.ReadAllText(path).Trim(), file);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException) { throw Refusal.Usage($"{file} cannot be read: {unread.Message}", "--key-file names a file that holds the key"); }
    }

    static string Checked(string key, string from) => key.Length > 0 && key.All(c => c is > ' ' and < '\u007f') ? key : throw Refusal.Usage($"{from} holds no key", "a key is one word of visible ASCII characters");
}
