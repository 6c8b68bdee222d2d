using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What every signing command takes: the document, the person, the way to the passphrase.</summary>
sealed class PersonOptions
{
    public Option<string?> Document { get; } = CommonOptions.Document();

    public Option<string?> As { get; } = CommonOptions.As();

    public Option<string?> PassphraseFile { get; } = CommonOptions.PassphraseFile();

    public void AddTo(Command command)
    {
        command.Add(As);
        command.Add(PassphraseFile);
        command.Add(Document);
    }

    public Signer Open(Host host, Session session, ParseResult parsed, out Person person)
    {
        (person, var signer) = People.Open(host, session.Workspace, parsed.GetValue(As), parsed.GetValue(PassphraseFile));
        return signer;
    }
}
