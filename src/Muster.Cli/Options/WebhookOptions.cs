using System.CommandLine;

namespace Muster.Cli;

/// <summary>Whom to tell. In the environment where the command line can be read by others, as under a service.</summary>
sealed class WebhookOptions
{
    readonly Option<string?> _url = new("--webhook") { Description = "POST every change of verdict to this URL, signed (default: MUSTER_WEBHOOK).", HelpName = "URL" };
    readonly Option<string?> _secretFile = new("--webhook-secret-file") { Description = "Read the secret that messages are signed with from this file (default: MUSTER_WEBHOOK_SECRET_FILE, else MUSTER_WEBHOOK_SECRET).", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_secretFile);
    }

    public bool Said(ParseResult parsed) => parsed.GetValue(_url) is not null || parsed.GetValue(_secretFile) is not null;

    /// <summary>Null when none is configured.</summary>
    public Webhook? Open(Host host, ParseResult parsed) => Webhook.Open(host, parsed.GetValue(_url), parsed.GetValue(_secretFile));
}
