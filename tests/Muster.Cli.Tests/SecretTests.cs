using System.Text;
using Muster.Probes;

namespace Muster.Cli.Tests;

/// <summary>A secret of a target never leaves the place it was read: not into output, ledger, blobs, reports, certificates or errors.</summary>
public sealed class SecretTests
{
    const string Password = "s3cret/Pa+ss w0rd";

    [Fact]
    public async Task No_command_shows_or_writes_a_password()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => new(200, $"you came with {request.Headers.GetValueOrDefault("authorization")} and {Password}");
        var (dsn, token) = (Variable($"postgres://shop:{Uri.EscapeDataString(Password)}@127.0.0.1:{site.Port}/shop"), Variable(Password));
        try
        {
            using var launch = await Launch.Of(new()
            {
                Targets = $"targets: {{ db: $(env:{dsn}), api: {{ address: \"http://127.0.0.1:{site.Port}\", headers: {{ authorization: $(env:{token}) }} }} }}", Gate = ", sign: { architect: 1 }",
                Controls = """
                      b.answers: { title: It answers, check: { http: { target: api, path: / }, expect: { status: 418, body: { contains: nothing } } } }
                      c.open: { title: The database is open, check: { tcp: db } }
                      d.wrong: { title: The database is no site, check: { http: { target: db, path: / } } }
                    """,
            });
            var outputs = new StringBuilder();
            foreach (var words in (string[])["check", "check --again -f json", "gate -f md", "why b.answers", "why b.answers -f json", "why c.open", "why d.wrong", "plan -f json", "report -f html", "sign --as mia", "certify -o launch.json",
                "verify launch.json --key .muster/keys/runner.pub -f json", "replay last -f json", "ledger show -f json", "ledger verify", "doctor", "lint -f json"])
            {
                var ran = await launch.Run(words.Split(' '));
                Assert.NotEqual(ExitCode.Internal, ran.Exit);
                outputs.Append(ran.Data).Append(ran.Talk);
            }

            Assert.True(site.Served > 0, "nobody looked, so nothing could leak");
            Assert.Contains("\"id\": \"c.open\"", outputs.ToString(), StringComparison.Ordinal);
            Assert.All(Forms(), form => Assert.DoesNotContain(form, outputs.ToString(), StringComparison.Ordinal));
            foreach (var file in Directory.EnumerateFiles(launch.Folder.Folder, "*", SearchOption.AllDirectories))
            {
                var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
                Assert.All(Forms(), form => Assert.False(Holds(bytes, form), $"{file} holds {form}"));
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(dsn, null);
            Environment.SetEnvironmentVariable(token, null);
        }
    }

    static string Variable(string secret)
    {
        var name = "MUSTER_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, secret);
        return name;
    }

    /// <summary>In a log entry the payload is base64 of JSON, so what stands within it is looked for decoded too.</summary>
    static bool Holds(byte[] bytes, string form)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (text.Contains(form, StringComparison.Ordinal)) return true;
        return text.Split('"').Where(word => word.Length > 40 && word.Length % 4 == 0)
            .Any(word => Convert.TryFromBase64String(word, bytes = new byte[word.Length], out var length) && Encoding.UTF8.GetString(bytes, 0, length).Contains(form, StringComparison.Ordinal));
    }

    static IEnumerable<string> Forms() =>
        [Password, Uri.EscapeDataString(Password), Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)), Convert.ToBase64String(Encoding.UTF8.GetBytes("shop:" + Password)), "s3cret"];
}
