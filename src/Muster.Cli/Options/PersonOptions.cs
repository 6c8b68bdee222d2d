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
    readonly Option<string?> _key = new("--key") { Description = "Sign with this private key file (PEM, or unencrypted as ssh-keygen writes it) instead of the one in .muster/keys.", HelpName = "FILE" };
    readonly Option<bool> _agent = new("--agent") { Description = "Sign with a key that the SSH agent holds (SSH_AUTH_SOCK)." };
    readonly Option<Format> _format = CommonOptions.TextOrJson();

    public void AddTo(Command command)
    {
        command.Add(_as);
        command.Add(_passphraseFile);
        command.Add(_key);
        command.Add(_agent);
        command.Add(_document);
        command.Add(_format);
    }

    public Session Session(Host host, ParseResult parsed) => Cli.Session.Open(host, parsed.GetValue(_document), write: true);

    /// <summary>The document without its ledger, for signing where there is none.</summary>
    public Workspace Workspace(Host host, ParseResult parsed) => Cli.Workspace.Open(host, parsed.GetValue(_document));

    /// <param name="also">Another key than the document's that may sign here.</param>
    public Signer Signer(Host host, Session session, ParseResult parsed, out Person person, Func<string, bool>? also = null)
        => Signer(host, session.Workspace, parsed, out person, also);

    public Signer Signer(Host host, Workspace workspace, ParseResult parsed, out Person person, Func<string, bool>? also = null)
    {
        (person, var signer) = People.Open(host, workspace, parsed.GetValue(_as), parsed.GetValue(_passphraseFile), parsed.GetValue(_key), parsed.GetValue(_agent), also);
        return signer;
    }

    public Output Output(Host host, ParseResult parsed) => new(parsed.GetValue(_format), host.Data);
}
