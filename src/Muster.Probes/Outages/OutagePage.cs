using System.Collections.Immutable;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What one page answered at one time; status 0 where no answer came, which to whoever decides on traffic is an answer too.</summary>
sealed record OutagePage(int Status, ImmutableArray<string> Failures, string Says, string? Started, Value? Identity)
{
    /// <summary>When the answer was there, or was no longer waited for.</summary>
    public long At { get; private init; }

    public bool IsWell => Status is >= 200 and < 300;

    /// <param name="patience">How long it may take; a page that hangs is a page that does not answer.</param>
    public static async Task<OutagePage> Ask(OutageTarget of, string path, ProbeContext context, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(of.Patience);
        try
        {
            var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(of.Address, path), of.Headers, null, null, System.Net.HttpVersion.Version11);
            var answer = await HttpExchange.Send(line, of.Trust, context, HttpProbe.MostBody, limit.Token);
            var json = answer.Body.Whole ? HttpProbe.Json(answer) : null;
            var says = (json as Value.Fields)?.FirstOrDefault(field => field.Key.Equals("status", StringComparison.OrdinalIgnoreCase)).Value is Value.Text word ? Bounded.Start(word.Is, 100) : "";
            var started = of.Started is { } pointer && json is not null && JsonPointer.Find(json, pointer) is { } who and not Value.Nothing ? Bounded.Start(who is Value.Text text ? text.Is : who.ToString(), 200) : null;
            return new(answer.Status, FailingNames.Of(json, answer.Body.Whole ? HttpProbe.Text(answer.Body.Bytes) : null, of.Names), says, started, answer.Identity) { At = context.Clock.GetTimestamp() };
        }
        catch (Unseen refused) when (refused.Blind is not Blind.Unreachable) { throw; }
        catch (Exception silent) when (!cancel.IsCancellationRequested && (silent is OperationCanceledException or HttpRequestException or IOException or SocketException || silent is Unseen { Blind: Blind.Unreachable }))
        {
            for (var inner = silent.InnerException; inner is not null; inner = inner.InnerException)
                if (inner is Unseen { Blind: not Blind.Unreachable } barred) throw barred;
            return new(0, [], "", null, null) { At = context.Clock.GetTimestamp() };
        }
    }
}

/// <summary>One replica of the service, and how its pages are asked and read.</summary>
sealed record OutageTarget(string Address, (string Name, string Text)[] Headers, TrustAnchors Trust, TimeSpan Patience, string? Names, string? Started);
