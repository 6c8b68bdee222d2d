using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Bench.Telemetry;

/// <summary>OTLP over HTTP in protobuf: a thousand gauge points in a request, by the seconds of processor time that the server takes for them.</summary>
static class OtlpFigures
{
    const int Series = 10_000, PerRequest = 1000, Exports = 60;

    public static readonly IReadOnlyList<Contest> All =
    [
        new(string.Create(CultureInfo.InvariantCulture, $"OTLP metrics, {Series:N0} series, a processor second"), new Goal.None(), "points", () =>
        {
            var ours = MetricServer.OfMuster();
            var time = DateTimeOffset.UtcNow.AddHours(-12).ToUnixTimeMilliseconds();
            var shape = new NodeShape(Series);
            var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ours.Port}/")) };
            return new(new("Muster", () =>
            {
                var before = ours.Cpu();
                for (var export = 0; export < Exports; export++, time += 15_000)
                {
                    for (var from = 0; from < Series; from += PerRequest) Send(http, Request(shape, from, time));
                    shape.Move();
                }

                return new(Series * Exports, ours.Cpu() - before);
            }, ours.Peak) { Elsewhere = true }, null, () =>
            {
                http.Dispose();
                ours.Dispose();
            }) { Without = "the releases that Debian has take no OTLP" };
        }) { Needs = MetricServer.Missing },
    ];

    static void Send(HttpClient http, byte[] request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "v1/metrics") { Content = new ByteArrayContent(request) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var answer = http.Send(message);
        using var body = answer.Content.ReadAsStream();
        // Anything in the answer is a part that was not taken.
        if (!answer.IsSuccessStatusCode || body.ReadByte() >= 0) throw new InvalidOperationException($"not every point was taken: {(int)answer.StatusCode}");
    }

    /// <summary>One resource for each target, one gauge for each name, a point for each series.</summary>
    static byte[] Request(NodeShape shape, int from, long time)
    {
        var request = new ProtobufWriter();
        foreach (var target in Enumerable.Range(from, PerRequest).GroupBy(at => shape.Labels[at]["instance"]))
        {
            var (resource, scope) = (new ProtobufWriter(), new ProtobufWriter());
            resource.Message(1, Attribute("service.name", "node"));
            resource.Message(1, Attribute("service.instance.id", target.Key));
            foreach (var metric in target.GroupBy(at => shape.Labels[at].Name))
            {
                var (one, gauge) = (new ProtobufWriter(), new ProtobufWriter());
                foreach (var at in metric)
                {
                    var point = new ProtobufWriter();
                    point.Fixed64(3, (ulong)time * 1_000_000);
                    point.Double(4, shape.Values[at]);
                    point.Message(7, Attribute("device", shape.Labels[at]["device"]));
                    point.Message(7, Attribute("mode", shape.Labels[at]["mode"]));
                    gauge.Message(1, point);
                }

                one.Text(1, metric.Key);
                one.Message(5, gauge);
                scope.Message(2, one);
            }

            var all = new ProtobufWriter();
            all.Message(1, resource);
            all.Message(2, scope);
            request.Message(1, all);
        }

        return request.Written.ToArray();
    }

    static ProtobufWriter Attribute(string key, string text)
    {
        var (attribute, value) = (new ProtobufWriter(), new ProtobufWriter());
        value.Bytes(1, Encoding.UTF8.GetBytes(text));
        attribute.Text(1, key);
        attribute.Message(2, value);
        return attribute;
    }
}
