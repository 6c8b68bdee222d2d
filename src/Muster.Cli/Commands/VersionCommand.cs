using System.CommandLine;

namespace Muster.Cli.Commands;

static class VersionCommand
{
    public static Command Build(Host host)
    {
        var format = CommonOptions.TextOrJson();
        var command = new Command("version", "Prints the version.") { format };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(format) == Format.Text) return Print(host);
            new Output(Format.Json, host.Data).Json("version", ("version", Host.Version));
            return ExitCode.Done;
        });
        return command;
    }

    public static int Print(Host host)
    {
        host.Data.WriteLine($"muster {Host.Version}");
        return ExitCode.Done;
    }
}
