using System.CommandLine;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Sends what waits in the outbox, or proves that the receiver receives.</summary>
static class NotifyCommand
{
    public static Command Build(Host host)
    {
        var test = new Option<bool>("--test") { Description = "Send one message of the type \"test\" now, past the outbox, to see that it arrives." };
        var webhook = new WebhookOptions();
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var command = new Command("notify", "Sends what waits for the webhook's receiver now. With --test, proves that the receiver receives.") { test, document, format };
        webhook.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var to = webhook.Open(host, parsed) ?? throw Refusal.Usage("no webhook is configured", "--webhook URL, or MUSTER_WEBHOOK");
            var outbox = new Outbox(Path.Combine(Path.GetDirectoryName(Workspace.Locate(host, parsed.GetValue(document)))!, ".muster"));
            var output = new Output(parsed.GetValue(format), host.Data);
            return parsed.GetValue(test) ? await Test(host, parsed.GetValue(document), to, outbox, output, cancel) : await Send(host, to, outbox, output, cancel);
        });
        return command;
    }

    static async Task<int> Test(Host host, string? document, Webhook to, Outbox outbox, Output output, CancellationToken cancel)
    {
        var workspace = Workspace.Open(host, document);
        var message = News.Of(News.Test, new(workspace.Document.System, workspace.Document.Gates.Select(gate => gate.Name).FirstOrDefault() ?? "", workspace.Document.Gates.Select(gate => gate.Environment).FirstOrDefault() ?? ""),
            host.Now, ["somebody ran muster notify --test"], outbox.Dropped);
        var began = host.Clock.GetTimestamp();
        if (await to.Send(message.Id, Encoding.UTF8.GetBytes(message.Body), cancel) is { } refused)
            throw Refusal.Usage($"{to.Shown} did not take the message: {refused.Because}", "look at the receiver; it must answer 2xx within 15 s. See docs/after-launch.md");
        var took = host.Clock.GetElapsedTime(began);
        if (output.IsJson) output.Json("notify", ("target", to.Shown), ("id", message.Id), ("delivered", 1), ("waiting", outbox.Waiting().Count()), ("dropped", outbox.Dropped));
        else output.Data.WriteLine($"{to.Shown} took the message {message.Id} in {took.TotalMilliseconds:0} ms. That it was read by somebody is for you to see.");
        return ExitCode.Done;
    }

    static async Task<int> Send(Host host, Webhook to, Outbox outbox, Output output, CancellationToken cancel)
    {
        var sent = await new Delivery(host, outbox, to).Run(now: true, cancel);
        if (output.IsJson) output.Json("notify", ("target", to.Shown), ("delivered", sent.Sent), ("waiting", sent.Waiting), ("dropped", outbox.Dropped), ("last_error", sent.LastError));
        else output.Data.WriteLine($"{sent.Sent} delivered, {sent.Waiting} waiting{(sent.LastError is { } error ? $" ({error})" : "")}{(outbox.Dropped is var dropped and > 0 ? $", {dropped} dropped before" : "")}.");
        return sent.Waiting == 0 ? ExitCode.Done : ExitCode.BadInput;
    }
}
