using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Where a database is and who asks: <c>postgres://user:password@host:5432/database?sslmode=verify-full</c>, with the meaning that PostgreSQL's own tools give it.
/// A map may add <c>user</c>, <c>password</c>, <c>database</c>, <c>sslmode</c>, <c>trust</c>, <c>certificate</c> and <c>key</c>.
/// </summary>
sealed record PostgresAddress(string Host, int Port, string User, string? Password, string Database)
{
    const int UsualPort = 5432;

    public static readonly ImmutableArray<Parameter> Parameters =
    [
        new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document. With it the server's certificate is verified, whatever sslmode says."),
        new("sslmode", Shape.Text, "disable, prefer, require or verify-full, as in PostgreSQL's own addresses (allow counts as prefer, verify-ca as verify-full); the address's own, else prefer."),
        new("certificate", Shape.Text, "A PEM file with the client's certificate, relative to the document, where the server demands one; mostly from the target."),
        new("key", Shape.Text, "Its private key: a PEM file, or the key itself by $(file:…) or $(env:…) under targets."),
        new("statement_timeout", Shape.Duration, "How long one statement may run, and wait for a lock, before the server ends it.") { Default = 5 },
    ];

    /// <summary>disable, prefer, require or verify-full.</summary>
    public string SslMode { get; init; } = "prefer";

    public string? Trust { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    public bool Verified => SslMode == "verify-full";

    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public static PostgresAddress Read(Given given, ProbeContext context)
    {
        var text = given.Target;
        var url = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "postgres" or "postgresql" && parsed.Host.Length > 0 ? parsed : throw Wrong();
        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = given.Text("user") ?? Uri.UnescapeDataString(colon < 0 ? url.UserInfo : url.UserInfo[..colon]);
        var password = given.Text("password") ?? (colon < 0 ? null : Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]));
        // Before anything can fail: no message may carry it.
        if (password is { Length: > 0 }) context.Hide(password);
        if (user.Length == 0) throw Given.Wrong("target", "names no user; write postgres://USER@HOST/DATABASE");
        var database = given.Text("database") ?? Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        var trust = given.Text("trust") ?? Query(url, "sslrootcert");
        return new(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : UsualPort, user, password, database.Length > 0 ? database : user)
        {
            Trust = trust,
            Certificate = given.Text("certificate") ?? Query(url, "sslcert"),
            Key = given.Text("key") ?? Query(url, "sslkey"),
            SslMode = trust is not null ? "verify-full" : Mode(given.Text("sslmode") ?? Query(url, "sslmode") ?? "prefer"),
            StatementTimeout = given.Seconds("statement_timeout", 5) is >= 0.001 and <= 3600 and var said ? TimeSpan.FromSeconds(said) : throw Given.Wrong("statement_timeout", "is not between 1ms and 1h"),
        };
    }

    static string Mode(string said) => said switch
    {
        "disable" or "prefer" or "require" or "verify-full" => said,
        "allow" => "prefer",
        "verify-ca" => "verify-full",
        _ => throw Given.Wrong("sslmode", $"is none of disable, prefer, require and verify-full: {said}"),
    };

    static string? Query(Uri url, string name)
    {
        foreach (var pair in url.Query.TrimStart('?').Split('&'))
            if (pair.Split('=', 2) is [var key, var value] && key == name) return Uri.UnescapeDataString(value);
        return null;
    }

    /// <summary>Never says what stands there: it may be a password.</summary>
    static Unseen Wrong() => Given.Wrong("target", "is no address of one PostgreSQL server; write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded");
}
