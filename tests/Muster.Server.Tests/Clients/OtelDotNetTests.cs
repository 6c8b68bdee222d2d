using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Muster.Server.Tests.Clients;

/// <summary>OpenTelemetry's SDK for .NET with its exporter, over both transports.</summary>
public sealed class OtelDotNetTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc, MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(OtlpExportProtocol.Grpc, MetricReaderTemporalityPreference.Delta)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(OtlpExportProtocol.HttpProtobuf, MetricReaderTemporalityPreference.Delta)]
    public async Task What_each_instrument_recorded_is_read_back_exactly(OtlpExportProtocol protocol, MetricReaderTemporalityPreference temporality)
    {
        await using var server = await RunningServer.Start();
        using var meter = new Meter("lib", "1.0");
        using (var provider = Sdk.CreateMeterProviderBuilder().AddMeter("lib").SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("client", serviceNamespace: "eu", serviceInstanceId: "one"))
            .AddView("size", new Base2ExponentialBucketHistogramConfiguration())
            .AddView("latency", new ExplicitBucketHistogramConfiguration { Boundaries = [0.1, 1, 10] })
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = protocol;
                exporter.Endpoint = protocol == OtlpExportProtocol.Grpc ? server.Grpc.BaseAddress! : new Uri(server.Http.BaseAddress!, "v1/metrics");
                reader.TemporalityPreference = temporality;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 3_600_000;
            }).Build())
        {
            var (requests, latency, size) = (meter.CreateCounter<long>("requests"), meter.CreateHistogram<double>("latency", "s"), meter.CreateHistogram<double>("size", "By"));
            meter.CreateObservableGauge("temperature", () => 21.5, "Cel");
            for (var n = 0; n < 3; n++)
            {
                requests.Add(5, new KeyValuePair<string, object?>("http.method", "GET"));
                latency.Record(0.05);
                latency.Record(5);
                size.Record(1000);
                Assert.True(provider.ForceFlush(10_000));
            }
        }

        Assert.Equal(15, await Value(server, "requests_total{http_method=\"GET\", job=\"eu/client\", instance=\"one\", otel_scope_name=\"lib\", otel_scope_version=\"1.0\"}"));
        Assert.Equal(3, await Value(server, "latency_seconds_bucket{le=\"1.0\"}"));
        Assert.Equal(6, await Value(server, "latency_seconds_bucket{le=\"+Inf\"}"));
        Assert.Equal(3000, await Value(server, "histogram_sum(size_bytes)"));
        Assert.Equal(21.5, await Value(server, "temperature_celsius"));
    }

    static async Task<double> Value(RunningServer server, string query)
    {
        using var json = JsonDocument.Parse(await server.Http.GetStringAsync(new Uri("api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative), Cancel));
        var result = json.RootElement.GetProperty("data").GetProperty("result");
        Assert.True(result.GetArrayLength() == 1, $"{query}: {result}");
        return double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }
}
