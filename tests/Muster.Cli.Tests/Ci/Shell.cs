using System.Diagnostics;
using System.Text;

namespace Muster.Cli.Tests;

/// <summary>A script of a CI system, run as that system runs it.</summary>
static class Shell
{
    public static async Task<Ran> Run(string folder, string script, IReadOnlyDictionary<string, string> variables, params string[] shell)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("muster-script-").FullName, "script.sh");
        try
        {
            await File.WriteAllTextAsync(file, script);
            var start = new ProcessStartInfo(shell[0], [.. shell[1..], file])
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
            };
            foreach (var (name, value) in variables) start.Environment[name] = value;
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return await Executable.Finish(process);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }
}
