using System.Security.Cryptography.X509Certificates;
using Muster.Probes;
using Muster.Servers;
using Npgsql;

namespace Muster.Proofs.Tests;

/// <summary>A real PostgreSQL that speaks TLS alone and wants certificates, and a small application that says of its readiness what it finds by connecting.</summary>
sealed class DatabaseEyes : IEyes
{
    const string Password = "service-password-1";
    const string Schema = "create table orders (id int primary key, name text); create table items (id int primary key); create index orders_name on orders (name); create table schema_migrations (version bigint primary key, dirty boolean not null); insert into schema_migrations values (3, false)";
    static readonly string[] Strict = ["hostssl all service 127.0.0.1/32 scram-sha-256 clientcert=verify-ca", "hostssl all all 127.0.0.1/32 scram-sha-256"];
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly List<NpgsqlConnection> _held = [];
    PostgresServer _server = null!;
    LoopbackSite? _app;

    public string Name => "database";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["GR-18"], "the application's role may no longer come in", stop => Run("alter role service nologin", stop), stop => Run("alter role service login", stop)),
        new(["GR-18", "GR-21", "SU-15"], "the last migration was not applied", stop => Run("update schema_migrations set version = 2", stop), stop => Run("update schema_migrations set version = 3", stop)),
        new(["GR-21"], "an index was dropped by hand", stop => Run("drop index orders_name", stop), stop => Run("create index orders_name on orders (name)", stop)),
        new(["GR-18", "GR-21", "SU-15"], "a migration broke half way", stop => Run("update schema_migrations set dirty = true", stop), stop => Run("update schema_migrations set dirty = false", stop)),
        new(["SU-16"], "the service's password was changed and its address was not", stop => Run("alter role service password 'another-password'", stop), stop => Run($"alter role service password '{Password}'", stop), "unproven"),
        new(["SU-16"], "the service may delete orders", stop => Run("grant delete on orders to service", stop), stop => Run("revoke delete on orders from service", stop)),
        new(["SU-63"], "something keeps connections open that no pool knows of", Hold, LetGo),
        new(["PB-13"], "plaintext is let in beside TLS", stop => _server.Admit(["host all all 127.0.0.1/32 scram-sha-256"], stop), stop => _server.Admit(Strict, stop)),
        new(["PB-13"], "no certificate is demanded", stop => _server.Admit(["hostssl all all 127.0.0.1/32 scram-sha-256"], stop), stop => _server.Admit(Strict, stop)),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        using var client = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        _server = await PostgresServer.Start(new() { Tls = (leaf.ExportCertificatePem(), Key(leaf)), ClientAuthority = _authority.PemOfRoot, Access = Strict, Settings = ["max_connections=23", "superuser_reserved_connections=3"] }, cancel);
        await Run("create database built", cancel);
        await _server.Run(Schema, cancel, "built");
        await Run(Schema, cancel);
        await Run($"create role service login password '{Password}'; revoke all on database shop from public; grant connect on database shop to service; grant select, insert, update on orders to service; grant select on items, schema_migrations to service", cancel);
        foreach (var name in (string[])["1_orders", "2_items", "3_names"]) Write($"db/migrations/{name}.up.sql", "");
        Write("ca.pem", _authority.PemOfRoot);
        Write("keeper", _server.Password);
        Write("service", Password);
        Write("service.pem", client.ExportCertificatePem());
        Write("service.key", Key(client));
        _app = LoopbackSite.Start().Route("/ready", _ => Reached(Path.Combine(folder, "service.pem"), Path.Combine(folder, "service.key")) ? SiteResponse.Json(200, """{ "database": "reached" }""") : SiteResponse.Json(503, """{ "database": "lost" }"""));
        return new Dictionary<string, int> { ["db"] = _server.Port, ["app"] = _app.Port };

        void Write(string name, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LetGo(default);
        if (_app is not null) await _app.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _authority.Dispose();
    }

    static string Key(X509Certificate2 leaf)
    {
        using var key = leaf.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    Task<string> Run(string sql, CancellationToken cancel) => _server.Run(sql, cancel);

    /// <summary>What the application does for its readiness: it connects as it always does.</summary>
    bool Reached(string certificate, string key)
    {
        try
        {
            using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={_server.Port};Username=service;Password={Password};Database=shop;SSL Mode=Require;SSL Certificate={certificate};SSL Key={key};Pooling=false");
            connection.Open();
            return true;
        }
        catch (NpgsqlException) { return false; }
    }

    async Task Hold(CancellationToken cancel)
    {
        for (var i = 0; i < 17; i++)
        {
            _held.Add(new($"Host=127.0.0.1;Port={_server.Port};Username=postgres;Password={_server.Password};Database=shop;SSL Mode=Require;Pooling=false"));
            await _held[^1].OpenAsync(cancel);
        }
    }

    async Task LetGo(CancellationToken cancel)
    {
        foreach (var connection in _held) await connection.DisposeAsync();
        _held.Clear();
    }
}
