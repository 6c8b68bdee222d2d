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
    const int MostAttributes = 128;
    const long NoRecordedValue = 1;

    readonly SeriesKeyWriter _key = new();
    readonly List<string> _first = [];
    readonly Dictionary<(string Name, string Unit, bool IsCounter, bool IsGauge), Family> _families = [];
    readonly Dictionary<long, byte[]> _boundTexts = [];
    readonly AttributeLabels _resource = new();
    readonly AttributeLabels _info = new();
    readonly AttributeLabels _scope = new();
    readonly AttributeLabels _point = new();
    byte[] _name = new byte[256];
    string? _unstorable;
    string? _spoiledResource;
    string? _spoiled;
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
        _spoiledResource = null;
        _resource.Clear();
        _info.Clear();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) Service(reader.Bytes());
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
        if (_info.Count == 0 || newest == 0 || _resource.Count == 0) return;
        _point.Clear();
        _scope.Clear();
        _point.AddAll(_info);
        if (Open("target_info"u8, default, default, default, into) is { } series) Put(into, series, newest, 1, point: -1);
        _point.Clear();
    }

    /// <summary>Job and instance; what is left goes into <c>target_info</c>.</summary>
    void Service(ReadOnlySpan<byte> resource)
    {
        _resource.Clear();
        _info.Clear();
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
            else if (_info.Count < MostAttributes) _info.AddAttribute(default, key, OtlpValue.Bytes(value));
            else _spoiledResource = $"its resource has more than {MostAttributes} attributes";
        }

        if (name.Length > 0) _resource.Add("job"u8, Encoding.UTF8.GetBytes(space.Length > 0 ? $"{space}/{name}" : name));
        if (instance.Length > 0) _resource.Add("instance"u8, Encoding.UTF8.GetBytes(instance));
    }

    long Scope(ReadOnlySpan<byte> message, SampleBatch into)
    {
        _scope.Clear();
        _spoiled = _spoiledResource;
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
                if (scope.Field == 1) _scope.Add("otel_scope_name"u8, scope.Bytes());
                else if (scope.Field == 2) _scope.Add("otel_scope_version"u8, scope.Bytes());
                else if (scope.Field == 3)
                {
                    var (key, value) = OtlpAttribute.Read(scope.Bytes());
                    if (_scope.Count >= MostAttributes) _spoiled = $"its scope has more than {MostAttributes} attributes";
                    else _scope.AddAttribute("otel_scope_"u8, key, OtlpValue.Bytes(value));
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

        var family = FamilyOf(name, unit, isCounter: kind == 7 && isMonotonic, isGauge: kind == 5);
        var shape = new Shape(kind, family, isMonotonic, temporality == 1, kind is 7 or 9 or 10 && temporality is not (1 or 2));
        var newest = 0L;
        inner = new ProtobufReader(data);
        while (inner.Next())
        {
            if (inner.Field == 1) newest = Math.Max(newest, Point(shape, inner.Bytes(), into));
            else inner.Skip();
        }

        if (newest > 0 && family.Name.Length > 0) into.Metadata.Add(new(family.Name, kind switch { 5 => "gauge", 7 => isMonotonic ? "counter" : "gauge", 9 or 10 => "histogram", 11 => "summary", _ => "unknown" }, help, unit, name == family.Name ? "" : name));
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
    readonly record struct Shape(int Kind, Family Family, bool IsMonotonic, bool IsDelta, bool HasNoTemporality);

    void Refuse(string reason)
    {
        _refused++;
        if (_first.Count < MostReasons) _first.Add(reason);
    }

    /// <summary>A family's name in the data model, also as bytes.</summary>
    sealed record Family(string Name, byte[] Bytes)
    {
        public override string ToString() => Name;
    }

    Family FamilyOf(string name, string unit, bool isCounter, bool isGauge)
    {
        var key = (name, unit, isCounter, isGauge);
        if (_families.TryGetValue(key, out var family)) return family;
        var text = OtlpNames.Metric(name, unit, isCounter, isGauge);
        family = new(text, Encoding.UTF8.GetBytes(text));
        // Bounded, as a sender may name what he likes: then it is only made anew each time.
        if (_families.Count < 4096 && name.Length + unit.Length < 1024) _families.Add(key, family);
        return family;
    }

    /// <summary>The bounds of buckets are few, and come with every point.</summary>
    byte[] BoundOf(double bound)
    {
        var bits = BitConverter.DoubleToInt64Bits(bound);
        if (_boundTexts.TryGetValue(bits, out var text)) return text;
        text = Encoding.UTF8.GetBytes(BoundText.Of(bound));
        if (_boundTexts.Count < 4096) _boundTexts.Add(bits, text);
        return text;
    }

    /// <returns>Null: these labels cannot be stored, and <see cref="_unstorable"/> says why.</returns>
    int? Open(ReadOnlySpan<byte> family, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> label, ReadOnlySpan<byte> text, SampleBatch into)
    {
        _key.Clear();
        _key.Add("__name__"u8, suffix.IsEmpty ? family : Joined(family, suffix));
        if (!label.IsEmpty) _key.Add(label, text);
        for (var at = 0; at < _point.Count; at++) _key.Add(_point.NameOf(at), _point.ValueOf(at));
        // A point's own attribute goes before what its scope or resource would call the same.
        AddOthers(_scope);
        AddOthers(_resource);
        return _key.TryFinish(out var key, out _unstorable) ? into.Open(key) : null;
    }

    void AddOthers(AttributeLabels labels)
    {
        for (var at = 0; at < labels.Count; at++)
        {
            var name = labels.NameOf(at);
            if (_point.IndexOf(name) < 0) _key.Add(name, labels.ValueOf(at));
        }
    }

    ReadOnlySpan<byte> Joined(ReadOnlySpan<byte> family, ReadOnlySpan<byte> suffix)
    {
        var length = family.Length + suffix.Length;
        if (_name.Length < length) _name = new byte[length * 2];
        family.CopyTo(_name);
        suffix.CopyTo(_name.AsSpan(family.Length));
        return _name.AsSpan(0, length);
    }

    static void Put(SampleBatch into, int series, long time, double value, int point)
    {
        into.Add(series, time, value);
        into.Points.Add(point);
    }
}
