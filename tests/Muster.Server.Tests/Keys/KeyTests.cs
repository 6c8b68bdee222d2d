using System.Text;
using Muster.Server.Keys;

namespace Muster.Server.Tests.Keys;

public sealed class KeyTests
{
    internal static KeyHash Hash(string key) => KeyHash.Of("sha256:" + Convert.ToHexString(KeyHash.HashOf(key)), _ => null, _ => "", out _)!;

    [Fact]
    public void A_key_opens_its_project_and_no_other_does()
    {
        var ring = new Keyring([(Hash("the key of one"), "one"), (Hash("the key of two"), "two")]);
        Assert.Equal("one", ring.ProjectOf("the key of one"));
        Assert.Equal("two", ring.ProjectOf("the key of two"));
        Assert.Null(ring.ProjectOf("the key of three"));
        Assert.Null(ring.ProjectOf(""));
    }

    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer abc", "abc")]
    [InlineData("Basic dXNlcjpwYTpzcw==", "pa:ss")]
    [InlineData("Basic !!", null)]
    [InlineData("Basic dXNlcg==", null)]
    [InlineData("Digest abc", null)]
    [InlineData(null, null)]
    public void A_key_is_found_where_it_stands(string? header, string? key) => Assert.Equal(key, Keyring.KeyIn(header));

    [Fact]
    public void A_key_may_stand_in_a_variable_or_a_file()
    {
        Assert.True(KeyHash.Of("env:SHOP", name => name == "SHOP" ? "0123456789abcdef" : null, _ => "", out _)!.Is(KeyHash.HashOf("0123456789abcdef")));
        Assert.True(KeyHash.Of("file:/run/shop", _ => null, path => path == "/run/shop" ? "0123456789abcdef\n" : "", out _)!.Is(KeyHash.HashOf("0123456789abcdef")));
    }

    [Theory]
    [InlineData("0123456789abcdef", "not as itself")]
    [InlineData("sha256:12", "64 hexadecimal digits")]
    [InlineData("env:NONE", "is not set")]
    [InlineData("env:SHORT", "shorter than")]
    [InlineData("file:none", "cannot be read")]
    public void What_is_no_key_is_told_without_telling_it(string reference, string says)
    {
        Assert.Null(KeyHash.Of(reference, name => name == "SHORT" ? "s3cret" : null, _ => throw new FileNotFoundException("not there"), out var problem));
        Assert.Contains(says, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", problem, StringComparison.Ordinal);
    }

    static ProjectsFile.Outcome Read(string json) => ProjectsFile.Read(Encoding.UTF8.GetBytes(json), name => "0123456789abcdef" + name, _ => "");

    [Fact]
    public void A_file_of_projects_is_read()
    {
        var read = Read("""{ "projects": [ /* ours */ { "name": "shop", "keys": ["env:A"], "retention": "7d", "maxBytes": 5, "maxSeries": 6, "samplesPerSecond": 7 }, { "name": "other", "keys": ["env:B"] }, ] }""");
        Assert.Null(read.Problem);
        Assert.Equal(["shop", "other"], read.Projects.Select(project => project.Name));
        Assert.Equal((TimeSpan.FromDays(7), 5L, 6, 7), (read.Projects[0].Retention!.Value, read.Projects[0].MaxBytes!.Value, read.Projects[0].MaxSeries!.Value, read.Projects[0].SamplesPerSecond!.Value));
        Assert.Null(read.Projects[1].Retention);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "there is none")]
    [InlineData("{}", "there is none")]
    [InlineData("""{ "projects": [null] }""", "projects[0]: it is null")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": ["env:A"], "colour": 1 } ] }""", "colour")]
    [InlineData("""{ "projects": [ { "name": "../a", "keys": ["env:A"] } ] }""", "projects[0]: name")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": [] } ] }""", "keys: there is none")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": [null] } ] }""", "keys[0]")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": ["env:A"], "retention": "5m" } ] }""", "retention")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": ["env:A"] }, { "name": "a", "keys": ["env:A"] } ] }""", "stands twice")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": ["env:A"], "samplesPerSecond": 0 } ] }""", "samplesPerSecond")]
    [InlineData("""{ "projects": [ { "name": "a", "keys": ["env:A"] }, { "name": "b", "keys": ["env:B", "env:A"] } ] }""", "projects[1]: keys: one of them opens a already")]
    public void What_is_wrong_in_a_file_is_told(string json, string says) => Assert.Contains(says, Read(json).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_mutated_file_is_read_or_refused()
    {
        var random = new Random(3);
        var good = """{ "projects": [ { "name": "shop", "keys": ["env:A"], "retention": "7d", "maxBytes": 5, "maxSeries": 6, "samplesPerSecond": 7 } ] }"""u8.ToArray();
        for (var turn = 0; turn < 5000; turn++)
        {
            var bytes = good.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var read = ProjectsFile.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)), _ => "0123456789abcdef", _ => "");
            Assert.True(read.Problem is null != (read.Projects.Count == 0));
        }
    }
}
