using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The beginning of a session in PostgreSQL's own protocol, so that a refusal is known by its code and an admission by whether a password was asked for at all
/// (https://www.postgresql.org/docs/current/protocol-flow.html).
/// </summary>
sealed class PostgresLoginDoor(Given given, ProbeContext context) : LoginDoor(given, context)
{
    const int MostMessage = 32 * 1024;
    const int MostMessages = 64;

    // Somebody without a name is nobody to PostgreSQL.
    public override bool HasNobody => false;

    protected override async Task<LoginAnswer> Ask(Login login, CancellationToken cancel)
    {
        var database = Path.Length > 0 ? Path : "postgres";
        var url = new Uri(Given.Target);
        var trust = Given.Text("trust") ?? PostgresAddress.Query(url, "sslrootcert");
        var mode = trust is not null ? "verify-full" : PostgresAddress.Mode(Given.Text("sslmode") ?? PostgresAddress.Query(url, "sslmode") ?? "prefer");
        var address = new PostgresAddress(Host, Port, login.User, null, database) { Trust = trust, SslMode = mode };
        await using var peer = await PostgresWire.Open(address, Context, cancel);
        await peer.Write(PostgresMessage.Greeting(login.User, database), cancel);
        return await Talk(new(peer.Read), peer.Write, login, peer.Identity, cancel);
    }

    public static async Task<LoginAnswer> Talk(WireReader reader, Func<ReadOnlyMemory<byte>, CancellationToken, Task> write, Login login, Value identity, CancellationToken cancel)
    {
        var answers = new PostgresPassword(login);
        var (admitted, asked) = (false, false);
        for (var messages = 0; messages < MostMessages; messages++)
        {
            PostgresMessage message;
            try { message = await PostgresMessage.Read(reader, MostMessage, cancel); }
            catch (Unseen) when (admitted) { return LoginAnswer.Accepted(identity); } // It had let us in before it left.
            switch (message.Is)
            {
                case 'R' when PostgresPassword.IsOk(message.Body):
                    admitted = true;
                    break;
                case 'R' when answers.To(message.Body) is { } answer:
                    asked = true;
                    if (answer.Length > 0) await write(answer, cancel);
                    break;
                case 'R': return LoginAnswer.Unclear("the server asks for another proof than a password", identity);
                case 'Z' when admitted:
                    await write(new byte[] { (byte)'X', 0, 0, 0, 4 }, cancel);
                    return LoginAnswer.Accepted(identity);
                case 'E': return Refusal(PostgresMessage.Error(message.Body), admitted, asked, identity);
                case 'N' or 'S' or 'K' or 'v': break;
                default: throw PostgresMessage.Odd();
            }
        }

        throw PostgresMessage.Odd();
    }

    /// <summary>28P01 alone is about the password. 28000 before an admission says that nobody of this name is let in from here, whatever the password: that shows nothing of it.</summary>
    static LoginAnswer Refusal((string Code, string? Says) error, bool admitted, bool asked, Value identity) => (error.Code, admitted) switch
    {
        ("28P01", false) => LoginAnswer.Refused(identity),
        // A pooler before PostgreSQL says it with the code of a broken protocol, and in words.
        ("08P01", false) when asked && error.Says?.EndsWith("authentication failed", StringComparison.Ordinal) == true => LoginAnswer.Refused(identity),
        // The password was right, and the role may not log in. Without a question for a password it was never about one.
        ("28000", true) when asked => LoginAnswer.Refused(identity),
        (_, true) => LoginAnswer.Accepted(identity),
        ("28000", false) => LoginAnswer.Unclear("no rule of the server admits this user to this database from here, whatever the password (28000); ask from where people connect, name a database of theirs, and sslmode: require where TLS is asked for", identity),
        _ => LoginAnswer.Unclear($"the server refuses for another reason than the password ({error.Code})", identity),
    };
}
