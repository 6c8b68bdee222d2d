using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What every signing command takes: the document, the person, the way to the passphrase, the format.</summary>
sealed class PersonOptions
{
    readonly Option<string?> _document = CommonOptions.Document();
    readonly Option<string?> _as = CommonOptions.As();
    readonly Option<string?> _passphraseFile = CommonOptions.PassphraseFile();
    readonly Option<Format> _format = CommonOptions.TextOrJson();

    public void AddTo(Command command)
    {
        command.Add(_as);
        command.Add(_passphraseFile);
        command.Add(_document);
        command.Add(_format);
    }

    public Session Session(Host host, ParseResult parsed) => Cli.Session.Open(host, parsed.GetValue(_document), write: true);

    public Signer Signer(Host host, Session session, ParseResult parsed, out Person person)
    {
        (person, var signer) = People.Open(host, session.Workspace, parsed.GetValue(_as), parsed.GetValue(_passphraseFile));
        return signer;
    }

    public Output Output(Host host, ParseResult parsed) => new(parsed.GetValue(_format), host.Data);
}
