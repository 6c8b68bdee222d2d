using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The JSON Schema of a document, so that editors complete it and mark mistakes.</summary>
static class SchemaCommand
{
    public static Command Build(Host host)
    {
        var command = new Command("schema", "Prints the JSON Schema of muster.yaml, for editors. Contacts nothing.");
        command.SetAction(_ =>
        {
            host.Data.Write(JsonReport.Indent(DocumentSchema.Build(ProbeKinds.Catalogue)));
            return ExitCode.Done;
        });
        return command;
    }
}
