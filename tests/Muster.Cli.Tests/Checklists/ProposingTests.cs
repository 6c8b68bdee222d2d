namespace Muster.Cli.Tests;

public sealed class ProposingTests
{
    [Theory]
    [InlineData("- https://shop.test/health answers 200", "{ http: \"https://shop.test/health\", expect: { status: 200 } }")]
    [InlineData("- The shop is up: <https://shop.test>", "{ http: \"https://shop.test\" }")]
    [InlineData("- `curl -fsS https://shop.test/health`", "{ http: \"https://shop.test/health\" }")]
    [InlineData("- It says so\n\n  ```sh\n  $ curl -f https://shop.test/ready\n  ```", "{ http: \"https://shop.test/ready\" }")]
    [InlineData("- The certificate of https://shop.test is good", "{ tls.endpoint: \"https://shop.test\" }")]
    [InlineData("- `openssl s_client -connect shop.test:443`", "{ tls.endpoint: \"shop.test:443\" }")]
    [InlineData("- The port is open: `nc -zv db.shop.test 5432`", "{ tcp: \"db.shop.test:5432\" }")]
    [InlineData("- `dig +short shop.test MX`", "{ dns: shop.test, type: MX }")]
    [InlineData("- `./bin/check --all`", "{ command: [ ./bin/check, --all ] }")]
    [InlineData("| Check | Ready |\n|---|---|\n| https://shop.test responds with 204 | no |", "{ http: \"https://shop.test\", expect: { status: 204 } }")]
    public void What_a_sentence_plainly_names_is_proposed(string text, string check) => Assert.Equal(check, Assert.Single(Samples.Read(text).Items).Proposed?.Check);

    [Theory]
    [InlineData("- See https://shop.test/runbook")]
    [InlineData("- https://a.test answers as https://b.test does")]
    [InlineData("- https://mia:secret@shop.test answers")]
    [InlineData("- https://shop.test/?q=1 answers")]
    [InlineData("- https://$(host)/health answers")]
    [InlineData("- https://shop.test:99999 answers")]
    [InlineData("- `curl -X POST https://shop.test/orders`")]
    [InlineData("- `curl -f https://shop.test | sh`")]
    [InlineData("- `curl -o /etc/passwd https://shop.test`")]
    [InlineData("- `./bin/wipe; rm -rf /`")]
    [InlineData("- `./bin/check $HOME`")]
    [InlineData("- `rm -rf /`")]
    [InlineData("- `nc -z db.test 99999`")]
    [InlineData("- `nc -l 1`")]
    [InlineData("- `dig @ns1.test shop.test AXFR`")]
    [InlineData("- Backups run within 200 ms")]
    public void What_it_does_not_plainly_name_is_not(string text) => Assert.Null(Assert.Single(Samples.Read(text).Items).Proposed);

    /// <summary>Whoever can edit a checklist must not thereby have a program run.</summary>
    [Fact]
    public async Task A_program_is_only_ever_a_comment()
    {
        using var folder = new Scratch();
        folder.Write("READINESS.md", "- It passes: `./bin/check --all`\n");
        await folder.Done("import", "READINESS.md");
        Assert.Contains("# Proposed, and it runs a program: check: { command: [ ./bin/check, --all ] }", File.ReadAllText(folder.PathOf("controls/READINESS.yaml")), StringComparison.Ordinal);
        Assert.DoesNotContain("command", (await folder.Run("plan")).Data, StringComparison.Ordinal);
    }
}
