using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>How something that an exercise did to the system is undone: a signal to a process, a command, or a request to whatever put the fault on.</summary>
abstract record WayBack
{
    /// <summary>In words, for whoever finds it after Muster was killed.</summary>
    public abstract string Says { get; }

    /// <summary>Undoes it; false if that failed and somebody must see to it.</summary>
    public abstract Task<bool> Go(ProbeContext context, CancellationToken cancel);

    public abstract Value Written { get; }

    public static WayBack? Read(Value? written) => written is not Value.Fields fields ? null
        : fields["command"] is Value.Items items ? new Command([.. items.Are.OfType<Value.Text>().Select(text => text.Is)])
        : fields["signal"] is Value.Text name && Enum.TryParse<Signal>(name.Is, out var signal) && fields["process"] is Value.Number id && fields["began"] is Value.Text began && long.TryParse(began.Is, out var ticks)
            ? new Signalled(new((int)id.Is, ticks), signal)
        : fields["method"] is Value.Text method && fields["url"] is Value.Text url && Uri.TryCreate(url.Is, UriKind.Absolute, out var to) && to.Scheme is "http" or "https" ? new Asked(method.Is, to, fields["body"], (fields["trust"] as Value.Text)?.Is) : null;

    /// <summary>A signal to a process that is still the same.</summary>
    internal sealed record Signalled(LiveProcess Process, Signal Signal) : WayBack
    {
        public override string Says => $"the signal {Signal} to the process {Process.Id}";

        // One that ended meanwhile needs no undoing.
        public override Task<bool> Go(ProbeContext context, CancellationToken cancel) => Task.FromResult(Process.Send(Signal) || !Process.Lives);

        public override Value Written => Value.Of(("signal", Signal.ToString()), ("process", Process.Id), ("began", Process.Began.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>A program of the user's.</summary>
    internal sealed record Command(ImmutableArray<string> Arguments) : WayBack
    {
        static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

        public override string Says => string.Join(' ', Arguments);

        public override async Task<bool> Go(ProbeContext context, CancellationToken cancel)
        {
            using var limit = new CancellationTokenSource(Longest, context.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            try { return (await ProgramRun.Pull(Arguments, context, either.Token)).ExitCode == 0; }
            catch (Exception failed) when (failed is Unseen or OperationCanceledException) { return false; }
        }

        public override Value Written => Value.Of(("command", new Value.Items([.. Arguments.Select(argument => (Value)argument)])));
    }

    /// <summary>A request to a fault proxy's control socket, through the guard as all others.</summary>
    /// <param name="Trust">The whole path of the PEM file of the only trusted roots; null for this machine's roots.</param>
    internal sealed record Asked(string Method, Uri Url, Value? Body, string? Trust = null) : WayBack
    {
        const int MostBody = 1024 * 1024;
        static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

        public override string Says => $"{Method} {Url}{(Body is null ? "" : " " + CanonicalJson.Text(Body))}";

        public override async Task<bool> Go(ProbeContext context, CancellationToken cancel)
        {
            using var limit = new CancellationTokenSource(Longest, context.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            var line = new HttpRequestLine(new(Method), Url, [], Body is null ? null : CanonicalJson.Bytes(Body), Body is null ? null : "application/json", System.Net.HttpVersion.Version11);
            try
            {
                // 404: what was put on is not there any more.
                return await HttpExchange.Send(line, await TrustAnchors.Read(Trust, context.Folder, either.Token), context, MostBody, either.Token) is { Status: >= 200 and < 300 or 404 };
            }
            catch (Exception failed) when (failed is Unseen or OperationCanceledException or HttpRequestException or IOException) { return false; } // Somebody is told of it.
        }

        public override Value Written => Value.Of(("method", Method), ("url", Url.AbsoluteUri)).With(("body", Body), ("trust", Trust));
    }
}
