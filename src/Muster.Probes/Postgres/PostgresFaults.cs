using Muster.Readiness;
using Npgsql;

namespace Muster.Probes;

/// <summary>What a server's refusal means for what was asked. Its detail and hint, which may quote data, are never told.</summary>
static class PostgresFaults
{
    public static Unseen Of(PostgresException said)
    {
        var text = Bounded.Start(said.MessageText, 300);
        return said.SqlState switch
        {
            "25006" => new(Blind.BadQuestion, $"refused: the statement would write, and only reading is allowed here ({text})"),
            "42501" => new(Blind.NotAdmitted, $"the role lacks a right: {text}"),
            "57014" => new(Blind.Deadline, $"the server ended the statement: {text}"),
            "55P03" => new(Blind.Deadline, $"a lock was not to be had in time: {text}"),
            "3D000" => new(Blind.NotAdmitted, text),
            "53300" or "57P01" or "57P02" or "57P03" => new(Blind.Unreachable, $"the server takes nobody in: {text}"),
            ['2', '8', ..] => new(Blind.NotAdmitted, text),
            "25001" or ['4', '2', ..] or ['2', '2', ..] => new(Blind.BadQuestion, $"the server does not take the statement: {text}"),
            var state => new(Blind.Unreadable, $"the server reports {state}: {text}"),
        };
    }

    /// <summary>Whatever the library makes of a connection that broke or of an answer that it does not understand.</summary>
    public static Unseen Of(Exception error, PostgresRelay? relay) => error switch
    {
        Unseen unseen => unseen,
        _ when relay?.Fault is { } fault => fault,
        PostgresException said => Of(said),
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException } => new(Blind.Unreachable, $"{Peer(relay)} closed the connection", error),
        NpgsqlException => new(Blind.NotAdmitted, $"no session with {Peer(relay)}: {Bounded.Start(error.Message, 200)}", error),
        _ => new(Blind.Unreadable, $"{Peer(relay)} does not speak PostgreSQL's protocol as its client knows it ({Bounded.Start(error.Message, 200)})", error),
    };

    static string Peer(PostgresRelay? relay) => relay?.Peer.Address.ToString() ?? "the scratch server";
}
