using System.Data;
using System.Globalization;
using Muster.Readiness;
using Npgsql;
using NpgsqlTypes;

namespace Muster.Probes;

/// <summary>
/// One session of a database, over a connection that the guard let through. It reads only, unless it is opened to write; every statement has its time; every value comes as the text that the server writes.
/// </summary>
sealed class PostgresSession : IAsyncDisposable
{
    internal const string ReadOnly = "begin transaction read only";

    // Local to the transaction: behind a pooler the server's session goes on to somebody else.
    internal const string Settle = "select set_config('statement_timeout', $1, $2::bool), set_config('lock_timeout', $1, $2::bool), set_config('TimeZone', 'UTC', $2::bool), set_config('DateStyle', 'ISO, YMD', $2::bool), extract(epoch from pg_postmaster_start_time()), current_setting('server_version_num'), current_user, current_database(), pg_is_in_recovery()";

    readonly PostgresRelay? _relay;
    readonly NpgsqlDataSource _source;
    readonly NpgsqlConnection _connection;

    PostgresSession(PostgresRelay? relay, NpgsqlDataSource source, NpgsqlConnection connection) => (_relay, _source, _connection) = (relay, source, connection);

    /// <summary>Who this is: the address, the certificate when there is one, and when the server was started.</summary>
    public Value.Fields Identity { get; private set; } = Value.Fields.Empty;

    public int Version { get; private set; }

    public string User { get; private set; } = "";

    public string Database { get; private set; } = "";

    /// <summary>A standby, or a server that recovers.</summary>
    public bool InRecovery { get; private set; }

    /// <param name="write">For kinds that are active: no transaction is begun, and each statement is one of its own.</param>
    public static async Task<PostgresSession> Open(PostgresAddress address, ProbeContext context, CancellationToken cancel, bool write = false)
    {
        var relay = PostgresRelay.Before(await PostgresWire.Open(address, context, cancel));
        NpgsqlDataSource? source = null;
        NpgsqlConnection? connection = null;
        try
        {
            source = Source(address, relay.Folder, PostgresRelay.Port);
            connection = await source.OpenConnectionAsync(cancel);
            var session = new PostgresSession(relay, source, connection);
            await session.Begin(address, write, cancel);
            return session;
        }
        catch (Exception error)
        {
            if (connection is not null) await connection.DisposeAsync();
            if (source is not null) await source.DisposeAsync();
            await relay.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            throw PostgresFaults.Of(error, relay);
        }
    }

    /// <summary>A session with a server of ours at a socket in a folder of ours: nothing leaves this machine. No statement of it has a limit but the caller's own.</summary>
    public static async Task<PostgresSession> Beside(string folder, int port, string user, string database, CancellationToken cancel, bool write = false)
    {
        var address = new PostgresAddress(folder, port, user, null, database) { StatementTimeout = TimeSpan.Zero };
        NpgsqlDataSource? source = null;
        NpgsqlConnection? connection = null;
        try
        {
            source = Source(address, folder, port);
            connection = await source.OpenConnectionAsync(cancel);
            var session = new PostgresSession(null, source, connection);
            await session.Begin(address, write, cancel);
            return session;
        }
        catch (Exception error)
        {
            if (connection is not null) await connection.DisposeAsync();
            if (source is not null) await source.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            throw PostgresFaults.Of(error, null);
        }
    }

    /// <summary>The rows of one statement.</summary>
    /// <param name="texts">What stands for $1, $2 …; the server takes each for the type that it needs there.</param>
    public async Task<PostgresRows> Query(string sql, CancellationToken cancel, params IReadOnlyList<string?> texts)
    {
        try { return await Ask(sql, texts, cancel); }
        catch (Exception error) when (error is not Unseen && !cancel.IsCancellationRequested) { throw PostgresFaults.Of(error, _relay); }
    }

    /// <summary>The rows of one statement, or what the server said against it.</summary>
    public async Task<(PostgresRows? Rows, string? SqlState, string? Said)> Try(string sql, CancellationToken cancel, params IReadOnlyList<string?> texts)
    {
        try { return (await Ask(sql, texts, cancel), null, null); }
        catch (PostgresException refused) { return (null, refused.SqlState, Bounded.Start(refused.MessageText, 300)); }
        catch (Exception error) when (error is not Unseen && !cancel.IsCancellationRequested) { throw PostgresFaults.Of(error, _relay); }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
        if (_relay is not null) await _relay.DisposeAsync();
    }

    async Task Begin(PostgresAddress address, bool write, CancellationToken cancel)
    {
        if (!write) await Ask(ReadOnly, [], cancel);
        // Its being the first statement matters: after it a read-only transaction cannot be made one that writes.
        var row = (await Ask(Settle, [address.StatementTimeout.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture), write ? "false" : "true"], cancel)).Only;
        if (row.Length != 9) throw new Unseen(Blind.Unreadable, $"{_relay?.Peer.Address.ToString() ?? address.Host} does not answer as PostgreSQL does");
        Identity = (_relay?.Peer.Identity ?? Value.Fields.Empty).With("started", row[4] ?? "");
        Version = int.TryParse(row[5], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
        (User, Database, InRecovery) = (row[6] ?? "", row[7] ?? "", row[8] == "t");
    }

    async Task<PostgresRows> Ask(string sql, IReadOnlyList<string?> texts, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        foreach (var text in texts) command.Parameters.Add(new NpgsqlParameter { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Unknown });
        // Sequential: a row is never held whole.
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        return await PostgresRows.Read(reader, cancel);
    }

    /// <summary>The library may dial nothing but a socket of ours in that folder, keeps no connection, asks for no types, and sends no password in the clear to a server that nobody vouches for.</summary>
    static NpgsqlDataSource Source(PostgresAddress address, string folder, int port)
    {
        var builder = new NpgsqlSlimDataSourceBuilder();
        var settings = builder.ConnectionStringBuilder;
        settings.Host = folder;
        settings.Port = port;
        settings.Username = address.User;
        settings.Password = address.Password;
        settings.Database = address.Database;
        settings.SslMode = SslMode.Disable;
        settings.ChannelBinding = ChannelBinding.Disable;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.Pooling = false;
        settings.Multiplexing = false;
        settings.Enlist = false;
        settings.ApplicationName = "muster";
        settings.Timeout = 0;
        settings.CommandTimeout = 0;
        settings.CancellationTimeout = -1;
        settings.IncludeErrorDetail = false;
        settings.RequireAuth = address.Verified ? "Password,MD5,ScramSHA256,None" : "MD5,ScramSHA256,None";
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }
}
