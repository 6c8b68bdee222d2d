namespace Muster.Proofs.Tests;

sealed class AlertingAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["alerting.delivery"] = "alerting.delivery: { target: \"http://ADDRESS\", sink: peer, wait: 1s }",
        ["alert.fire"] = "alert.fire: { target: \"http://ADDRESS\", alert: Errors, drive: peer, on: /on, off: /off, sink: peer, wait: 1s }",
        ["mail.receipt"] = "mail.receipt: { target: \"http://ADDRESS\", via: post, wait: 1s }",
    };

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string> { ["post"] = "{ smtp: ADDRESS, from: a@shop.test, to: b@shop.test }" };
}
