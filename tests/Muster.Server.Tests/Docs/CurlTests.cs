using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Server.Tests.Otlp;
using Muster.Servers;

namespace Muster.Server.Tests.Docs;

/// <summary>What <c>docs/telemetry.md</c> tells to type is typed.</summary>
public sealed partial class CurlTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Page()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) at = at.Parent ?? throw new InvalidOperationException("no repository above the tests");
        return File.ReadAllText(Path.Combine(at.FullName, "docs", "telemetry.md"));
    }

    /// <summary>Each answers with success, and, where the line says so, in the shape that stands behind it.</summary>
    [Fact]
    public async Task Each_line_with_curl_is_answered_as_it_says()
    {
        await using var server = await Filled();
        var lines = Lines().Matches(Page());
        Assert.NotEmpty(lines);
        foreach (Match line in lines)
        {
            var answer = await Typed(server, line.Groups["command"].Value);
            if (!line.Groups["answer"].Success) continue;
            using var told = JsonDocument.Parse(answer);
            using var said = JsonDocument.Parse(line.Groups["answer"].Value);
            Assert.Equal(ShapeOf(said.RootElement), ShapeOf(told.RootElement));
        }
    }

    [Fact]
    public async Task A_snapshot_that_is_put_where_a_project_is_answers_as_the_original_did()
    {
        using var restored = new ServerFolder();
        using var original = new ServerFolder();
        string before;
        await using (var server = await Filled(original.Path))
        {
            before = await Held(server);
            Assert.Contains("\"kept\"", before, StringComparison.Ordinal);
            using var told = JsonDocument.Parse(await Typed(server, Lines().Matches(Page()).Single(line => line.Value.Contains("snapshot", StringComparison.Ordinal)).Groups["command"].Value));
            var name = told.RootElement.GetProperty("data").GetProperty("name").GetString()!;
            // What comes in later is not in it.
            await Send(server, "later");
            foreach (var command in Restore().Match(Page()).Groups["commands"].Value.Split(" && ").Select(command => Regex.Replace(command, @"backup/\S+Z", original.PathOf(Path.Combine("snapshots", name)))))
            {
                var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                await ServerProcess.Run(restored, words[0], words[1..], Cancel);
            }
        }

        await using var again = await RunningServer.Start(change: options => options with { Data = restored.PathOf("restored") });
        Assert.Equal(before, await Held(again));
    }

    static async Task<RunningServer> Filled(string? folder = null)
    {
        var server = await RunningServer.Start(new LineMetrics(), options => options with { Admin = true, Data = folder ?? options.Data });
        foreach (var name in new[] { "kept", "up", "kept_too" }) await Send(server, name);
        return server;
    }

    static async Task Send(RunningServer server, string name)
    {
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(name)) { Headers = { ContentType = new("application/x-protobuf") } };
        using var answer = await server.Http.PostAsync("/v1/metrics", content, Cancel);
        Assert.True(answer.IsSuccessStatusCode);
    }

    /// <summary>Every sample with its time.</summary>
    static Task<string> Held(RunningServer server) => server.Http.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString("""{__name__=~".+"}[1h]""") + "&time=" + (Began + 600).ToString(CultureInfo.InvariantCulture), Cancel);

    static readonly long Began = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    static async Task<string> Typed(RunningServer server, string command)
    {
        using var folder = new ServerFolder();
        var address = server.Http.BaseAddress!.Authority;
        return await ServerProcess.Run(folder, "sh", ["-c", command.Replace("127.0.0.1:7280", address, StringComparison.Ordinal).Replace("127.0.0.1:4318", address, StringComparison.Ordinal).Replace("curl ", "curl -sS --fail-with-body ", StringComparison.Ordinal)], Cancel);
    }

    /// <summary>The names and kinds, without the values.</summary>
    static string ShapeOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', json.EnumerateObject().Select(one => one.Name + ":" + ShapeOf(one.Value))) + "}",
        JsonValueKind.Array => "[" + (json.GetArrayLength() > 0 ? ShapeOf(json[0]) : "") + "]",
        var kind => kind.ToString(),
    };

    [GeneratedRegex(@"^(?<command>curl .*?)(?:\s+#[^\n{]*(?<answer>\{.*\})?[^\n]*)?$", RegexOptions.Multiline)]
    private static partial Regex Lines();

    [GeneratedRegex("^(?<commands>mkdir -p restored/.* && cp -r .*)$", RegexOptions.Multiline)]
    private static partial Regex Restore();
}
