using System.Formats.Tar;
using System.Security.Cryptography;
using Muster.Probes.Tests.Artifacts;
using Muster.Probes.Tests.Reports;
using Muster.Readiness;

namespace Muster.Probes.Tests.Backups;

/// <summary>Folders of backups, seen at noon of 2026-03-01.</summary>
public sealed class BackupSetTests : IDisposable
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    readonly SearchedFolder _folder = new();
    readonly FakeClock _clock = new();

    public void Dispose() => _folder.Dispose();

    static byte[] Archive(int bytes = 4096)
    {
        using var held = new MemoryStream();
        using (var tar = new TarWriter(held, leaveOpen: true)) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "orders.csv") { ModificationTime = Now, DataStream = new MemoryStream(new byte[bytes]) });
        return held.ToArray();
    }

    void Write(string name, byte[]? bytes = null, DateTimeOffset? modified = null)
    {
        var place = _folder.Of("backups/" + name);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllBytes(place, bytes ?? Archive());
        File.SetLastWriteTimeUtc(place, (modified ?? Now.AddHours(-1)).UtcDateTime);
    }

    void Days(int days, int skip = -1, string end = ".tar")
    {
        for (var day = 0; day < days; day++)
            if (day != skip) Write($"shop-{Now.AddDays(-day):yyyyMMdd}T020000Z{end}", modified: Now.AddDays(-day).AddHours(-10));
    }

    Task<Sight> Look(params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = _folder.Path, Clock = _clock }, "backup.set", [("target", "backups"), .. parameters]);

    static void Passes(Sight sight) => ReportFolder.Passes("backup.set", sight);

    static void Fails(Sight sight, string says) => ReportFolder.Fails("backup.set", sight, says);

    static string Names(Sight sight, string field) => string.Join("; ", sight.Observation.Items(field).Select(one => one.Text()));

    static double Hours(Sight sight, string field) => Math.Round(ReportFolder.Number(sight, field) / 3600);

    static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [Fact]
    public async Task Daily_backups_are_counted_dated_and_whole()
    {
        Days(10);
        Write("note.txt", "hello"u8.ToArray());
        File.CreateSymbolicLink(_folder.Of("backups/latest.tar"), _folder.Of("backups/shop-20260301T020000Z.tar"));

        var sight = await Look(("every", 86400), ("keep", 9 * 86400));

        Passes(sight);
        Assert.Equal((10L, 10d, 10d, 0d), (sight.Population, ReportFolder.Number(sight, "files"), ReportFolder.Number(sight, "whole"), ReportFolder.Number(sight, "dated_by_modified")));
        Assert.Equal((10d, 226d, 24d, 9d), (Hours(sight, "newest_age"), Hours(sight, "oldest_age"), Hours(sight, "longest_gap"), ReportFolder.Number(sight, "kept")));
        Assert.Equal(("shop-20260301T020000Z.tar", "", "", "tar"), (sight.Observation.Text("newest"), Names(sight, "gaps"), Names(sight, "overdue"), Names(sight, "formats")));
    }

    [Fact]
    public async Task A_folder_without_a_backup_is_unproven()
    {
        Probing.Blind(await Look(), Blind.Unreadable, "is not there");
        Write("note.txt", "hello"u8.ToArray());
        Write("shop-20260301T020000Z.tar.part");

        var sight = await Look();

        ReportFolder.IsUnproven("backup.set", sight, Why.TooFew);
        Assert.Contains("1 that were never finished", sight.Detail, StringComparison.Ordinal);
        ReportFolder.IsUnproven("backup.set", await Look(("files", new Value.Items(["*.dump"]))), Why.TooFew);
        Probing.Blind(await Probing.Look(Probing.Options with { Folder = _folder.Path }, "backup.set", ("target", "backups/note.txt")), Blind.Unreadable, "is a file");
        Probing.Blind(await Probing.Look(Probing.Options with { Folder = _folder.Path }, "backup.set", ("target", "../..")), Blind.Refused, "leads out");
    }

    [Fact]
    public async Task A_missing_day_is_seen_and_a_late_one_is_not_missing()
    {
        Days(6, skip: 3);

        var sight = await Look(("every", 86400));

        Assert.Equal("from 2026-02-25T02:00Z to 2026-02-27T02:00Z", Names(sight, "gaps"));
        Assert.Equal(48, Hours(sight, "longest_gap"));
        Write("shop-20260226T060000Z.tar");
        Assert.Equal("", Names(await Look(("every", 86400)), "gaps"));
    }

    [Fact]
    public async Task A_job_that_stopped_is_an_old_newest_and_a_gap_to_now()
    {
        Days(6);
        for (var day = 0; day < 3; day++) File.Delete(_folder.Of($"backups/shop-{Now.AddDays(-day):yyyyMMdd}T020000Z.tar"));

        var sight = await Look(("every", 86400));

        Fails(sight, "newest_age");
        Assert.Equal("from 2026-02-26T02:00Z to now", Names(sight, "gaps"));
    }

    [Fact]
    public async Task What_is_kept_too_long_and_what_was_deleted_too_early_are_seen()
    {
        Days(10);

        Assert.Equal("", Names(await Look(("every", 86400), ("keep", 9 * 86400)), "overdue"));
        Assert.Equal("shop-20260220T020000Z.tar", Names(await Look(("every", 86400), ("keep", 8 * 86400)), "overdue"));
        Assert.Equal("shop-20260220T020000Z.tar; shop-20260221T020000Z.tar", Names(await Look(("keep", 8 * 86400)), "overdue"));
        Assert.True(ReportFolder.Number(await Look(), "oldest_age") < 10 * 86400);
        Probing.Blind(await Look(("keep", 0)), Blind.BadQuestion, "not a duration over 0");
    }

    [Fact]
    public async Task A_backup_of_tomorrow_is_not_the_newest()
    {
        Days(2);
        Write("shop-20260401T020000Z.tar");

        var sight = await Look();

        Assert.Equal(("shop-20260301T020000Z.tar", "shop-20260401T020000Z.tar"), (sight.Observation.Text("newest"), Names(sight, "future")));
        Fails(sight, "future");
    }

    [Fact]
    public async Task What_somebody_left_among_them_is_not_the_newest_backup()
    {
        Write("shop-20260220T020000Z.tar");
        Write("manifest.json", modified: Now);
        Write("old/x.tar", modified: Now);

        var sight = await Look();

        Assert.Equal((1L, "manifest.json; old/x.tar", 226d), (sight.Population, Names(sight, "strays"), Hours(sight, "newest_age")));
        Fails(sight, "newest_age");
    }

    [Fact]
    public async Task Parts_of_one_day_belong_together_whenever_they_were_written()
    {
        Write("db-2026-03-01.tar", modified: Now.AddHours(-4));
        Write("files-2026-03-01.tar", modified: Now.AddHours(-3));

        var sight = await Look(("parts", new Value.Items(["db-*", "files-*"])));

        Assert.Equal((1L, "", 3d), (sight.Population, Names(sight, "incomplete"), Hours(sight, "newest_age")));
    }

    [Fact]
    public async Task An_old_backup_under_a_new_name_is_seen()
    {
        Days(2);
        Write("shop-20260301T020000Z.tar", modified: Now.AddDays(-3));

        Fails(await Look(), "older_than_named");
    }

    [Fact]
    public async Task One_that_shrank_is_named_with_both_sizes()
    {
        Days(3);
        Write("shop-20260301T020000Z.tar", Archive(10));

        var sight = await Look();

        Fails(sight, "shrunk");
        Assert.Matches(@"^shop-20260301T020000Z\.tar: \d+ bytes after \d+$", Names(sight, "shrunk"));
        Passes(await Look(("shrink", 0.1)));
        Probing.Blind(await Look(("shrink", 0)), Blind.BadQuestion, "percentage");
    }

    [Fact]
    public async Task Empty_ones_and_ones_that_are_cut_off_are_named()
    {
        Days(3);
        Write("shop-20260228T020000Z.tar", []);
        Write("shop-20260227T020000Z.tar", Archive()[..^1024]);

        var sight = await Look();

        Assert.Equal("shop-20260228T020000Z.tar", Names(sight, "empty"));
        Assert.Matches(@"^shop-20260227T020000Z\.tar: it is cut off", Names(sight, "damaged"));
        Fails(sight, "damaged");
        Assert.Equal("", Names(await Look(("read", "newest")), "damaged"));
    }

    [Fact]
    public async Task Every_backup_needs_each_of_its_parts()
    {
        foreach (var day in (string[])["2026-02-28T02-00-00Z", "2026-03-01T02-00-00Z"])
            foreach (var part in (string[])["shop.snapshot", "shop.wal"]) Write($"{day}/{part}");
        var both = ("parts", new Value.Items(["*.snapshot", "*.wal"]));

        var sight = await Look(both);
        Passes(sight);
        Assert.Equal((2L, 4d), (sight.Population, ReportFolder.Number(sight, "files")));

        File.Delete(_folder.Of("backups/2026-02-28T02-00-00Z/shop.wal"));
        var lacks = await Look(both);
        Assert.Equal("2026-02-28T02-00-00Z: no *.wal", Names(lacks, "incomplete"));
        Fails(lacks, "incomplete");
        Write("2026-02-28T02-00-00Z/shop.wal", []);
        Assert.Equal("2026-02-28T02-00-00Z: no *.wal", Names(await Look(both), "incomplete"));
    }

    [Fact]
    public async Task Parts_beside_each_other_belong_together_by_their_time()
    {
        Write("db-20260301-0200.tar");
        Write("files-20260301-0210.tar");
        var both = ("parts", (Value)new Value.Items(["db-*", "files-*"]));

        Assert.Equal("db-20260301-0200.tar: no files-*; files-20260301-0210.tar: no db-*", Names(await Look(both), "incomplete"));
        var sight = await Look(both, ("window", 1800));
        Assert.Equal((1L, ""), (sight.Population, Names(sight, "incomplete")));
    }

    [Theory]
    [InlineData("shop-20260301T020000Z.tar", "2026-03-01T02:00:00.000Z")]
    [InlineData("shop_2026-03-01_02-00-00.tar", "2026-03-01T02:00:00.000Z")]
    [InlineData("20260301020000.tar", "2026-03-01T02:00:00.000Z")]
    [InlineData("2026-03-01T0200.tar", "2026-03-01T02:00:00.000Z")]
    [InlineData("shop.2026.03.01.tar", "2026-03-01T11:00:00.000Z")]
    [InlineData("shop-v20991399-20260301-02_00.tar", "2026-03-01T02:00:00.000Z")]
    [InlineData("202603010200001234.tar", null)]
    [InlineData("shop-20261301.tar", null)]
    [InlineData("shop.tar", null)]
    public async Task The_time_in_a_name_is_read(string name, string? at)
    {
        Write(name);

        var sight = await Look();

        Assert.Equal((at ?? "2026-03-01T11:00:00.000Z", at is null ? 1d : 0d), (sight.Observation.Text("newest_at"), ReportFolder.Number(sight, "dated_by_modified")));
    }

    [Fact]
    public async Task A_name_without_a_zone_is_of_the_zone_that_is_said()
    {
        Write("shop-20260301T020000.tar");

        Assert.Equal("2026-03-01T00:00:00.000Z", (await Look(("zone", "+02:00"))).Observation.Text("newest_at"));
        Probing.Blind(await Look(("zone", "CET")), Blind.BadQuestion, "zone");
    }

    [Fact]
    public async Task Checksums_are_verified_in_the_usual_forms()
    {
        Write("2026-02-28T02-00-00Z/db.tar");
        Write("2026-02-28T02-00-00Z/SHA256SUMS", System.Text.Encoding.UTF8.GetBytes($"{Sum(Archive())}  db.tar\n"));
        Write("2026-03-01T02-00-00Z/db.tar");
        Write("2026-03-01T02-00-00Z/db.tar.sha256", System.Text.Encoding.UTF8.GetBytes(Sum(Archive()) + "\n"));

        var sight = await Look();
        Passes(sight);
        Assert.Equal((2d, ""), (ReportFolder.Number(sight, "verified"), Names(sight, "unlisted")));
        Assert.Equal(1d, ReportFolder.Number(await Look(("read", "newest")), "verified"));

        var flipped = Archive();
        flipped[600] ^= 1;
        Write("2026-02-28T02-00-00Z/db.tar", flipped);
        var changed = await Look();
        Assert.Equal(("2026-02-28T02-00-00Z/db.tar", ""), (Names(changed, "mismatched"), Names(changed, "damaged")));
        Fails(changed, "mismatched");

        File.Delete(_folder.Of("backups/2026-02-28T02-00-00Z/db.tar"));
        Write("2026-02-28T02-00-00Z/other.tar");
        var gone = await Look();
        Assert.Equal(("2026-02-28T02-00-00Z/db.tar", "2026-02-28T02-00-00Z/other.tar"), (Names(gone, "missing"), Names(gone, "unlisted")));
        Fails(gone, "missing");
        Write("2026-02-28T02-00-00Z/SHA256SUMS", System.Text.Encoding.UTF8.GetBytes($"{Sum([])}  ../../secret\n"));
        _folder.Write("secret", "");
        Assert.Equal("../../secret", Names(await Look(), "missing"));
        Write("2026-02-28T02-00-00Z/SHA256SUMS", "hello\n"u8.ToArray());
        Probing.Blind(await Look(), Blind.Unreadable, "no checksum");
    }

    [Fact]
    public async Task What_begins_like_nothing_known_is_named_and_claims_no_wholeness()
    {
        Write("shop-20260301T020000Z.bin", [1, 2, 3, 4]);

        var sight = await Look();

        Assert.Equal(("shop-20260301T020000Z.bin", 0d, "shop-20260301T020000Z.bin"), (Names(sight, "unknown"), ReportFolder.Number(sight, "whole"), Names(sight, "unencrypted")));
    }

    [Fact]
    public async Task A_store_whose_files_are_named_after_their_digest_is_verified()
    {
        void Put(string under, string text, int hours)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            Write($"{under}/{(under == "data" ? Sum(bytes)[..2] + "/" : "")}{Sum(bytes)}", bytes, Now.AddHours(-hours));
        }

        Write("config", "encrypted"u8.ToArray());
        Put("keys", "key", 900);
        Put("index", "index", 900);
        Put("data", "pack", 900);
        Put("snapshots", "one", 30);
        Put("snapshots", "two", 6);

        var sight = await Look(("every", 86400));
        Passes(sight);
        Assert.Equal((2L, 5d, "restic", 6d, 2d), (sight.Population, ReportFolder.Number(sight, "verified"), Names(sight, "encryption"), Hours(sight, "newest_age"), ReportFolder.Number(sight, "dated_by_modified")));

        Write($"data/{Sum("pack"u8.ToArray())[..2]}/{Sum("pack"u8.ToArray())}", "pock"u8.ToArray());
        Fails(await Look(), "mismatched");
        Assert.Equal(1d, ReportFolder.Number(await Look(("read", "newest")), "verified"));
    }

    [Fact]
    public async Task A_store_that_only_its_key_can_count_is_unproven()
    {
        Write("config", "[repository]\nversion = 1\nid = 00\n"u8.ToArray());
        Write("data/0/1");

        Probing.Blind(await Look(), Blind.NotCapable, "borg list");
    }
}
