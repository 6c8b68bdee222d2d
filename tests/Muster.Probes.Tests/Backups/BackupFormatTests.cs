using System.Diagnostics;
using Muster.Servers;

namespace Muster.Probes.Tests.Backups;

/// <summary>What the usual programs really write: known by its beginning, whole, and not when it is cut off.</summary>
public sealed class BackupFormatTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public BackupFormatTests()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},{i * 7919 % 10007}\n"));
        File.WriteAllText(Of("orders.csv"), text);
    }

    public void Dispose()
    {
        if (Directory.Exists(Of("gnupg"))) Run("gpgconf --homedir gnupg --kill all").GetAwaiter().GetResult();
        _folder.Delete(recursive: true);
    }

    string Of(string name) => Path.Combine(_folder.FullName, name);

    async Task Run(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", script]) { WorkingDirectory = _folder.FullName, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await shell.StandardError.ReadToEndAsync(Cancel);
        await shell.WaitForExitAsync(Cancel);
        Assert.True(shell.ExitCode == 0, said);
    }

    static BackupFormat Look(byte[] bytes, bool toEnd = true) => BackupFormat.Look(new MemoryStream(bytes), toEnd, Cancel);

    [Theory]
    [InlineData("tar cf out orders.csv", "tar", null)]
    [InlineData("tar --format=pax -cf out orders.csv", "tar", null)]
    [InlineData("tar czf out orders.csv", "tar in gzip", null)]
    [InlineData("gzip -c orders.csv > out", "gzip", null)]
    [InlineData("zstd -q orders.csv -o out", "zstd", null)]
    [InlineData("zstd -q --no-check orders.csv -o out", "zstd", null)]
    [InlineData("tar cf - orders.csv | zstd -q -19 > out", "zstd", null)]
    [InlineData("xz -c orders.csv > out", "xz", null)]
    [InlineData("zip -q out.zip orders.csv && mv out.zip out", "zip", null)]
    [InlineData("sqlite3 out 'create table t(a); with recursive c(i) as (select 1 union all select i+1 from c where i<5000) insert into t select i from c'", "sqlite", null)]
    [InlineData("mkdir -m 700 gnupg; gpg --homedir gnupg --batch --pinentry-mode loopback --passphrase shop-backup --symmetric -o out orders.csv", "openpgp", "openpgp")]
    [InlineData("mkdir -m 700 gnupg; gpg --homedir gnupg --batch --pinentry-mode loopback --passphrase shop-backup --symmetric -z 0 < orders.csv > out", "openpgp", "openpgp")]
    [InlineData("mkdir -m 700 gnupg; gpg --homedir gnupg --batch --pinentry-mode loopback --passphrase shop-backup --armor --symmetric -o out orders.csv", "openpgp", "openpgp")]
    public async Task What_programs_write_is_known_and_seen_to_be_cut_off(string script, string name, string? encryption)
    {
        await Run(script);
        var bytes = await File.ReadAllBytesAsync(Of("out"), Cancel);

        Assert.Equal(new BackupFormat(name, encryption, Whole: true), Look(bytes));
        foreach (var left in (int[])[bytes.Length / 2, bytes.Length / 4 * 3, bytes.Length / 3])
        {
            var cut = Look(bytes[..left]);
            Assert.True(cut.Damage is not null, $"{left} of {bytes.Length}: {cut}");
        }
    }

    [Theory]
    [InlineData("gzip -c orders.csv > out", 1)]
    [InlineData("gzip -c orders.csv > out", 8)]
    [InlineData("zstd -q orders.csv -o out", 1)]
    [InlineData("xz -c orders.csv > out", 1)]
    [InlineData("zip -q out.zip orders.csv && mv out.zip out", 1)]
    [InlineData("mkdir -m 700 gnupg; gpg --homedir gnupg --batch --pinentry-mode loopback --passphrase shop-backup --symmetric -o out orders.csv", 1)]
    public async Task The_last_byte_counts(string script, int cut)
    {
        await Run(script);
        var bytes = await File.ReadAllBytesAsync(Of("out"), Cancel);

        Assert.NotNull(Look(bytes[..^cut]).Damage);
        Assert.NotNull(Look([.. bytes, 1, 2, 3, 4]).Damage);
    }

    [Fact]
    public async Task Of_some_only_the_head_is_known_and_that_is_said()
    {
        await Run("bzip2 -c orders.csv > bz; openssl enc -aes-256-cbc -pbkdf2 -pass pass:shop-backup -in orders.csv -out enc");

        Assert.Equal(new BackupFormat("bzip2"), Look(await File.ReadAllBytesAsync(Of("bz"), Cancel)));
        var encrypted = await File.ReadAllBytesAsync(Of("enc"), Cancel);
        Assert.Equal(new BackupFormat("openssl", "openssl"), Look(encrypted));
        Assert.NotNull(Look(encrypted[..16]).Damage);
    }

    [Fact]
    public async Task What_a_real_database_dumps_is_known_by_its_last_line()
    {
        await using var server = await PostgresServer.Start(new(), Cancel);
        await server.Run("create table orders as select i, md5(i::text) from generate_series(1, 5000) i", Cancel);
        var connection = $"PGPASSWORD={server.Password} pg_dump -h 127.0.0.1 -p {server.Port} -U postgres";
        await Run($"{connection} shop > plain; {connection} -Fc shop > custom; {connection} -Ft shop > tar; {connection} shop | gzip > packed; PGPASSWORD={server.Password} pg_dumpall -h 127.0.0.1 -p {server.Port} -U postgres > all");

        foreach (var (name, format) in ((string, string)[])[("plain", "sql"), ("all", "sql"), ("tar", "tar"), ("packed", "sql in gzip")])
        {
            var bytes = await File.ReadAllBytesAsync(Of(name), Cancel);
            Assert.Equal(new BackupFormat(format, Whole: true), Look(bytes));
            Assert.NotNull(Look(bytes[..(bytes.Length / 2)]).Damage);
        }

        Assert.Equal(new BackupFormat("pg_dump custom"), Look(await File.ReadAllBytesAsync(Of("custom"), Cancel)));
        await Run("head -c 50000 plain | gzip > packed");
        Assert.Contains("dump complete", Look(await File.ReadAllBytesAsync(Of("packed"), Cancel)).Damage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_real_cache_dumps_is_known_and_seen_to_be_cut_off()
    {
        await using var server = await RedisServer.Start([], Cancel);
        await server.Run(null, ["set", "cart", "1"], Cancel);
        await server.Run(null, ["--rdb", Of("rdb")], Cancel);
        var bytes = await File.ReadAllBytesAsync(Of("rdb"), Cancel);

        Assert.Equal(new BackupFormat("rdb", Whole: true), Look(bytes));
        Assert.NotNull(Look(bytes[..^1]).Damage);
    }

    [Fact]
    public void What_is_encrypted_with_age_is_known_by_its_head()
    {
        byte[] head = [.. "age-encryption.org/v1\n-> X25519 AAAA\nBBBB\n--- CCCC\n"u8];

        Assert.Equal(new BackupFormat("age", "age", Whole: true), Look([.. head, .. new byte[16 + 65536 + 16 + 100]]));
        Assert.NotNull(Look([.. head, .. new byte[16 + 65536 + 16 + 9]]).Damage);
        Assert.NotNull(Look(head).Damage);
        Assert.NotNull(Look(head[..30]).Damage);
        Assert.Equal(new BackupFormat("age", "age"), Look(head, toEnd: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("\u00c3\u0001")]
    [InlineData("-- a script of somebody\n")]
    public void What_is_none_of_them_is_unknown(string text) => Assert.Equal(new BackupFormat(Name: null), Look(System.Text.Encoding.Latin1.GetBytes(text)));

    [Fact]
    public async Task Damaged_backups_end_with_a_format_or_none()
    {
        await Run("head -c 600 orders.csv > small; tar cf a small; tar czf b small; zstd -q small -o c; mkdir -m 700 gnupg; gpg --homedir gnupg --batch --pinentry-mode loopback --passphrase shop-backup --symmetric -o d small; sqlite3 e 'create table t(a)'; zip -q f.zip small; xz -c small > g");

        Fuzz.Damage([.. "abcdeg".Select(name => File.ReadAllBytes(Of(name.ToString()))), File.ReadAllBytes(Of("f.zip")), "age-encryption.org/v1\n-> X\nB\n--- CCCC\n0123456789abcdef0123456789abcdef"u8.ToArray()], bytes => Look(bytes), share: 4);
    }
}
