namespace Muster.Cli.Tests;

/// <summary>The command line within this process: the same words, the same output, without the start of a process. Exit codes are held against the real executable elsewhere.</summary>
static class InProcess
{
    public static async Task<Ran> Run(string folder, params string[] words) => await Run(folder, TimeProvider.System, words);

    public static async Task<Ran> Run(string folder, TimeProvider clock, params string[] words)
    {
        using var data = new StringWriter();
        using var talk = new StringWriter();
        var exit = await CommandLine.Run(words, new Host
        {
            Clock = clock, Folder = folder, Data = data, Talk = talk, Interactive = false, Cancel = TestContext.Current.CancellationToken,
            Variable = name => name == "MUSTER_PASSPHRASE" ? "a passphrase of the tests" : null,
        });
        return new(exit, data.ToString(), talk.ToString());
    }
}
