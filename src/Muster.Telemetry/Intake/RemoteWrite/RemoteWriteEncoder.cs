using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>Writes requests of remote write 1.0: what tests, benches and whoever passes samples on send.</summary>
public sealed class RemoteWriteEncoder
{
    readonly ProtobufWriter _request = new();
    readonly ProtobufWriter _series = new();
    readonly ProtobufWriter _inner = new();

    public ReadOnlySpan<byte> Written => _request.Written;

    public void Clear() => _request.Clear();

    /// <summary>One series with its samples.</summary>
    public void Add(Labels labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        _series.Clear();
        foreach (var label in labels.Span)
        {
            _inner.Clear();
            _inner.Text(1, label.Name);
            _inner.Text(2, label.Value);
            _series.Message(1, _inner);
        }

        for (var at = 0; at < times.Length; at++)
        {
            _inner.Clear();
            _inner.Double(1, values[at]);
            _inner.Varint(2, (ulong)times[at]);
            _series.Message(2, _inner);
        }

        _request.Message(1, _series);
    }
}
