using Muster.Cli.Tests;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A document that asks Muster's own memory, through the whole command, while the memory scrapes a real node exporter and after that has gone.</summary>
public sealed class MetricChecksTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_is_met_and_what_is_not_is_what_the_check_decides()
    {
        await using var exporter = await NodeExporter.Start(Cancel);
        await using var memory = await TelemetryServer.Start(Cancel, TelemetryServer.Config("node", $"127.0.0.1:{exporter.Port}"));
        await memory.UntilAny("node_memory_MemTotal_bytes", Cancel);
        using var scratch = new Scratch();
        scratch.Write("muster.yaml", $$"""
            muster: 1
            system: memory
            environments: { here: {} }
            targets: { memory: "{{memory.Address}}" }
            controls:
              well: { title: The machine has memory, check: { metric: memory, query: "sum(node_memory_MemTotal_bytes)", expect: { value: at least 1000000, age: under 1m, samples: at least 1 } } }
              small: { title: The machine has a terabyte of terabytes, check: { metric: memory, query: "sum(node_memory_MemTotal_bytes)", expect: { value: at least 1000000000000000000000000 } } }
              unwatched: { title: An hour of it is known, check: { metric: memory, query: "max_over_time(node_load1[1h])", expect: { value: at least 0 } } }
              unproven: { title: There are no errors, check: { metric: memory, query: "sum(increase(errors_total[1m]))", expect: { value: 0 } } }
              masked: { title: There are no errors, check: { metric: memory, query: "sum(increase(errors_total[1m])) or vector(0)", expect: { value: 0 } } }
              fail: { title: There are no errors, check: { metric: memory, query: "sum(increase(errors_total[1m]))", no_data: fail, expect: { value: 0 } } }
              zero: { title: There are no errors, check: { metric: memory, query: "sum(increase(errors_total[1m]))", no_data: zero, witness: "up{job='node'}", expect: { value: 0 } } }
              nobody: { title: There are no errors, check: { metric: memory, query: "sum(increase(errors_total[1m]))", no_data: zero, witness: "up{job='nobody'}", expect: { value: 0 } } }
            gates: { go: { environment: here } }
            """);

        Assert.Equal("fail Failed, masked Unproven, nobody Unproven, small Failed, unproven Unproven, unwatched Unproven, well Met, zero Met", await States(scratch));
        await exporter.Stop();
        await memory.UntilAny("up{job=\"node\"} == 0", Cancel);
        // What was seen failing stays so until it is seen well.
        Assert.Equal("fail Failed, masked Unproven, nobody Unproven, small Failed, unproven Unproven, unwatched Unproven, well Unproven, zero Unproven", await States(scratch));
    }

    static async Task<string> States(Scratch scratch)
    {
        var ran = await InProcess.Run(scratch.Folder, "check", "--again", "--format", "json");
        return string.Join(", ", ((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().Select(control => $"{((Value.Text)control["id"]!).Is} {((Value.Text)control["state"]!).Is}").Order(StringComparer.Ordinal));
    }
}
