using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Two words and a URL: an answer without a document, or a document proposed from what is there.</summary>
public sealed class UrlTests : IAsyncDisposable
{
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create("Tests' root");
    readonly LoopbackSite _site;
    bool _gone;

    public UrlTests()
    {
        _site = LoopbackSite.Start(_authority.Leaf(TimeProvider.System, since: TimeSpan.FromDays(1), until: TimeSpan.FromDays(89)));
        _site.Otherwise = request => request.Path is "/" or "/health/live" or "/health/ready"
            ? new SiteResponse(200, "well").With("Strict-Transport-Security", "max-age=31536000")
            : new(404, "not found");
    }

    [Fact]
    public async Task Check_URL_answers_from_the_pack_and_writes_nothing_anywhere()
    {
        using var home = new Scratch();
        using var empty = new Scratch();

        var ran = await Executable.Run(empty.Folder, start => start.Environment["HOME"] = home.Folder, "check", _site.Address.AbsoluteUri, "-f", "json");

        Assert.Equal(ExitCode.NoGo, ran.Exit); // a root that this machine does not trust
        Assert.Equal("Failed", State(ran, "web-edge.certificate"));
        Assert.Equal("Met", State(ran, "web-edge.port"));
        Assert.Equal("Unproven", State(ran, "web-edge.answers")); // whoever answers behind an untrusted certificate proves nothing
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Folder));
    }

    [Fact]
    public async Task Check_of_plain_http_is_never_a_pass()
    {
        await using var plain = LoopbackSite.Start();
        plain.Otherwise = _ => new(200, "well");
        using var empty = new Scratch();

        var ran = await empty.Run("check", plain.Address.AbsoluteUri, "-f", "json");

        Assert.Contains(ran.Exit, (int[])[ExitCode.NoGo, ExitCode.Undecided]);
        Assert.Equal("Met", State(ran, "web-edge.answers"));
        Assert.NotEqual("Met", State(ran, "web-edge.certificate"));
    }

    [Fact]
    public async Task Check_of_what_is_gone_is_undecided_or_worse_and_says_what_was_tried()
    {
        var address = await Gone();
        using var empty = new Scratch();

        var ran = await empty.Run("check", address);

        Assert.Contains(ran.Exit, (int[])[ExitCode.NoGo, ExitCode.Undecided]);
        Assert.Contains("refused", ran.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_proposes_what_lints_is_unproven_until_read_and_met_once_it_is()
    {
        using var scratch = new Scratch();
        scratch.Write("ca.pem", _authority.PemOfRoot);

        await scratch.Done("init", _site.Address.AbsoluteUri, "--trust", "ca.pem");
        var lint = await scratch.Run("lint");
        var unread = await scratch.Run("check");
        var proposed = File.ReadAllText(scratch.PathOf("muster.yaml"));
        scratch.Write("muster.yaml", string.Join('\n', proposed.Split('\n').Where(line => !line.TrimStart().StartsWith("unreviewed: true", StringComparison.Ordinal))));
        var read = await scratch.Run("check", "-f", "json");

        Assert.True(lint.Exit == 0, lint.Data + proposed);
        Assert.Equal(ExitCode.Undecided, unread.Exit);
        Assert.All(["edge.certificate", "edge.answers", "edge.hsts", "health.live", "health.ready"], control => Assert.Equal("Met", State(read, control)));
        Assert.Equal("Unmeasured", State(read, "data.backup"));
        Assert.Equal(ExitCode.Undecided, read.Exit);
    }

    [Fact]
    public async Task Init_keeps_a_document_that_is_there_and_proposes_nothing_from_nothing()
    {
        using var scratch = new Scratch();
        scratch.Write("muster.yaml", "mine");
        var kept = await scratch.Run("init", _site.Address.AbsoluteUri);
        var address = await Gone();
        var nothing = await scratch.Run("init", address, "-o", "other.yaml");

        Assert.Equal((3, 3), (kept.Exit, nothing.Exit));
        Assert.Contains("--force", kept.Talk, StringComparison.Ordinal);
        Assert.Contains("nothing was seen", nothing.Talk, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(scratch.PathOf("muster.yaml")));
        Assert.False(File.Exists(scratch.PathOf("other.yaml")));
    }

    static string State(Ran ran, string control) =>
        ((Value.Text)((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().Single(one => one["id"] == (Value)control)["state"]!).Is;

    async Task<string> Gone()
    {
        var address = _site.Address.AbsoluteUri;
        await _site.DisposeAsync();
        _gone = true;
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_gone) await _site.DisposeAsync();
        _authority.Dispose();
    }
}
