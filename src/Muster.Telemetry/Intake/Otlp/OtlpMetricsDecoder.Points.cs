using System.Text;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>One data point after another.</summary>
public sealed partial class OtlpMetricsDecoder
{
    /// <summary>Each is a series with all labels of its point; more are sent as an exponential histogram.</summary>
    const int MostBuckets = 2048;

    static readonly string TooManyBuckets = $"it has more than {MostBuckets} buckets: send it as an exponential histogram";

    readonly List<double> _bounds = [];
    readonly List<double> _counts = [];
    readonly List<(double Quantile, double Value)> _quantiles = [];
    readonly List<(long Time, double Value, Labels Labels)> _exemplars = [];

    /// <returns>Its time; 0 when it was refused.</returns>
    long Point(Shape shape, ReadOnlySpan<byte> message, SampleBatch into)
    {
        var point = _points++;
        if (shape.Family.Name.Length == 0) return Refused("a metric has no name");
        if (_spoiled is not null) return Refused($"{shape.Family}: {_spoiled}");
        if (shape.HasNoTemporality) return Refused($"{shape.Family}: its temporality is neither delta nor cumulative");
        _point.Clear();
        _exemplars.Clear();
        var before = into.Count;
        var added = deltas.Mark;
        var problem = shape.Kind switch
        {
            5 or 7 => Number(shape, message, into, point, out var time) ?? Timed(time),
            9 => Histogram(shape, message, into, point, out var time) ?? Timed(time),
            10 => Exponential(shape, message, into, point, out var time) ?? Timed(time),
            11 => Summary(shape, message, into, point, out var time) ?? Timed(time),
            _ => "the metric has data of no known kind",
        };
        if (problem is not null)
        {
            // A histogram is taken whole or not at all.
            into.Truncate(before);
            deltas.UndoFrom(added);
            return Refused($"{shape.Family}: {problem}");
        }

        return into.Count > before ? into.Times[^1] : 1;

        static string? Timed(long time) => time > 0 ? null : "a point has no time";

        long Refused(string why)
        {
            Refuse(why);
            return 0;
        }
    }

    static long Milliseconds(ulong nanoseconds) => (long)(nanoseconds / 1_000_000);

    /// <summary>The bytes are read in any case: what follows them is not theirs.</summary>
    string? Attribute(ReadOnlySpan<byte> message, string? problem)
    {
        if (problem is not null) return problem;
        if (_point.Count >= MostAttributes) return $"a point has more than {MostAttributes} attributes";
        var (key, value) = OtlpAttribute.Read(message);
        _point.AddAttribute(default, key, OtlpValue.Bytes(value));
        return null;
    }

