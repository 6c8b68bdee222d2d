using Muster.Readiness;

namespace Muster.Probes.Tests.Files;

public sealed class FileProbeTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-");

    public void Dispose() => _folder.Delete(recursive: true);

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    Task<Sight> Look(params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "file", parameters);

    [Theory]
    [InlineData("a.json", """{"images":{"web":{"digest":"x"},"api":{"digest":"y"}}}""")]
    [InlineData("a.yaml", "images:\n  web: { digest: x }\n  api:\n    digest: 'y'\n")]
    public async Task Values_are_read_and_counted(string name, string text)
    {
        Write(name, text);

        var sight = await Look(("target", name), ("read", "/images/*/digest"));

        Assert.Equal(["x", "y"], ((Value.Items)sight.Observation!["value"]!).Are.Select(value => ((Value.Text)value).Is).Order());
        Assert.Equal(2, sight.Population);
        Assert.Equal(text.Length, sight.Observation["size"]);
        Assert.Equal(Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)), sight.Observation["sha256"]);
    }

    [Fact]
    public async Task A_pointer_that_finds_nothing_reads_no_value()
    {
        Write("a.json", """{"images":{}}""");

        foreach (var pointer in (string[])["/images/*/digest", "/absent", "/images/*"])
        {
            var sight = await Look(("target", "a.json"), ("read", pointer));
            Assert.Equal(0, sight.Population);
            Assert.Null(sight.Observation!["value"]);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_seen_as_such()
    {
        var sight = await Look(("target", "absent.txt"));

        Assert.Equal(Value.Of(("exists", false)), sight.Observation);
        Assert.Equal(1, sight.Population);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../outside.txt")]
    [InlineData("link/passwd")]
    [InlineData("filelink")]
    [InlineData(".")]
    public async Task Nothing_outside_of_the_folder_is_read(string name)
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "link"), "/etc");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "filelink"), "/etc/passwd");

        Probing.Blind(await Look(("target", name)), Blind.Refused, "leads out");
    }

    [Fact]
    public async Task Outside_is_read_when_it_is_allowed()
    {
        using var file = new TemporaryFile("there");

        var sight = await Probing.Look(Probing.Options with { Folder = _folder.FullName, MayLeaveFolder = true }, "file", ("target", file.Path));

        Assert.Equal("there", sight.Observation!["text"]);
    }

    [Theory]
    [InlineData("a.json", "{\"a\":1,\"a\":2}", "twice")]
    [InlineData("a.json", "{", "JSON")]
    [InlineData("a.yaml", "a: 1\na: 2\n", "twice")]
    [InlineData("a.yaml", "a: &x 1\nb: *x\n", "anchor")]
    [InlineData("a.yaml", "a: 1\n---\nb: 2\n", "more than one document")]
    [InlineData("a.yaml", "a: !!binary abcd\n", "tag")]
    [InlineData("a.yaml", "a: [", "YAML")]
    public async Task A_file_that_cannot_be_read_strictly_is_unreadable(string name, string text, string says)
    {
        Write(name, text);

        Probing.Blind(await Look(("target", name)), Blind.Unreadable, says);
    }

    [Fact]
    public async Task Nesting_is_bounded()
    {
        Write("a.yaml", new string('[', 5000) + new string(']', 5000));
        Write("a.json", new string('[', 5000) + new string(']', 5000));

        Assert.Equal(Blind.Unreadable, (await Look(("target", "a.yaml"))).Blind);
        Assert.Equal(Blind.Unreadable, (await Look(("target", "a.json"))).Blind);
    }

    [Fact]
    public async Task Plain_yaml_is_read_by_the_core_schema()
    {
        Write("a.yaml", "yes: yes\nnull: ~\nnumber: 1.50\ntruth: true\noctal: 012\nversion: 1.2.3\nquoted: '1'\nbig: 12345678901234567890\ntime: 12:30\n");

        var json = (Value.Fields)(await Look(("target", "a.yaml"))).Observation!["json"]!;

        Assert.Equal(Value.Of(("yes", "yes"), ("null", Value.Null), ("number", 1.5), ("truth", true), ("octal", "012"), ("version", "1.2.3"), ("quoted", "1"), ("big", "12345678901234567890"), ("time", "12:30")), json);
    }

    [Fact]
    public async Task A_big_file_is_digested_and_not_read()
    {
        var path = Path.Combine(_folder.FullName, "big.bin");
        await using (var big = File.Create(path)) big.SetLength(17 * 1024 * 1024);

        var sight = await Look(("target", "big.bin"));

        Assert.Equal(17 * 1024 * 1024, sight.Observation!["size"]);
        Assert.NotNull(sight.Observation["sha256"]);
        Assert.Null(sight.Observation["text"]);
        Probing.Blind(await Look(("target", "big.bin"), ("as", "json"), ("read", "/a")), Blind.TooLarge, "big.bin");
    }
}
