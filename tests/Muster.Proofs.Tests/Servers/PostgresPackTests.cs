using System.Security.Cryptography.X509Certificates;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>The pack as it ships, over a real server: all of it met while the server is well, and each control failed by what it is about.</summary>
public sealed class PostgresPackTests
{
    const string Password = "service-password-1";
    const string Schema = "create table orders (id int primary key, name text); create table schema_migrations (version bigint primary key, dirty boolean not null); insert into schema_migrations values (1, false); create role service login password '" + Password + "'; revoke all on database shop from public; grant connect on database shop to service; grant select, insert on orders to service";
    static readonly string[] Strict = ["hostssl all all 127.0.0.1/32 scram-sha-256"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_of_it_is_met_by_a_server_that_is_well_and_each_control_fails_for_what_it_is_about()
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        await using var server = await PostgresServer.Start(new() { Tls = (leaf.ExportCertificatePem(), leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()), Access = Strict, Archive = "cp %p ../wal-%f", Settings = ["fsync=on", "max_connections=23"] }, Cancel);
        await server.Run(Schema, Cancel);
        await server.Run("select pg_switch_wal()", Cancel);
        while (await server.Run("select archived_count > 0 from pg_stat_archiver", Cancel) != "t") Cancel.ThrowIfCancellationRequested();
        using var scratch = new Scratch();
        scratch.Write("ca.pem", authority.PemOfRoot);
        scratch.Write("keeper", server.Password);
        scratch.Write("service", Password);
        scratch.Write("db/migrations/1_orders.up.sql", "");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Report(now - 3600);
        scratch.Write("muster.yaml", $$"""
            muster: 1
            system: shop
            include: { pack: postgres@1, with: { db: database, rights: { orders: [ SELECT, INSERT ] }, pools: { api: 8 } } }
            environments: { here: { consent: [ active ] } }
            targets:
              database: { postgres: "{{server.ConnectionAs("postgres", "x").Replace(":x@", "@", StringComparison.Ordinal)}}", password: $(file:keeper), trust: ca.pem }
              service: { postgres: "{{server.ConnectionAs("service", "x").Replace(":x@", "@", StringComparison.Ordinal)}}", password: $(file:service), trust: ca.pem }
            gates: { go: { environment: here } }
            """);

        // A page without checksums only warns.
        Assert.Equal(["postgres.checksums"], await NotMet());

        await Fails("postgres.encrypted", () => server.Admit(PostgresServer.ByPassword, Cancel), () => server.Admit(Strict, Cancel));
        await Fails("postgres.rights", () => Run("grant delete on orders to service"), () => Run("revoke delete on orders from service"));
        await Fails("postgres.migrated", () => Run("update schema_migrations set dirty = true"), () => Run("update schema_migrations set dirty = false"));
        await Fails("postgres.durable", () => server.Set("full_page_writes", "off", Cancel), () => server.Set("full_page_writes", "on", Cancel));
        await Fails("postgres.backup", () => BreakArchive("/bin/false", "f"), () => BreakArchive("cp %p ../wal-%f", "t"));
        await Fails("postgres.backup", Written(now - 200000), Written(now - 3600));

        async Task Fails(string control, Func<Task> plant, Func<Task> mend)
        {
            await plant();
            Assert.Equal([control, "postgres.checksums"], (await NotMet()).OrderBy(id => id == "postgres.checksums"));
            await mend();
        }

        async Task<string[]> NotMet()
        {
            var ran = await InProcess.Run(scratch.Folder, "check", "--again", "--format", "json");
            Assert.DoesNotContain(Password, ran.Data + ran.Talk, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Password, ran.Data + ran.Talk, StringComparison.Ordinal);
            return [.. ((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().Where(control => !control["state"]!.Equals((Value)"Met")).Select(control => ((Value.Text)control["id"]!).Is)];
        }

        Task Run(string sql) => server.Run(sql, Cancel);

        async Task BreakArchive(string command, string succeeds)
        {
            await server.Set("archive_command", command, Cancel);
            await Run("create table if not exists written (id int); insert into written values (1); select pg_switch_wal()");
            while (await server.Run("select last_failed_time is null or last_archived_time > last_failed_time from pg_stat_archiver", Cancel) != succeeds) Cancel.ThrowIfCancellationRequested();
        }

        Func<Task> Written(long stop) => () =>
        {
            Report(stop);
            return Task.CompletedTask;
        };

        void Report(long stop) => scratch.Write("backups/info.json", $$"""[ { "name": "shop", "status": { "code": 0, "message": "ok" }, "db": [], "backup": [ { "label": "A", "type": "full", "timestamp": { "stop": {{stop}} } } ] } ]""");
    }
}
