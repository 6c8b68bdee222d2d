using System.Globalization;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Exercises;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ScratchTests : IDisposable
{
    readonly string _root = Path.Combine(Path.GetTempPath(), "muster-test-" + Guid.NewGuid().ToString("n"));
    readonly HttpLines _lines = new();
    readonly ServerFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    RunnerOptions Options => Probing.Options with { ScratchRoot = _root, Folder = _folder.Path, MayRunCommands = true };

    ProbeContext Context(RunnerOptions? options = null, string? secret = null) =>
        new(options ?? Options, _lines, static _ => { }, Probing.Ask("file")) { CarriesSecret = text => secret is not null && text.Contains(secret, StringComparison.Ordinal) };

    [Fact]
    public async Task Nothing_of_an_exercise_outlives_it()
    {
        string folder;
        Tool tool;
        int child;
        await using (var scratch = Scratch.Begin(Context(), "test.drill"))
        {
            folder = scratch.Folder;
            tool = scratch.Start("/bin/sh", ["-c", "(trap '' TERM; sleep 100) & echo $! > child; trap '' TERM; sleep 100"]);
            await ServerProcess.Until(() => File.Exists(Path.Combine(folder, "child")) && File.ReadAllText(Path.Combine(folder, "child")).EndsWith('\n'), "no child", TimeSpan.FromSeconds(10), Cancel);
            child = int.Parse(File.ReadAllText(Path.Combine(folder, "child")).Trim(), CultureInfo.InvariantCulture);
            Assert.NotNull(LiveProcess.Of(child));
            tool.End(); // As a server that crashed: its child belongs to nobody's tree any more.
        }

        Assert.False(Directory.Exists(folder));
        await ServerProcess.Until(() => LiveProcess.Of(child) is null, "the child lives on", TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task A_tool_gets_none_of_our_variables_and_its_last_words_are_kept()
    {
        Environment.SetEnvironmentVariable("MUSTER_TEST_HIDDEN", "hidden-value");
        await using var scratch = Scratch.Begin(Context(), "test.drill");

        var (exit, words) = await scratch.Run("/bin/sh", ["-c", "env; i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done; echo the end >&2; exit 3"], Cancel, [("GIVEN", "given")]);

        Assert.Equal(3, exit);
        Assert.Contains("the end", words, StringComparison.Ordinal);
        Assert.InRange(words.Length, 1000, 16 * 1024);
        Assert.Equal("given 0", (await scratch.Run("/bin/sh", ["-c", "echo $GIVEN $(env | grep -c hidden-value)"], Cancel, [("GIVEN", "given")])).Words);
    }

    [Fact]
    public async Task What_was_not_undone_is_undone_at_the_end_the_last_first()
    {
        var log = _folder.PathOf("log");
        await using (var scratch = Scratch.Begin(Context(), "test.drill"))
        {
            scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"echo first >> {log}"]));
            var done = scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"echo done >> {log}"]));
            scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"echo second >> {log}"]));
            scratch.Undone(done);
        }

        Assert.Equal(["second", "first"], File.ReadAllLines(log));
    }

    /// <summary>As on a disk that is full: the record cannot be replaced.</summary>
    [Fact]
    public async Task A_record_that_cannot_be_written_keeps_nothing_from_being_undone_and_nothing_more_is_done()
    {
        var log = _folder.PathOf("log");
        var scratch = Scratch.Begin(Context(), "test.drill");
        scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"echo first >> {log}"]));
        scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"echo second >> {log}"]));
        var tool = scratch.Start("/bin/sleep", ["300"]);
        var process = LiveProcess.Of(tool.Id)!;
        Directory.CreateDirectory(Path.Combine(scratch.Folder, ScratchRecord.Name + ".new"));

        Assert.Equal(Blind.NotCapable, Assert.Throws<Unseen>(() => scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"echo third >> {log}"]))).Blind);
        await scratch.DisposeAsync();

        Assert.Equal(["second", "first"], File.ReadAllLines(log));
        Assert.False(process.Lives);
        Assert.False(Directory.Exists(scratch.Folder));
    }

    [Fact]
    public async Task What_could_not_be_undone_is_told_at_once()
    {
        List<string> told = [];
        await using (var scratch = Scratch.Begin(Context(Options with { Telling = (_, says) => told.Add(says) }), "test.drill")) scratch.Undoing(new WayBack.Command(["/bin/false"]));

        Assert.Equal(["could not be undone, and is tried again by the next start: /bin/false"], told);
    }

    [Fact]
    public void What_is_told_of_a_long_look_carries_no_secret()
    {
        List<string> told = [];
        var context = Context(Options with { Telling = (_, says) => told.Add(says) }, secret: "hunter2-secret");

        context.Tell("stopping by resume --key hunter2-secret");
        context.Tell("stopping");

        Assert.Equal(["(what it does carries a secret)", "stopping"], told);
    }

    [Fact]
    public async Task A_killed_Muster_leaves_nothing_to_the_next_start_that_is_not_found_undone_and_told()
    {
        await using var paused = await ServerProcess.Start(_folder, "/bin/sleep", ["300"], null, Cancel);
        var process = LiveProcess.Of(paused.Id)!;
        var scratch = Scratch.Begin(Context(), "test.drill");
        scratch.Undoing(new WayBack.Signalled(process, Signal.Continue));
        process.Send(Signal.Stop);
        var tool = scratch.Start("/bin/sleep", ["300"]);
        File.WriteAllText(Path.Combine(scratch.Folder, "data"), new string('x', 5000));
        await ServerProcess.Until(() => State(paused.Id) == 'T', "it is not paused", TimeSpan.FromSeconds(10), Cancel);

        Assert.Empty(await Scratches.Clean(Options, Cancel)); // Its Muster lives.
        Assert.True(tool.Runs);
        Orphan(scratch);
        var left = Assert.Single(await Scratches.Clean(Options, Cancel));

        Assert.Equal(("test.drill", 1), (left.Kind, left.Processes));
        Assert.True(left.Bytes >= 5000);
        Assert.Equal([$"the signal Continue to the process {paused.Id}"], left.Undone);
        Assert.Empty(left.Open);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
        await ServerProcess.Until(() => !tool.Runs && State(paused.Id) is 'S' or 'R', "it is still paused", TimeSpan.FromSeconds(10), Cancel);
        Assert.Empty(await Scratches.Clean(Options, Cancel));
    }

    [Fact]
    public async Task What_cannot_be_undone_is_told_by_every_start_until_it_can()
    {
        var scratch = Scratch.Begin(Context(), "test.drill");
        var flag = _folder.PathOf("flag");
        scratch.Undoing(new WayBack.Command(["/bin/sh", "-c", $"test -e {flag}"]));
        Orphan(scratch);

        Assert.Single(Assert.Single(await Scratches.Clean(Options with { MayRunCommands = false }, Cancel)).Open);
        Assert.Single(Assert.Single(await Scratches.Clean(Options, Cancel)).Open);
        File.WriteAllText(flag, "");
        Assert.Single(Assert.Single(await Scratches.Clean(Options, Cancel)).Undone);
        Assert.Empty(await Scratches.Clean(Options, Cancel));
    }

    [Fact]
    public async Task A_signal_does_not_reach_a_stranger_that_got_the_id_later()
    {
        await using var other = await ServerProcess.Start(_folder, "/bin/sleep", ["300"], null, Cancel);
        var stranger = LiveProcess.Of(other.Id)! with { Began = 1 };

        Assert.False(stranger.Send(Signal.Kill));
        Assert.True(other.IsRunning);
        Assert.True(await new WayBack.Signalled(stranger, Signal.Continue).Go(Context(), Cancel)); // Its own process has ended, so that nothing is to be undone.
    }

    [Fact]
    public async Task A_way_back_that_carries_a_secret_is_not_written_down()
    {
        await using var scratch = Scratch.Begin(Context(secret: "hunter2-secret"), "test.drill");

        var refused = Assert.Throws<Unseen>(() => scratch.Undoing(new WayBack.Command(["resume", "hunter2-secret"])));

        Assert.Equal(Blind.BadQuestion, refused.Blind);
        Assert.DoesNotContain("hunter2", File.ReadAllText(Path.Combine(scratch.Folder, ScratchRecord.Name)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_others_may_write_into_or_that_is_a_link_is_refused()
    {
        Directory.CreateDirectory(_root);
        File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Contains("others may write", Assert.Throws<Unseen>(() => Scratch.Begin(Context(), "test.drill")).Message, StringComparison.Ordinal);

        var link = _root + "-link";
        File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(link, _root);
        try { Assert.Contains("is a link", Assert.Throws<Unseen>(() => Scratch.Begin(Context(Options with { ScratchRoot = link }), "test.drill")).Message, StringComparison.Ordinal); }
        finally { File.Delete(link); }
    }

    [Fact]
    public async Task Nothing_in_a_damaged_record_is_believed_that_was_not_written()
    {
        await using var scratch = Scratch.Begin(Context(), "test.drill");
        scratch.Undoing(new WayBack.Command(["/bin/true"]));
        var file = Path.Combine(scratch.Folder, ScratchRecord.Name);
        Assert.Equal(["/bin/true"], ScratchRecord.Read(file)!.Open.Select(way => way.Says));
        var damaged = _folder.PathOf("damaged.json");

        Fuzz.Damage([File.ReadAllBytes(file)], bytes =>
        {
            File.WriteAllBytes(damaged, bytes);
            ScratchRecord.Read(damaged);
        }, share: 20);

        foreach (var text in (string[])["", "[]", "{}", "{\"kind\":1}", new('[', 100_000)])
        {
            File.WriteAllText(damaged, text);
            Assert.Null(ScratchRecord.Read(damaged));
        }

        Assert.Null(ScratchRecord.Read(_folder.PathOf("absent")));
    }

    /// <summary>As if the Muster that began it had been killed.</summary>
    static void Orphan(Scratch scratch)
    {
        var file = Path.Combine(scratch.Folder, ScratchRecord.Name);
        var self = LiveProcess.Of(Environment.ProcessId)!;
        File.WriteAllText(file, File.ReadAllText(file, Encoding.UTF8).Replace($"\"began\":\"{self.Began}\"", "\"began\":\"1\"", StringComparison.Ordinal));
    }

    static char State(int id) => File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat")) is var stat ? stat[stat.LastIndexOf(')') + 2] : ' ';

    public void Dispose()
    {
        _lines.Dispose();
        _folder.Dispose();
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }
}