    string? Number(Shape shape, ReadOnlySpan<byte> message, SampleBatch into, int point, out long time)
    {
        (time, var value, var hasValue, var flags, string? problem) = (0, 0.0, false, 0L, null);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: time = Milliseconds(reader.Fixed64()); break;
                case 4: (value, hasValue) = (reader.Double(), true); break;
                case 5: Exemplar(reader.Bytes()); break;
                case 6: (value, hasValue) = ((long)reader.Fixed64(), true); break;
                case 7: problem = Attribute(reader.Bytes(), problem); break;
                case 8: flags = reader.Integer(); break;
                default: reader.Skip(); break;
            }
        }

        if (problem is not null || time <= 0) return problem;
        if (!hasValue && (flags & NoRecordedValue) == 0) return "it has no value";
        if (Open(shape.Family.Bytes, default, default, default, into) is not { } series) return $"its labels cannot be stored: {_unstorable}";
        if ((flags & NoRecordedValue) != 0) value = StaleMarker.Value;
        else if (shape.IsDelta)
        {
            if (deltas.Add(Named(into, series), time, value) is not { } total) return "a difference is older than one that came before, or there are too many series";
            value = total;
        }

        Put(into, series, time, value, point);
        Attach(into, series);
        return null;
    }

    static string Named(SampleBatch batch, int series) => Encoding.Latin1.GetString(batch.KeyOf(series));

    string? Histogram(Shape shape, ReadOnlySpan<byte> message, SampleBatch into, int point, out long time)
    {
        (time, double count, double sum, var hasSum, var flags, string? problem) = (0, 0, 0, false, 0L, null);
        _bounds.Clear();
        _counts.Clear();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: time = Milliseconds(reader.Fixed64()); break;
                case 4: count = reader.Fixed64(); break;
                case 5: (sum, hasSum) = (reader.Double(), true); break;
                case 6: problem = Fixed(ref reader, _counts, isDouble: false) ?? problem; break;
                case 7: problem = Fixed(ref reader, _bounds, isDouble: true) ?? problem; break;
                case 8: Exemplar(reader.Bytes()); break;
                case 9: problem = Attribute(reader.Bytes(), problem); break;
                case 10: flags = reader.Integer(); break;
                default: reader.Skip(); break;
            }
        }

        if (problem is not null || time <= 0) return problem;
        if (_counts.Count != 0 && _counts.Count != _bounds.Count + 1) return "there must be one more count than bounds";
        for (var at = 0; at < _bounds.Count; at++)
        {
            if (!double.IsFinite(_bounds[at])) return "one of its bounds is no finite number";
            if (at > 0 && _bounds[at] <= _bounds[at - 1]) return "its bounds do not ascend";
        }

        if (_counts.Count > 0 && _counts.Sum() != count) return "its buckets do not add up to its count";
        var stale = (flags & NoRecordedValue) != 0;
        double below = 0;
        for (var at = 0; at <= _bounds.Count; at++)
        {
            below = at < _bounds.Count && _counts.Count > 0 ? below + _counts[at] : count;
            if (at < _bounds.Count && _counts.Count == 0) continue;
            if (Part(shape, "_bucket"u8, "le"u8, at < _bounds.Count ? BoundOf(_bounds[at]) : "+Inf"u8, stale ? StaleMarker.Value : below, time, point, into, out var bucket) is { } broken) return broken;
            AttachBelow(into, bucket, at == 0 ? double.NegativeInfinity : _bounds[at - 1], at < _bounds.Count ? _bounds[at] : double.PositiveInfinity);
        }

        if (hasSum && Part(shape, "_sum"u8, default, default, stale ? StaleMarker.Value : sum, time, point, into, out _) is { } noSum) return noSum;
        return Part(shape, "_count"u8, default, default, stale ? StaleMarker.Value : count, time, point, into, out _);
    }

    string? Part(Shape shape, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> label, ReadOnlySpan<byte> text, double value, long time, int point, SampleBatch into, out int series)
    {
        series = -1;
        if (Open(shape.Family.Bytes, suffix, label, text, into) is not { } opened) return $"its labels cannot be stored: {_unstorable}";
        series = opened;
        if (shape.IsDelta && !StaleMarker.Is(value))
        {
            if (deltas.Add(Named(into, opened), time, value) is not { } total) return "a difference is older than one that came before, or there are too many series";
            value = total;
        }

        Put(into, opened, time, value, point);
        return null;
    }

    string? Exponential(Shape shape, ReadOnlySpan<byte> message, SampleBatch into, int point, out long time)
    {
        (time, double count, double sum, var scale, double zeroCount, double zeroThreshold, var flags, string? problem) = (0, 0, 0, 0L, 0, 0, 0L, null);
        BucketSpan[] positiveSpans = [], negativeSpans = [];
        double[] positive = [], negative = [];
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: problem = Attribute(reader.Bytes(), problem); break;
                case 3: time = Milliseconds(reader.Fixed64()); break;
                case 4: count = reader.Fixed64(); break;
                case 5: sum = reader.Double(); break;
                case 6: scale = reader.ZigZag(); break;
                case 7: zeroCount = reader.Fixed64(); break;
                case 8: problem = Buckets(reader.Bytes(), out positiveSpans, out positive) ?? problem; break;
                case 9: problem = Buckets(reader.Bytes(), out negativeSpans, out negative) ?? problem; break;
                case 10: flags = reader.Integer(); break;
                case 11: Exemplar(reader.Bytes()); break;
                case 14: zeroThreshold = reader.Double(); break;
                default: reader.Skip(); break;
            }
        }

        if (problem is not null || time <= 0) return problem;
        if (scale is < -4 or > 20) return $"its scale is {scale}; -4 to 20 are taken";
        if (Open(shape.Family.Bytes, default, default, default, into) is not { } series) return $"its labels cannot be stored: {_unstorable}";
        if ((flags & NoRecordedValue) != 0)
        {
            Put(into, series, time, StaleMarker.Value, point);
            return null;
        }

        var by = (int)Math.Max(0, scale - 8);
        (positiveSpans, positive) = Reduced(positiveSpans, positive, by);
        (negativeSpans, negative) = Reduced(negativeSpans, negative, by);
        var histogram = new NativeHistogram
        {
            Schema = (int)Math.Min(scale, 8), Count = count, Sum = sum, ZeroCount = zeroCount, ZeroThreshold = zeroThreshold, PositiveSpans = [.. positiveSpans], PositiveBuckets = [.. positive], NegativeSpans = [.. negativeSpans], NegativeBuckets = [.. negative],
        }.Compact();
        if (histogram.Validate(isInteger: true) is { } unsound) return unsound;
        if (shape.IsDelta)
        {
            if (deltas.Add(Named(into, series), time, histogram) is not { } total) return "a difference is older than one that came before, or there are too many series";
            histogram = total;
        }

        into.Add(series, time, histogram);
        into.Points.Add(point);
        Attach(into, series);
        return null;
    }

    /// <summary>One run of buckets. The index of a bucket here ends at its upper bound, there it begins at its lower: so one more.</summary>
    static string? Buckets(ReadOnlySpan<byte> message, out BucketSpan[] spans, out double[] counts)
    {
        const int Most = 65_536;
        var offset = 0L;
        var all = new List<double>();
        (spans, counts) = ([], []);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) offset = reader.ZigZag();
            else if (reader.Field == 2 && reader.Wire == 2)
            {
                var packed = new ProtobufReader(reader.Bytes());
                while (!packed.IsAtEnd)
                {
                    if (all.Count >= Most) return "it has more buckets than are taken";
                    all.Add(packed.Varint());
                }
            }
            else if (reader.Field == 2) all.Add(reader.Integer());
            else reader.Skip();
        }

        if (all.Count == 0) return null;
        if (offset is < -(1 << 24) or > 1 << 24) return "its buckets begin further away than numbers are";
        spans = [new((int)offset + 1, (uint)all.Count)];
        counts = [.. all];
        return null;
    }

    /// <summary>Finer than the finest schema: so many halvings of the resolution.</summary>
    static (BucketSpan[] Spans, double[] Counts) Reduced(BucketSpan[] spans, double[] counts, int by)
    {
        if (by == 0 || counts.Length == 0) return (spans, counts);
        var first = spans[0].Offset;
        int Target(int index) => ((index - 1) >> by) + 1;
        var (from, to) = (Target(first), Target(first + counts.Length - 1));
        var made = new double[to - from + 1];
        for (var at = 0; at < counts.Length; at++) made[Target(first + at) - from] += counts[at];
        return ([new(from, (uint)made.Length)], made);
    }

    string? Summary(Shape shape, ReadOnlySpan<byte> message, SampleBatch into, int point, out long time)
    {
        (time, double count, double sum, var flags, string? problem) = (0, 0, 0, 0L, null);
        _quantiles.Clear();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: time = Milliseconds(reader.Fixed64()); break;
                case 4: count = reader.Fixed64(); break;
                case 5: sum = reader.Double(); break;
                case 6: Quantile(reader.Bytes()); break;
                case 7: problem = Attribute(reader.Bytes(), problem); break;
                case 8: flags = reader.Integer(); break;
                default: reader.Skip(); break;
            }
        }

        if (problem is not null || time <= 0) return problem;
        var stale = (flags & NoRecordedValue) != 0;
        foreach (var (quantile, value) in _quantiles)
        {
            if (Part(shape with { IsDelta = false }, default, "quantile"u8, BoundOf(quantile), stale ? StaleMarker.Value : value, time, point, into, out _) is { } broken) return broken;
        }

        return Part(shape, "_sum"u8, default, default, stale ? StaleMarker.Value : sum, time, point, into, out _) ?? Part(shape, "_count"u8, default, default, stale ? StaleMarker.Value : count, time, point, into, out _);
    }

    void Quantile(ReadOnlySpan<byte> message)
    {
        var (quantile, value) = (0.0, 0.0);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) quantile = reader.Double();
            else if (reader.Field == 2) value = reader.Double();
            else reader.Skip();
        }

        if (_quantiles.Count < 1024) _quantiles.Add((quantile, value));
    }

    static string? Fixed(ref ProtobufReader reader, List<double> into, bool isDouble)
    {
        if (reader.Wire == 1)
        {
            var one = isDouble ? reader.Double() : reader.Fixed64();
            if (into.Count >= MostBuckets) return TooManyBuckets;
            into.Add(one);
            return null;
        }

        var bytes = reader.Bytes();
        if (bytes.Length % 8 != 0) return "it has a part of a bucket";
        if ((bytes.Length / 8) + into.Count > MostBuckets) return TooManyBuckets;
        for (var at = 0; at < bytes.Length; at += 8) into.Add(isDouble ? BitConverter.ToDouble(bytes[at..]) : BitConverter.ToUInt64(bytes[at..]));
        return null;
    }

    void Exemplar(ReadOnlySpan<byte> message)
    {
        var (time, value) = (0L, 0.0);
        var labels = new List<Label>();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: time = Milliseconds(reader.Fixed64()); break;
                case 3: value = reader.Double(); break;
                case 4: Name("span_id", Convert.ToHexStringLower(reader.Bytes())); break;
                case 5: Name("trace_id", Convert.ToHexStringLower(reader.Bytes())); break;
                case 6: value = (long)reader.Fixed64(); break;
                case 7:
                    var (key, text) = OtlpAttribute.Read(reader.Bytes());
                    Name(OtlpNames.Label(Encoding.UTF8.GetString(key)), OtlpValue.Text(text));
                    break;
                default: reader.Skip(); break;
            }
        }

        if (time > 0 && _exemplars.Count < 64) _exemplars.Add((time, value, Labels.Of(labels)));

        void Name(string name, string text)
        {
            if (labels.Count < 32 && !labels.Exists(label => label.Name == name)) labels.Add(new(name, text));
        }
    }

    void Attach(SampleBatch into, int series)
    {
        foreach (var (time, value, labels) in _exemplars) into.Exemplars.Add(new(series, time, value, labels));
    }

    void AttachBelow(SampleBatch into, int series, double above, double upTo)
    {
        foreach (var (time, value, labels) in _exemplars)
        {
            if (value > above && value <= upTo) into.Exemplars.Add(new(series, time, value, labels));
        }
    }
}
