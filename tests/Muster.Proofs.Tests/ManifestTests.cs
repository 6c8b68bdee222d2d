using System.Globalization;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>The command that captures what a backup must hold, over a real server.</summary>
public sealed class ManifestTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_captured_is_of_the_dump_s_own_moment_though_rows_come_meanwhile()
    {
        await using var server = await PostgresServer.Start(new() { Access = ["host all all 127.0.0.1/32 trust"] }, Cancel);
        await server.Run("create table orders (id int); insert into orders select generate_series(1, 100)", Cancel);
        using var scratch = new Scratch();
        var address = server.ConnectionAs("postgres", "not-asked-for");
        var (programs, place) = ("/usr/lib/postgresql/15/bin", string.Create(CultureInfo.InvariantCulture, $"-h 127.0.0.1 -p {server.Port} -U postgres"));
        Task<Ran> Make(string snapshot) => scratch.Run("manifest", "postgres", address, "--of", "shop.dump", "--", "bash", "-ec", $"{programs}/psql {place} -qc 'insert into orders values (101)' shop; {programs}/pg_dump {snapshot} -Fc -f {{of}} {place} shop");

        var made = await Make("--snapshot={snapshot}");

        Assert.True(made.Exit == ExitCode.Done, made.Talk);
        Assert.StartsWith("Captured 100 rows of 1 tables", made.Data, StringComparison.Ordinal);
        Assert.EndsWith(": shop.dump.manifest.json\n", made.Data, StringComparison.Ordinal);
        var manifest = (Value.Fields)Value.Parse(await File.ReadAllBytesAsync(scratch.PathOf("shop.dump.manifest.json"), Cancel));
        Assert.Equal((Value)new FileInfo(scratch.PathOf("shop.dump")).Length, ((Value.Fields)manifest["of"]!)["bytes"]);
        Assert.Equal("101", await server.Run("select count(*) from orders", Cancel));
        var drilled = await scratch.Run("try", "postgres.restore_drill", "shop.dump");
        Assert.Contains("complete: true", drilled.Data, StringComparison.Ordinal);
        Assert.Contains("rows: 100", drilled.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_where_the_dump_would_be_of_another_moment_or_was_not_made()
    {
        await using var server = await PostgresServer.Start(new(), Cancel);
        using var scratch = new Scratch();
        Task<Ran> Make(string address, params string[] words) => scratch.Run(["manifest", "postgres", address, "--of", "shop.dump", .. words]);

        var unshared = await Make(server.Connection, "--", "pg_dump", "shop");
        var failed = await Make(server.Connection, "--", "false", "{snapshot}");
        var refused = await scratch.Run("manifest", "postgres", server.ConnectionAs("postgres", "some-wrong-password"), "--out", "shop.manifest.json");
        var alone = await Make(server.Connection);
        var nowhere = await scratch.Run("manifest", "postgres", server.Connection);

        Assert.Equal((ExitCode.BadInput, ExitCode.Undecided, ExitCode.Undecided, ExitCode.BadInput), (unshared.Exit, failed.Exit, refused.Exit, nowhere.Exit));
        Assert.Contains("--snapshot={snapshot}", unshared.Talk, StringComparison.Ordinal);
        Assert.True(alone.Exit == ExitCode.BadInput && alone.Talk.Contains("another moment", StringComparison.Ordinal), alone.Talk);
        Assert.Contains("the command failed", failed.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("some-wrong-password", refused.Talk, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(scratch.Folder));
    }

    [Fact]
    public async Task A_command_that_ends_well_and_leaves_the_file_of_yesterday_is_no_backup()
    {
        await using var server = await PostgresServer.Start(new(), Cancel);
        using var scratch = new Scratch();
        scratch.Write("shop.dump", "of yesterday");
        File.SetLastWriteTimeUtc(scratch.PathOf("shop.dump"), TimeProvider.System.GetUtcNow().AddDays(-1).UtcDateTime);

        var stale = await scratch.Run("manifest", "postgres", server.Connection, "--of", "shop.dump", "--", "true", "{snapshot}");

        Assert.Equal(ExitCode.Undecided, stale.Exit);
        Assert.Contains("did not write shop.dump", stale.Talk, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.PathOf("shop.dump.manifest.json")));
    }
}
