using System.Globalization;
using Muster.Probes;

namespace Muster.Cli;

/// <summary>Where messages go, signed. Configured on the command line and in the environment and never in the document: who is told must not void a signature.</summary>
sealed class Webhook
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    readonly Uri _url;
    readonly WebhookSecret _secret;
    readonly Host _host;
    readonly Posting _posting;

    Webhook(Host host, Uri url, WebhookSecret secret) => (_host, _url, _secret, _posting) = (host, url, secret, new(new OutboundGuard(), host.Clock));

    /// <summary>For people: scheme, host and port. What stands behind them may be a secret of the receiver's.</summary>
    public string Shown => $"{_url.Scheme}://{_url.Authority}";

    /// <summary>Null when none is configured.</summary>
    /// <exception cref="Refusal">It is no URL, or has no secret to sign with.</exception>
    public static Webhook? Open(Host host, string? url, string? secretFile)
    {
        var given = url ?? host.Variable("MUSTER_WEBHOOK");
        if (given is not { Length: > 0 })
            return secretFile is null ? null : throw Refusal.Usage("there is a secret and no webhook to sign for", "--webhook URL, or MUSTER_WEBHOOK");
        if (!Uri.TryCreate(given, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("https" or "http") || parsed.Host.Length == 0) throw Refusal.Usage("the webhook is no URL", "as https://host/path");
        if (parsed.UserInfo.Length > 0) throw Refusal.Usage("the webhook's URL carries credentials", "leave them out: messages are signed");
        return new(host, parsed, WebhookSecret.Open(host, secretFile));
    }

    /// <summary>Null when the receiver took it; else why not, in words.</summary>
    public async Task<Refused?> Send(string id, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var timestamp = _host.Now.ToUnixTimeSeconds();
        var posted = await _posting.Post(_url, body, "application/json",
        [
            new("webhook-id", id),
            new("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture)),
            new("webhook-signature", _secret.Sign(id, timestamp, body.Span)),
            new("user-agent", "muster/" + Host.Version),
        ], Deadline, cancel);
        return posted switch
        {
            Posted.Answered { Status: >= 200 and < 300 } => null,
            Posted.Answered { Status: var status, RetryAfter: var after } => new($"it answered {status}", after),
            Posted.NoAnswer { Because: var because } => new(because, null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    internal sealed record Refused(string Because, TimeSpan? RetryAfter);
}
