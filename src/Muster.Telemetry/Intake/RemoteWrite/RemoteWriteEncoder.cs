using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>Writes requests of remote write 1.0: what tests, benches and whoever passes samples on send.</summary>
public sealed class RemoteWriteEncoder
{
    readonly ProtobufWriter _request = new();
    readonly ProtobufWriter _series = new();
    readonly ProtobufWriter _inner = new();
    readonly ProtobufWriter _label = new();

    public ReadOnlySpan<byte> Written => _request.Written;

    public void Clear() => _request.Clear();

    /// <summary>One series with its samples.</summary>
    public void Add(Labels labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<Exemplar> exemplars = default)
    {
        Begin(labels);
        for (var at = 0; at < times.Length; at++)
        {
            _inner.Clear();
            _inner.Double(1, values[at]);
            _inner.Varint(2, (ulong)times[at]);
            _series.Message(2, _inner);
        }

        End(exemplars);
    }

    /// <summary>One series of histograms.</summary>
    public void Add(Labels labels, ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram> histograms, ReadOnlySpan<Exemplar> exemplars = default)
    {
        Begin(labels);
        for (var at = 0; at < times.Length; at++)
        {
            _inner.Clear();
            HistogramFields.Write(_inner, times[at], histograms[at]);
            _series.Message(4, _inner);
        }

        End(exemplars);
    }

    /// <summary>What is said of a family.</summary>
    public void Add(MetricMetadata metadata)
    {
        _inner.Clear();
        _inner.Varint(1, MetricKind.Number(metadata.Kind));
        _inner.Text(2, metadata.Family);
        _inner.Text(4, metadata.Help);
        _inner.Text(5, metadata.Unit);
        _request.Message(3, _inner);
    }

    void Begin(Labels labels)
    {
        _series.Clear();
        Write(labels, _series);
    }

    void End(ReadOnlySpan<Exemplar> exemplars)
    {
        foreach (var exemplar in exemplars)
        {
            _inner.Clear();
            Write(exemplar.Labels, _inner);
            _inner.Double(2, exemplar.Value);
            _inner.Varint(3, (ulong)exemplar.Time);
            _series.Message(3, _inner);
        }

        _request.Message(1, _series);
    }

    void Write(Labels labels, ProtobufWriter into)
    {
        foreach (var label in labels.Span)
        {
            _label.Clear();
            _label.Text(1, label.Name);
            _label.Text(2, label.Value);
            into.Message(1, _label);
        }
    }
}
