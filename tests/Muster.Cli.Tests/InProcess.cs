namespace Muster.Cli.Tests;

/// <summary>The command line within this process: the same words, the same output, without the start of a process. Exit codes are held against the real executable elsewhere.</summary>
static class InProcess
{
    public const string Passphrase = "a passphrase of the tests";

    public static Task<Ran> Run(string folder, params string[] words) => Run(folder, host => host, words);

    public static async Task<Ran> Run(string folder, Func<Host, Host> change, params string[] words)
    {
        using var data = new StringWriter();
        using var talk = new StringWriter();
        var exit = await CommandLine.Run(words, change(new Host
        {
            Clock = TimeProvider.System, Folder = folder, Data = data, Talk = talk, Interactive = false, CanAsk = false, Cancel = TestContext.Current.CancellationToken,
            Variable = name => name == "MUSTER_PASSPHRASE" ? Passphrase : null,
        }));
        return new(exit, data.ToString(), talk.ToString());
    }
}
