using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>
/// Writes requests of remote write 2.0, whose texts stand once in a table of symbols
/// (<see href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/#protobuf-message"/>).
/// </summary>
public sealed class SymbolRequestEncoder
{
    readonly ProtobufWriter _all = new();
    readonly ProtobufWriter _request = new();
    readonly ProtobufWriter _series = new();
    readonly ProtobufWriter _inner = new();
    readonly Dictionary<string, uint> _symbols = new(StringComparer.Ordinal) { [""] = 0 };
    readonly List<string> _texts = [""];

    /// <summary>The message as it stands now; good until the next call.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            _all.Clear();
            foreach (var text in _texts) _all.Text(4, text);
            _all.Raw(_request.Written);
            return _all.Written;
        }
    }

    public void Clear()
    {
        _request.Clear();
        _symbols.Clear();
        _symbols.Add("", 0);
        _texts.Clear();
        _texts.Add("");
    }

    /// <summary>One series of floats.</summary>
    public void Add(Labels labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<Exemplar> exemplars = default, MetricMetadata? metadata = null)
    {
        Begin(labels);
        for (var at = 0; at < times.Length; at++)
        {
            _inner.Clear();
            _inner.Double(1, values[at]);
            _inner.Varint(2, (ulong)times[at]);
            _series.Message(2, _inner);
        }

        End(exemplars, metadata);
    }

    /// <summary>One series of histograms.</summary>
    public void Add(Labels labels, ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram> histograms, ReadOnlySpan<Exemplar> exemplars = default, MetricMetadata? metadata = null)
    {
        Begin(labels);
        for (var at = 0; at < times.Length; at++)
        {
            _inner.Clear();
            HistogramFields.Write(_inner, times[at], histograms[at]);
            _series.Message(3, _inner);
        }

        End(exemplars, metadata);
    }

    void Begin(Labels labels)
    {
        _series.Clear();
        _series.Bytes(1, References(labels));
    }

    void End(ReadOnlySpan<Exemplar> exemplars, MetricMetadata? metadata)
    {
        foreach (var exemplar in exemplars)
        {
            _inner.Clear();
            _inner.Bytes(1, References(exemplar.Labels));
            _inner.Double(2, exemplar.Value);
            _inner.Varint(3, (ulong)exemplar.Time);
            _series.Message(4, _inner);
        }

        if (metadata is not null)
        {
            _inner.Clear();
            _inner.Varint(1, MetricKind.Number(metadata.Kind));
            _inner.Varint(3, Symbol(metadata.Help));
            _inner.Varint(4, Symbol(metadata.Unit));
            _series.Message(5, _inner);
        }

        _request.Message(5, _series);
    }

    byte[] References(Labels labels)
    {
        var packed = new List<byte>(labels.Count * 4);
        foreach (var label in labels.Span)
        {
            Varint(Symbol(label.Name));
            Varint(Symbol(label.Value));
        }

        return [.. packed];

        void Varint(uint value)
        {
            for (; value >= 0x80; value >>= 7) packed.Add((byte)(value | 0x80));
            packed.Add((byte)value);
        }
    }

    uint Symbol(string text)
    {
        if (_symbols.TryGetValue(text, out var number)) return number;
        _symbols.Add(text, number = (uint)_texts.Count);
        _texts.Add(text);
        return number;
    }
}
