using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One place where a token lets in: an endpoint, or a WebSocket's handshake, at one replica.</summary>
sealed class TokenDoor(string name, HttpApi api, Endpoint endpoint, string? socketAt, string header, ProbeContext context)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public string Name => name;

    public bool IsSocket => socketAt is not null;

    /// <summary>200 to 299, or 101 of a socket, lets in; 401 and 403 refuse. Whatever else comes, or nothing, is neither. A status of 0 is no answer.</summary>
    public async Task<(Admission Was, int Status)> Try(string token, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        try
        {
            if (!IsSocket) return Read((await api.Send(endpoint.Method, endpoint.Path, null, null, [(header, Borne(token))], limit.Token)).Status);
            var (status, opened, http) = await Shake(token, limit.Token);
            await http.DisposeAsync();
            return opened ? (Admission.Accepted, status) : status == 101 ? (Admission.Unclear, status) : Read(status);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return (Admission.Unclear, 0); }
        catch (Exception broken) when (Faults.IsOfThePeer(broken)) { return (Admission.Unclear, 0); }
    }

    /// <summary>A socket that stays open for whoever watches it.</summary>
    public async Task<RawHttp> Open(string token, CancellationToken cancel)
    {
        var (status, opened, http) = await Shake(token, cancel);
        if (opened) return http;
        await http.DisposeAsync();
        throw new Unseen(Blind.NotAdmitted, $"{name} opens no WebSocket with the token ({status}), so that its refusal afterwards would show nothing");
    }

    async Task<(int Status, bool Opened, RawHttp Http)> Shake(string token, CancellationToken cancel)
    {
        var question = Value.Of(("target", Value.Of(("address", socketAt!), ("trust", api.TrustNamed))), ("path", endpoint.Path), ("headers", Value.Of((header, Borne(token)))));
        var (status, _, _, accepted, http) = await WebsocketProbe.Shake(new(new Asked("", "websocket", question)), null, context, cancel);
        return (status, accepted, http);
    }

    string Borne(string token) => header.Equals("authorization", StringComparison.OrdinalIgnoreCase) ? "Bearer " + token : token;

    static (Admission, int) Read(int status) => (status switch { >= 200 and <= 299 => Admission.Accepted, 401 or 403 => Admission.Refused, _ => Admission.Unclear }, status);
}

/// <summary>What became of a token at one place since it was revoked.</summary>
sealed class TokenWatch(TokenDoor door)
{
    /// <summary>One refusal holds for no time at all.</summary>
    const int LeastRefusals = 2;
    TimeSpan? _since, _last;
    int _refusals;

    public TokenDoor Door => door;

    public int Requests { get; private set; }

    public int Status { get; private set; }

    public TimeSpan? LastAccepted { get; private set; }

    /// <summary>Since when it was refused each time; null while it is not.</summary>
    public TimeSpan? Since => _since;

    /// <summary>Whether it was refused that long, from the first refusal to the last: while nobody asks nothing is refused.</summary>
    public bool Settled(TimeSpan settle) => _refusals >= LeastRefusals && _last - _since >= settle;

    public int ControlRefused { get; set; }

    public int ControlAsked { get; set; }

    public void Saw((Admission Was, int Status) answer, TimeSpan at)
    {
        Requests++;
        Status = answer.Status;
        if (answer.Was == Admission.Accepted) LastAccepted = at;
        // A place that does not answer refuses nobody.
        (_since, _last, _refusals) = answer.Was == Admission.Refused ? (_since ?? at, at, _refusals + 1) : ((TimeSpan?)null, at, 0);
    }

    public Value Seen => Value.Of(("place", door.Name), ("requests", Requests), ("last_status", Status))
        .With("time_to_reject", _since is { } since ? HttpProbe.Seconds(since) : (Value?)null).With("last_accepted", LastAccepted is { } last ? HttpProbe.Seconds(last) : (Value?)null);
}
