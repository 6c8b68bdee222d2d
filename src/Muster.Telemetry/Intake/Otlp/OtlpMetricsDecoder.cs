using System.Globalization;
using System.Text;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Reads an ExportMetricsServiceRequest into a batch (<see href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto"/>).
/// The service becomes <c>job</c> and <c>instance</c>, the rest of a resource a series <c>target_info</c>; histograms become series of buckets,
/// exponential ones native histograms. Every point that is not taken is counted, with the first reasons. Reused; not for two threads.
/// </summary>
public sealed partial class OtlpMetricsDecoder(DeltaTotals deltas)
{
    const int MostReasons = 5;
    const int MostAttributes = 256;
    const long NoRecordedValue = 1;

    readonly SeriesKeyWriter _key = new();
    readonly List<string> _first = [];
    readonly Dictionary<string, byte[]> _labels = new(StringComparer.Ordinal);
    readonly List<(byte[] Name, byte[] Value)> _resource = [];
    readonly List<(byte[] Name, byte[] Value)> _scope = [];
    readonly List<(byte[] Name, byte[] Value)> _point = [];
    int _points;
    int _refused;

    /// <exception cref="IntakeProblem">It is no such message.</exception>
    public OtlpDecoded Decode(ReadOnlySpan<byte> message, SampleBatch into)
    {
        _first.Clear();
        (_points, _refused) = (0, 0);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) Resource(reader.Bytes(), into);
            else reader.Skip();
        }

        return new(_points, _refused, [.. _first]);
    }

    void Resource(ReadOnlySpan<byte> message, SampleBatch into)
    {
        _resource.Clear();
        List<(byte[] Name, byte[] Value)> info = [];
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) info = Service(reader.Bytes());
            else reader.Skip();
        }

        var newest = 0L;
        reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2) newest = Math.Max(newest, Scope(reader.Bytes(), into));
            else reader.Skip();
        }

        // Without a job or instance there is nothing that a join could go by.
        if (info.Count == 0 || newest == 0 || _resource.Count == 0) return;
        _point.Clear();
        _scope.Clear();
        _point.AddRange(info);
        if (Open("target_info", null, into) is { } series) Put(into, series, newest, 1, point: -1);
        _point.Clear();
    }

    /// <returns>What is left when job and instance are made.</returns>
    List<(byte[] Name, byte[] Value)> Service(ReadOnlySpan<byte> resource)
    {
        var info = new List<(byte[] Name, byte[] Value)>();
        string name = "", space = "", instance = "";
        var reader = new ProtobufReader(resource);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            var (key, value) = OtlpAttribute.Read(reader.Bytes());
            if (key.SequenceEqual("service.name"u8)) name = OtlpValue.Text(value);
            else if (key.SequenceEqual("service.namespace"u8)) space = OtlpValue.Text(value);
            else if (key.SequenceEqual("service.instance.id"u8)) instance = OtlpValue.Text(value);
            else if (info.Count < MostAttributes) Put(info, LabelOf(key), OtlpValue.Text(value));
        }

        if (name.Length > 0) _resource.Add(("job"u8.ToArray(), Encoding.UTF8.GetBytes(space.Length > 0 ? $"{space}/{name}" : name)));
        if (instance.Length > 0) _resource.Add(("instance"u8.ToArray(), Encoding.UTF8.GetBytes(instance)));
        return info;
    }

    long Scope(ReadOnlySpan<byte> message, SampleBatch into)
    {
        _scope.Clear();
        var newest = 0L;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            var scope = new ProtobufReader(reader.Bytes());
            while (scope.Next())
            {
                if (scope.Field == 1) Put(_scope, "otel_scope_name"u8.ToArray(), Encoding.UTF8.GetString(scope.Bytes()));
                else if (scope.Field == 2) Put(_scope, "otel_scope_version"u8.ToArray(), Encoding.UTF8.GetString(scope.Bytes()));
                else if (scope.Field == 3)
                {
                    var (key, value) = OtlpAttribute.Read(scope.Bytes());
                    Put(_scope, [.. "otel_scope_"u8, .. LabelOf(key)], OtlpValue.Text(value));
                }
                else scope.Skip();
            }
        }

        reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2) newest = Math.Max(newest, Metric(reader.Bytes(), into));
            else reader.Skip();
        }

        return newest;
    }

    long Metric(ReadOnlySpan<byte> message, SampleBatch into)
    {
        string name = "", help = "", unit = "";
        var (kind, isMonotonic, temporality) = (0, false, 0L);
        ReadOnlySpan<byte> data = default;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 2: help = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 3: unit = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 5 or 7 or 9 or 10 or 11: (kind, data) = Both(reader.Field, reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }

        var inner = new ProtobufReader(data);
        while (inner.Next())
        {
            if (inner.Field == 2 && inner.Wire == 0) temporality = inner.Integer();
            else if (inner.Field == 3 && inner.Wire == 0) isMonotonic = inner.Integer() != 0;
            else inner.Skip();
        }

        var isCounter = kind == 7 && isMonotonic;
        var family = OtlpNames.Metric(name, unit, isCounter, isGauge: kind == 5);
        var shape = new Shape(kind, family, isMonotonic, temporality == 1, kind is 7 or 9 or 10 && temporality is not (1 or 2));
        var newest = 0L;
        inner = new ProtobufReader(data);
        while (inner.Next())
        {
            if (inner.Field == 1) newest = Math.Max(newest, Point(shape, inner.Bytes(), into));
            else inner.Skip();
        }

        if (newest > 0 && family.Length > 0) into.Metadata.Add(new(family, kind switch { 5 => "gauge", 7 => isMonotonic ? "counter" : "gauge", 9 or 10 => "histogram", 11 => "summary", _ => "unknown" }, help, unit, name == family ? "" : name));
        return newest;
    }

    static Kinded Both(int kind, ReadOnlySpan<byte> data) => new() { Kind = kind, Data = data };

    ref struct Kinded
    {
        public int Kind;

        public ReadOnlySpan<byte> Data;

        public readonly void Deconstruct(out int kind, out ReadOnlySpan<byte> data)
        {
            kind = Kind;
            data = Data;
        }
    }

    /// <param name="Kind">The field of the metric that its data stands in.</param>
    readonly record struct Shape(int Kind, string Family, bool IsMonotonic, bool IsDelta, bool HasNoTemporality);

    void Refuse(string reason)
    {
        _refused++;
        if (_first.Count < MostReasons) _first.Add(reason);
    }

    byte[] LabelOf(ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetString(key);
        if (_labels.TryGetValue(text, out var label)) return label;
        // Bounded, as an attacker may name what he likes: then it is only made anew each time.
        label = Encoding.UTF8.GetBytes(OtlpNames.Label(text));
        if (_labels.Count < 10_000) _labels.Add(text, label);
        return label;
    }

    /// <summary>Two attributes that become one label are joined, so that neither is lost.</summary>
    static void Put(List<(byte[] Name, byte[] Value)> into, byte[] name, string value)
    {
        if (name.Length == 0 || value.Length == 0) return;
        var same = into.FindIndex(label => label.Name.AsSpan().SequenceEqual(name));
        if (same < 0) into.Add((name, Encoding.UTF8.GetBytes(value)));
        else into[same] = (name, Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(into[same].Value)};{value}"));
    }

    /// <returns>Null: these labels cannot be stored; it has been told.</returns>
    int? Open(string name, (string Name, string Value)? more, SampleBatch into)
    {
        _key.Clear();
        _key.Add("__name__"u8, Encoding.UTF8.GetBytes(name));
        if (more is { } label) _key.Add(Encoding.UTF8.GetBytes(label.Name), Encoding.UTF8.GetBytes(label.Value));
        foreach (var (attribute, value) in _point) _key.Add(attribute, value);
        // A point's own attribute goes before what its scope or resource would call the same.
        foreach (var (attribute, value) in _scope.Concat(_resource))
        {
            if (!_point.Exists(own => own.Name.AsSpan().SequenceEqual(attribute))) _key.Add(attribute, value);
        }

        return _key.TryFinish(out var key, out _) ? into.Open(key) : null;
    }

    static void Put(SampleBatch into, int series, long time, double value, int point)
    {
        into.Add(series, time, value);
        into.Points.Add(point);
    }
}
