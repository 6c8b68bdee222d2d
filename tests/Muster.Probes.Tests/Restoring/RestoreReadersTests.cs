using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Restoring;

public class RestoreReadersTests
{
    static byte[] Head(byte minor, byte format)
    {
        using var to = new MemoryStream();
        to.Write("PGDMP"u8);
        to.Write([1, minor, 0, 4, 8, format]);
        if (minor >= 15) to.WriteByte(1);
        else Number(6);
        foreach (var part in (int[])[30, 15, 9, 27, 10, 126, 0]) Number(part);
        foreach (var text in (string[])["shop", "15.20 (Debian)", "15.20"])
        {
            Number(text.Length);
            to.Write(Encoding.UTF8.GetBytes(text));
        }

        return to.ToArray();

        void Number(int number)
        {
            to.WriteByte(0);
            to.Write(BitConverter.GetBytes(number));
        }
    }

    static readonly byte[] Plain = "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 16.4\n-- Dumped by pg_dump version 17.2\n"u8.ToArray();

    [Theory]
    [InlineData(14, 1, "custom")]
    [InlineData(16, 5, "directory")]
    public void The_head_of_an_archive_tells_its_version_and_its_time(byte minor, byte format, string name)
    {
        var head = DumpHead.Read(Head(minor, format))!;

        Assert.Equal((name, "15.20 (Debian)", 15, "shop"), (head.Format, head.Server, head.Major, head.Database));
        Assert.Equal(new DateTime(2026, 11, 27, 9, 15, 30), head.Made);
    }

    [Fact]
    public void A_plain_dump_tells_its_version_and_no_time()
    {
        var head = DumpHead.Read(Plain)!;

        Assert.Equal(("plain", 17, "17.2", null), (head.Format, head.Major, head.Dumper, head.Made));
        Assert.Null(DumpHead.Read("-- some other file\n"u8));
        Assert.Null(DumpHead.Read([]));
    }

    [Theory]
    [InlineData("\n--\n-- PostgreSQL database dump complete\n--\n\n", true)]
    [InlineData("\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict ab12\n\n", true)]
    [InlineData("\n7\tbackup\tPostgreSQL database dump complete\n", false)]
    [InlineData("\n-- PostgreSQL database dump complete\n8\tbackup\n", false)]
    public void Only_a_dumps_own_last_line_says_that_it_is_complete(string end, bool closes) => Assert.Equal(closes, BackupFormat.Closes(Encoding.UTF8.GetBytes(end), "PostgreSQL database dump complete"));

    sealed class Standing : TimeProvider
    {
        public TimeSpan At { get; set; }

        public override long GetTimestamp() => (long)(At.TotalSeconds * TimestampFrequency);
    }

    [Fact]
    public void The_time_to_recover_is_over_when_what_was_restored_can_be_used_and_not_when_it_was_compared()
    {
        var clock = new Standing();
        var report = new DrillReport(clock);
        report.Climbed(1, "", 0);
        Assert.Null(report.Seen(1)["rto"]);
        clock.At = TimeSpan.FromSeconds(5);
        report.Serves();
        clock.At = TimeSpan.FromSeconds(60);
        report.Climbed(2, "", 0);

        Assert.Equal((Value)5, report.Seen(2)["rto"]);
        Assert.Null(report.Seen(3)["rto"]);
    }

    [Fact]
    public void A_backup_of_a_time_to_come_is_not_the_newest_of_a_tools_list()
    {
        var now = TimeProvider.System.GetUtcNow();
        var list = BackupReport.Read(Value.Parse(Encoding.UTF8.GetBytes($$"""[ { "name": "shop", "backup": [ { "label": "one", "error": false, "timestamp": { "start": {{now.AddDays(1).ToUnixTimeSeconds()}}, "stop": {{now.AddDays(1).ToUnixTimeSeconds()}} } } ], "status": { "code": 0, "message": "ok" }, "db": [] } ]""")), "pgbackrest", "shop");

        Assert.Contains("yet to come", Assert.Throws<Unseen>(() => ToolList.Newest(list, "", "pgbackrest", now)).Message, StringComparison.Ordinal);
        Assert.Equal(1, ToolList.Newest(list, "", "pgbackrest", now.AddDays(2)).Count);
    }

    [Fact]
    public void A_damaged_head_is_read_as_none_or_as_another() => Fuzz.Damage([Head(14, 1), Head(16, 5), Plain], bytes => DumpHead.Read(bytes));

    [Fact]
    public void A_manifest_is_read_as_it_was_written_and_a_damaged_one_as_none_or_as_another()
    {
        var manifest = new RestoreManifest(new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), "shop", "sha256:1", 3, [new("public.orders", 3, "-7"), new("public.log", 1, "5") { Unlogged = true }])
        {
            SystemIdentifier = "7301234567890123456", ServerVersion = "15.20", Snapshot = "3-1B-1", Lsn = "0/3000060", Bytes = 1000, Roles = ["clerk"], Of = ("shop.dump", 10, "00"),
        };
        var bytes = CanonicalJson.Bytes(manifest.Written);

        Assert.Equal(manifest.Written, RestoreManifest.Read(bytes)!.Written);
        Fuzz.Damage([bytes], damaged => _ = RestoreManifest.Read(damaged)?.Rows);
    }
}
