using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What drain.websocket is asked, read once.</summary>
sealed class DrainQuestion
{
    const int MostSockets = 200;
    readonly Asked _asked;
    readonly string _path;
    readonly (string Name, string Text)[] _headers;

    public DrainQuestion(Asked asked)
    {
        _asked = WebsocketProbe.OverHttp(asked);
        var given = Given = new(_asked);
        TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(Math.Min(given.Seconds(name, otherwise), 600));
        (Before, Finish, RefuseWithin, Within, BackWithin, ReconnectWithin) = (Seconds("before", 1), Seconds("finish", 1), Seconds("refuse_within", 1), Seconds("within", 30), Seconds("back_within", 60), Seconds("reconnect_within", 5));
        Sockets = given.Count("sockets", 8, MostSockets);
        Rate = given["rate"] is Value.Number { Is: > 0 and <= 50 } rate ? rate.Is : given["rate"] is null ? 10 : throw Given.Wrong("rate", "is no number of messages a second from above 0 to 50");
        if (Sockets == 0) throw Given.Wrong("sockets", "is nothing; a drain without an open socket shows nothing");
        (_path, Template, Origin, ServedBy, Resumes) = (given.Text("path") ?? "/", given.Text("send") ?? "{n}", given.Text("origin"), given.Text("served_by"), given.Text("resumes"));
        if (Template.Split("{n}").Length != 2) throw Given.Wrong("send", "has not exactly one {n}, which stands for the number of the message");
        _headers = [.. given.Pairs("headers")];
        Reconnects = given.Truth("reconnect", false);
        Codes = [.. given.Texts("codes").Select(code => int.TryParse(code, out var number) && number is >= 1000 and < 5000 ? number : throw Given.Wrong("codes", $"\"{code}\" is no close code"))];
        if (Codes.IsEmpty) Codes = [1001, 1012];
        HasSessions = _path.Contains("{session}", StringComparison.Ordinal) || _headers.Any(header => header.Text.Contains("{session}", StringComparison.Ordinal));
        if ((Reconnects || Resumes is not null || !given.Texts("others").IsEmpty) && !HasSessions) throw Given.Wrong("path", "and headers name no {session}, so that none can come back, be resumed, or be another instance's");
        Others = given.Texts("others");
        if (!Others.IsEmpty && ServedBy is null) throw Given.Wrong("others", "needs served_by: which instance a session belongs to");
    }

    public Given Given { get; }

    public int Sockets { get; }

    public double Rate { get; }

    public string Template { get; }

    public string? Origin { get; }

    public string? ServedBy { get; }

    public string? Resumes { get; }

    public bool Reconnects { get; }

    public bool HasSessions { get; }

    public ImmutableArray<int> Codes { get; }

    public ImmutableArray<string> Others { get; }

    public TimeSpan Before { get; }

    public TimeSpan Finish { get; }

    public TimeSpan RefuseWithin { get; }

    public TimeSpan Within { get; }

    public TimeSpan BackWithin { get; }

    public TimeSpan ReconnectWithin { get; }

    public TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The handshake of that session at the target, or at another address.</summary>
    public Given At(string session, Value? address = null)
    {
        string Filled(string text) => text.Replace("{session}", session, StringComparison.Ordinal);
        var parameters = _asked.Parameters.With("path", Filled(_path)).With("headers", new Value.Fields(_headers.Select(header => KeyValuePair.Create<string, Value>(header.Name, Filled(header.Text)))));
        return new(address is null ? _asked with { Parameters = parameters } : WebsocketProbe.OverHttp(_asked with { Parameters = parameters.With("target", address) }));
    }

    /// <summary>The value of a header in the head of an answer.</summary>
    public static string? Header(string head, string? name) =>
        name is null ? null : head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } found ? Bounded.Start(found[(name.Length + 1)..].Trim(), 100) : null;
}
