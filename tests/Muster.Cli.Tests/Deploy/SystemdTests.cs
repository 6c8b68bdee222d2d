using System.Diagnostics;

namespace Muster.Cli.Tests;

/// <summary>The units in deploy/systemd: keys that systemd knows, words that this command line takes, and the walls around them.</summary>
public sealed class SystemdTests
{
    static readonly string Folder = Path.GetFullPath(Path.Combine(JsonSchema.Folder, "../../../deploy/systemd"));

    /// <summary>Of systemd 252, as far as units of ours may need them.</summary>
    static readonly Dictionary<string, string[]> Known = new()
    {
        ["Unit"] = ["Description", "Documentation", "Wants", "After", "StartLimitIntervalSec", "StartLimitBurst"],
        ["Service"] =
        [
            "Type", "User", "Group", "WorkingDirectory", "EnvironmentFile", "LoadCredential", "Environment", "ExecStart", "SuccessExitStatus", "Restart", "RestartSec", "TimeoutStopSec", "TimeoutStartSec", "StateDirectory",
            "StateDirectoryMode", "UMask", "NoNewPrivileges", "CapabilityBoundingSet", "AmbientCapabilities", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers", "ProtectClock", "ProtectHostname",
            "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "ProtectControlGroups", "ProtectProc", "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality",
            "RemoveIPC", "KeyringMode", "SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber", "MemoryMax", "TasksMax",
        ],
        ["Timer"] = ["OnCalendar", "RandomizedDelaySec", "Persistent", "AccuracySec"],
        ["Install"] = ["WantedBy"],
    };

    public static TheoryData<string> Units => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Where(name => !name.EndsWith(".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Services => [.. Units.Select(row => row.Data).Where(name => name.EndsWith(".service", StringComparison.Ordinal))];

    static List<(string Section, string Key, string Value)> Read(string unit)
    {
        var (section, read) = ("", new List<(string, string, string)>());
        foreach (var line in File.ReadLines(Path.Combine(Folder, unit)).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[') section = line.Trim('[', ']');
            else read.Add((section, line[..line.IndexOf('=', StringComparison.Ordinal)], line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        }

        return read;
    }

    static string Only(string unit, string key) => Assert.Single(Read(unit), line => line.Key == key).Value;

    [Fact]
    public void The_units_are_there_and_their_page_names_each() =>
        Assert.All((string[])["muster-check.service", "muster-check.timer", "muster-watch.service"], name =>
        {
            Assert.Contains(name, Units.Select(row => row.Data));
            Assert.Contains(name, File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal);
        });

    [Theory, MemberData(nameof(Units))]
    public void Every_key_is_one_that_systemd_knows_in_its_section(string unit) =>
        Assert.Empty(Read(unit).Where(line => !Known.TryGetValue(line.Section, out var keys) || !keys.Contains(line.Key)).Select(line => $"[{line.Section}] {line.Key}"));

    [Theory, MemberData(nameof(Services))]
    public void What_it_starts_is_what_this_command_line_takes(string unit)
    {
        var words = Only(unit, "ExecStart").Split(' ');
        Assert.Equal("/usr/local/bin/muster", words[0]);
        Assert.True(Commands.Take(words[1..]));
        Assert.Throws<Refusal>(() => Commands.Take(["check", "--evry", "1h"]));
        Assert.False(Commands.Take(["check", "--rounds", "often"]));
    }

    [Theory, MemberData(nameof(Services))]
    public void It_runs_without_rights_and_its_secret_is_not_in_the_unit(string unit)
    {
        Assert.All(((string, string)[])[("User", "muster"), ("NoNewPrivileges", "yes"), ("CapabilityBoundingSet", ""), ("ProtectSystem", "strict"), ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("PrivateDevices", "yes"), ("UMask", "0077")],
            wall => Assert.Equal(wall.Item2, Only(unit, wall.Item1)));
        Assert.DoesNotContain("whsec_", File.ReadAllText(Path.Combine(Folder, unit)), StringComparison.Ordinal);
        Assert.DoesNotContain("--webhook ", Only(unit, "ExecStart") + " ", StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_is_no_failure_and_a_verdict_fails_no_round()
    {
        Assert.Equal("130", Only("muster-watch.service", "SuccessExitStatus"));
        Assert.Equal([ExitCode.NoGo, ExitCode.Undecided, ExitCode.Held, ExitCode.ConditionalUnderStrict, ExitCode.BreakGlass, ExitCode.Interrupted],
            Only("muster-check.service", "SuccessExitStatus").Split(' ').Select(code => int.Parse(code, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory, MemberData(nameof(Units))]
    public async Task Systemd_itself_finds_nothing_where_it_is_there(string unit)
    {
        using var scratch = new Scratch();
        foreach (var name in Units.Select(row => row.Data))
            scratch.Write(name, File.ReadAllText(Path.Combine(Folder, name)).Replace("/usr/local/bin/muster", Executable.Path, StringComparison.Ordinal));
        Assert.True(File.Exists(scratch.PathOf(unit)));
        if (!File.Exists("/usr/bin/systemd-analyze")) return;

        var ran = await Executable.Finish(Process.Start(new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", "--man=no", scratch.PathOf(unit)]) { RedirectStandardError = true, RedirectStandardOutput = true })!);

        Assert.DoesNotContain(ran.Talk.Split('\n'), line => line.Contains("muster-", StringComparison.Ordinal));
    }
}
