using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Intake.Snappy;

namespace Muster.Bench.Telemetry;

/// <summary>Sends scrapes by remote write 1.0: a thousand series in a request, a sample of each.</summary>
sealed class RemoteWriter(int port) : IDisposable
{
    const int PerRequest = 1000;

    readonly HttpClient _http = new() { BaseAddress = new Uri(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), Timeout = TimeSpan.FromMinutes(2) };
    readonly ProtobufWriter _request = new();
    readonly ProtobufWriter _series = new();
    readonly ProtobufWriter _sample = new();
    readonly ProtobufWriter _label = new();
    readonly Dictionary<Muster.Telemetry.Series.Labels, byte[]> _labels = [];
    byte[] _compressed = [];

    /// <summary>Every series once, at a time.</summary>
    public void Send(NodeShape shape, long time)
    {
        for (var from = 0; from < shape.Labels.Length; from += PerRequest)
        {
            _request.Clear();
            for (var at = from; at < Math.Min(from + PerRequest, shape.Labels.Length); at++) Series(shape, at, time);
            Post();
        }
    }

    void Series(NodeShape shape, int at, long time)
    {
        _sample.Clear();
        _sample.Double(1, shape.Values[at]);
        _sample.Varint(2, (ulong)time);
        var labels = LabelsOf(shape.Labels[at]);
        _series.Clear();
        _series.Raw(labels);
        _series.Message(2, _sample);
        _request.Message(1, _series);
    }

    byte[] LabelsOf(Muster.Telemetry.Series.Labels labels)
    {
        if (_labels.TryGetValue(labels, out var bytes)) return bytes;
        var writer = new ProtobufWriter();
        foreach (var label in labels.Span)
        {
            _label.Clear();
            _label.Bytes(1, Encoding.UTF8.GetBytes(label.Name));
            _label.Bytes(2, Encoding.UTF8.GetBytes(label.Value));
            writer.Message(1, _label);
        }

        return _labels[labels] = writer.Written.ToArray();
    }

    void Post()
    {
        var most = SnappyBlock.LongestCompressed(_request.Written.Length);
        if (_compressed.Length < most) _compressed = new byte[most];
        var length = SnappyBlock.Compress(_request.Written, _compressed);
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/v1/write") { Content = new ByteArrayContent(_compressed, 0, length) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        message.Content.Headers.ContentEncoding.Add("snappy");
        message.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
        using var answer = _http.Send(message);
        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.OK))
        {
            using var reader = new StreamReader(answer.Content.ReadAsStream());
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {reader.ReadToEnd()}");
        }
    }

    public void Dispose() => _http.Dispose();
}
