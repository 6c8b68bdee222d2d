using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Sessions of PostgreSQL that began under the old password. The server's own clock dates both them and the change.</summary>
sealed class OldSessions
{
    readonly PostgresAddress _address;
    readonly string _before;
    readonly ProbeContext _context;

    OldSessions(PostgresAddress address, string before, ProbeContext context) => (_address, _before, _context) = (address, before, context);

    /// <summary>Null where another protocol is spoken.</summary>
    public static async Task<OldSessions?> Before(Given given, LoginDoor door, string user, string old, ProbeContext context, CancellationToken cancel)
    {
        if (door is not PostgresLoginDoor || user.Length == 0) return null;
        var address = PostgresAddress.Read(given, context) with { User = user };
        await using var session = await PostgresSession.Open(address with { Password = old }, context, cancel);
        var answer = await session.Query("select clock_timestamp()::text", cancel);
        return new(address, answer.Rows[0][0]!, context);
    }

    public async Task<int> Left(string password, CancellationToken cancel)
    {
        await using var session = await PostgresSession.Open(_address with { Password = password }, _context, cancel);
        var answer = await session.Query("select count(*)::text from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() and backend_start < $1::timestamptz", cancel, _before);
        return int.Parse(answer.Rows[0][0]!, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
