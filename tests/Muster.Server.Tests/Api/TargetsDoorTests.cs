using System.Text.Json;
using Muster.Server.Tests.Keys;

namespace Muster.Server.Tests.Api;

public sealed class TargetsDoorTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<int> Count(RunningServer server, string key, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/targets" + query) { Headers = { Authorization = new("Bearer", key) } };
        using var answer = await server.Http.SendAsync(request, Cancel);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return told.RootElement.GetProperty("data").GetProperty("activeTargets").GetArrayLength();
    }

    [Fact]
    public async Task Targets_are_shown_to_the_project_that_they_are_scraped_into_and_to_no_other()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"scrape_configs": [{"job_name": "inside", "static_configs": [{"targets": ["127.0.0.1:9"]}]}]}""", Cancel);
            await using var server = await RunningServer.Start(change: options => options with { Scrape = file, Projects = [new("shop", [KeyTests.Hash("a key of the shop")]), new("bank", [KeyTests.Hash("a key of the bank")])] });
            while (await Count(server, "a key of the shop") == 0) await Task.Yield();
            Assert.Equal(1, await Count(server, "a key of the shop", "?state=active"));
            Assert.Equal(0, await Count(server, "a key of the shop", "?state=dropped"));
            Assert.Equal(0, await Count(server, "a key of the bank"));
        }
        finally { File.Delete(file); }
    }
}
