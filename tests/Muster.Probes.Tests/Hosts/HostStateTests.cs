using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Hosts;

/// <summary>This machine, with a real systemd for the units.</summary>
public sealed class HostStateTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("muster-test-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Task<Sight> Look(params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = _folder }, "host.state", [("target", "."), .. parameters]);

    [Fact]
    public async Task The_machine_is_seen_with_its_disk_its_clock_and_its_memory()
    {
        var sight = await Look();

        var seen = sight.Observation!;
        Assert.Equal((1, Value.False), (sight.Population, seen["read_only"]));
        Assert.InRange(seen.Number("free_ratio")!.Value, 0.0001, 1);
        Assert.InRange(seen.Number("memory_available_ratio")!.Value, 0.0001, 1);
        Assert.True(seen.Number("free") > 0 && seen.Number("up_for") > 0 && seen.Number("load") >= 0);
        Assert.NotNull(((Value.Fields)seen["clock"]!)["synchronised"]);
        Assert.Null(seen["written"]);
        Assert.NotNull(((Value.Fields)sight.Before!)["boot"]);
    }

    [Fact]
    public async Task What_is_written_is_read_back_and_nothing_of_it_stays()
    {
        var seen = (await Look(("write", true))).Observation!;

        Assert.Equal(Value.True, seen["written"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_that_is_seen()
    {
        var sight = await Probing.Look(Probing.Options with { Folder = "/", MayLeaveFolder = true }, "host.state", ("target", "/proc/self"), ("write", true));

        if (sight.Observation is { } seen) Assert.Equal(Value.False, seen["written"]);
        else Assert.Contains("without blocks", sight.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_unproven() => Probing.Blind(await Probing.Look(Probing.Options with { Folder = _folder }, "host.state", ("target", "nowhere")), Blind.Unreadable, "is not there");

    [Fact]
    public async Task Who_listens_is_seen_and_who_should_and_does_not()
    {
        await using var site = LoopbackSite.Start();
        var (open, closed) = ($"127.0.0.1:{site.Port.ToString(CultureInfo.InvariantCulture)}", $"127.0.0.1:{LoopbackListener.ClosedPort().ToString(CultureInfo.InvariantCulture)}");

        var seen = (await Look(("listeners", Value.Texts([open, closed])))).Observation!;

        Assert.Contains((Value)open, ((Value.Items)seen["listening"]!).Are);
        Assert.Equal(Value.Texts([closed]), seen["missing_listeners"]);
        Probing.Blind(await Look(("listeners", Value.Texts(["everywhere"]))), Blind.BadQuestion, "everywhere");
    }

    [Fact]
    public void Tables_of_the_kernel_are_read_as_they_are_written()
    {
        const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
        var four = Head + "   0: 0100007F:1538 00000000:0000 0A 0 0\n   1: 00000000:01BB 00000000:0000 0A 0 0\n   2: 0100007F:9C40 0100007F:1538 01 0 0\n";
        var six = Head + "   0: 00000000000000000000000001000000:1F90 0:0 0A 0\n   1: 00000000000000000000000000000000:0050 0:0 0A 0\n   2: B80D0120000000000000000001000000:0016 0:0 0A 0\n";

        var listening = Listeners.Parse(four, six);
        var (missing, unexpected) = Listeners.Beside(listening, ["127.0.0.1:5432", "10.0.0.1:443", "*:22", "*:80"]);

        Assert.Equal(["*:443", "*:80", "127.0.0.1:5432", "[2001:db8::1]:22", "[::1]:8080"], listening);
        Assert.Equal(["*:22"], missing);
        Assert.Equal(["*:443", "[2001:db8::1]:22"], unexpected);
    }

    [Fact]
    public void Damaged_tables_and_words_of_the_manager_break_nothing()
    {
        Fuzz.Damage([Encoding.ASCII.GetBytes(string.Join('\n', File.ReadLines("/proc/net/tcp").Take(5))), "Id=shop.service\nActiveState=active\nMainPID=7\n"u8.ToArray()], bytes =>
        {
            var text = Encoding.Latin1.GetString(bytes);
            Assert.All(Listeners.Parse(text), end => Assert.Contains(':', end));
            Assert.NotNull(ServiceUnits.Read(text));
        });
    }

    [Fact]
    public async Task Units_are_seen_as_they_run_and_one_that_ended_or_crashes_in_circles_does_not()
    {
        var program = Path.Combine(_folder, "shop");
        File.Copy("/bin/sleep", program);
        var released = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(program, Cancel)));
        await using var systemd = await SystemdServer.Start(new Dictionary<string, string>
        {
            ["shop.service"] = $"[Service]\nExecStart={program} 1000\nRestart=always\n[Install]\nWantedBy=default.target\n",
            ["crash.service"] = "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=10\n",
        }, Cancel);
        systemd.Tell("enable", "shop.service");
        systemd.Tell("start", "shop.service", "crash.service");
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", systemd.Runtime);
        try
        {
            await ServerProcess.Until(() => systemd.Tell("show", "-p", "SubState", "crash.service")!.Contains("auto-restart", StringComparison.Ordinal), "the unit did not crash", TimeSpan.FromSeconds(20), Cancel);
            async Task<Value.Fields> Seen() => await Look(("units", Value.Texts(["shop.service", "crash.service", "gone.service"])), ("manager", "user")) is var sight && sight.Observation is { } found ? found : throw new InvalidOperationException(sight.Detail);

            var seen = await Seen();
            File.Delete(program); // Exchanged on disk: the running one is still the old one.
            File.Copy("/bin/true", program);
            var exchanged = await Seen();
            systemd.Tell("stop", "shop.service");
            var stopped = await Seen();

            var shop = (Value.Fields)seen.Items("units")[0];
            Assert.Equal((Value.Texts(["crash.service", "gone.service"]), Value.True, Value.True, (Value)released, (Value)"always"), (seen["not_running"], shop["running"], shop["enabled"], shop["sha256"], shop["restart_policy"]));
            Assert.True(shop.Number("up_for") is >= 0 and < 600, shop.ToString());
            Assert.Equal(("auto-restart", "not-found"), (seen.Items("units")[1].Text("detail"), seen.Items("units")[2].Text("state")));
            Assert.Equal(released, exchanged.Items("units")[0].Text("sha256"));
            Assert.Equal(Value.Texts(["shop.service", "crash.service", "gone.service"]), stopped["not_running"]);
        }
        finally { Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", null); }
    }

    [Fact]
    public async Task A_manager_that_does_not_answer_is_unproven_and_no_name_is_an_option()
    {
        Probing.Blind(await Look(("units", Value.Texts(["--host=shop.test"]))), Blind.BadQuestion, "no unit has");
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _folder);
        try { Probing.Blind(await Look(("units", Value.Texts(["shop.service"])), ("manager", "user")), Blind.Unreachable, "does not answer"); }
        finally { Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", null); }
    }
}
