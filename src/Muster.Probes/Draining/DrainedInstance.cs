#pragma warning disable RS0030 // Lets go of sockets that the guard dialled.
using System.Net.Http;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The instance that ends: what its readiness page says, whether it takes connections, whether its process lives; each with the moment at which it changed.</summary>
sealed class DrainedInstance(Given given, string readiness, string? servedBy, TrustAnchors trust, ProbeContext context)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    readonly (string, string)[] _headers = [.. HttpApi.HeadersOf(given)];
    readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _turned, _refused, _exited;

    public Given Given => given;

    /// <summary>Its own name for itself; null where it says none.</summary>
    public string? Name { get; private set; }

    public Value? Identity { get; private set; }

    public long? Turned => Read(ref _turned);

    public long? Refused => Read(ref _refused);

    public long? Exited => Read(ref _exited);

    /// <summary>Its listener is gone, and its process where that is known.</summary>
    public Task Over => _over.Task;

    /// <exception cref="Unseen">It is not ready.</exception>
    public async Task Before(CancellationToken cancel)
    {
        var (status, name, identity) = await Ask(cancel);
        if (status is < 200 or >= 300) throw new Unseen(Blind.NotReached, $"it is not ready before anything is done to it: {readiness} of {given.Target} answers {(status == 0 ? "nothing" : status)}");
        (Name, Identity) = (name, identity);
    }

    public async Task<bool> IsReady(CancellationToken cancel) => (await Ask(cancel)).Status is >= 200 and < 300;

    /// <summary>Until whoever watches has seen enough.</summary>
    public Task Watch(LiveProcess? process, CancellationToken enough) => Task.WhenAll(Page(enough), Door(process, enough));

    async Task Page(CancellationToken enough)
    {
        try
        {
            while (Turned is null && Refused is null)
            {
                if ((await Ask(enough)).Status >= 400) Mark(ref _turned);
                await Task.Delay(Pause, context.Clock, enough);
            }
        }
        catch (OperationCanceledException) { return; } // Enough.
    }

    async Task Door(LiveProcess? process, CancellationToken enough)
    {
        var url = HttpRequestLine.UrlOf(given.Target, null);
        try
        {
            while (Refused is null || process is not null && Exited is null)
            {
                if (process is { Lives: false } && Exited is null) Mark(ref _exited);
                if (Refused is null && await Refuses(url, enough)) Mark(ref _refused);
                await Task.Delay(Pause, context.Clock, enough);
            }

            _over.TrySetResult();
        }
        catch (OperationCanceledException) { return; } // Enough.
    }

    async Task<bool> Refuses(Uri url, CancellationToken cancel)
    {
        try
        {
            (await context.Connect(url.IdnHost, url.Port, cancel)).Dispose();
            return false;
        }
        catch (Unseen none) when (none is { Blind: Blind.Unreachable, InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } }) { return true; }
        catch (Unseen none) when (none.Blind == Blind.Unreachable) { return false; } // A connection that broke is no refusal.
    }

    async Task<(int Status, string? Name, Value? Identity)> Ask(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var answer = await HttpExchange.Send(new(HttpMethod.Get, HttpRequestLine.UrlOf(given.Target, readiness), _headers, null, null, System.Net.HttpVersion.Version11), trust, context, HttpProbe.MostBody, limit.Token);
            return (answer.Status, servedBy is not null && answer.Headers[servedBy.ToLowerInvariant()] is Value.Text name ? name.Is : null, answer.Identity);
        }
        catch (Exception silent) when (!cancel.IsCancellationRequested && !DrainFaults.IsOurs(silent) && silent is OperationCanceledException or HttpRequestException or IOException or Unseen) { return (0, null, null); } // No answer, which is told by the listener.
    }

    void Mark(ref long at) => Interlocked.CompareExchange(ref at, Math.Max(1, context.Clock.GetTimestamp()), 0);

    static long? Read(ref long at) => Interlocked.Read(ref at) is > 0 and var marked ? marked : null;
}
