using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>The message <c>Histogram</c>, which both protocols share: counts are whole numbers as differences, or floats as they are.</summary>
static class HistogramMessage
{
    const int MostBuckets = 65_536;

    public static (long Time, NativeHistogram Histogram, bool IsInteger) Read(ReadOnlySpan<byte> message)
    {
        double count = 0, sum = 0, zeroThreshold = 0, zeroCount = 0;
        var (schema, hint, time, isInteger) = (0L, 0L, 0L, false);
        var (positiveSpans, negativeSpans) = (ImmutableArray.CreateBuilder<BucketSpan>(), ImmutableArray.CreateBuilder<BucketSpan>());
        var (positive, negative, bounds) = (ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<double>());
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: (count, isInteger) = ((ulong)reader.Integer(), true); break;
                case 2: count = reader.Double(); break;
                case 3: sum = reader.Double(); break;
                case 4: schema = reader.ZigZag(); break;
                case 5: zeroThreshold = reader.Double(); break;
                case 6: (zeroCount, isInteger) = ((ulong)reader.Integer(), true); break;
                case 7: zeroCount = reader.Double(); break;
                case 8: Span(reader.Bytes(), negativeSpans); break;
                case 9: Deltas(ref reader, negative); break;
                case 10: Floats(ref reader, negative); break;
                case 11: Span(reader.Bytes(), positiveSpans); break;
                case 12: Deltas(ref reader, positive); break;
                case 13: Floats(ref reader, positive); break;
                case 14: hint = reader.Integer(); break;
                case 15: time = reader.Integer(); break;
                case 16: Floats(ref reader, bounds); break;
                default: reader.Skip(); break;
            }
        }

        return (time, new()
        {
            Count = count, Sum = sum, Schema = (int)Math.Clamp(schema, int.MinValue, int.MaxValue), ZeroThreshold = zeroThreshold, ZeroCount = zeroCount,
            PositiveSpans = positiveSpans.ToImmutable(), NegativeSpans = negativeSpans.ToImmutable(), PositiveBuckets = positive.ToImmutable(), NegativeBuckets = negative.ToImmutable(), CustomBounds = bounds.ToImmutable(),
            Hint = hint switch { 1 => ResetHint.Reset, 2 => ResetHint.NotReset, 3 => ResetHint.Gauge, _ => ResetHint.Unknown },
        }, isInteger);
    }

    static void Span(ReadOnlySpan<byte> message, ImmutableArray<BucketSpan>.Builder into)
    {
        var (offset, length) = (0L, 0L);
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) offset = reader.ZigZag();
            else if (reader.Field == 2) length = reader.Integer();
            else reader.Skip();
        }

        if (into.Count >= MostBuckets || length is < 0 or > MostBuckets || offset is < -int.MaxValue or > int.MaxValue) throw IntakeProblem.Malformed("a histogram has a span that cannot be");
        into.Add(new((int)offset, (uint)length));
    }

    static void Deltas(ref ProtobufReader reader, ImmutableArray<double>.Builder into)
    {
        long value = into.Count > 0 ? (long)into[^1] : 0;
        if (reader.Wire == 0)
        {
            Add(reader.ZigZag());
            return;
        }

        var packed = new ProtobufReader(reader.Bytes());
        while (!packed.IsAtEnd)
        {
            var raw = packed.Varint();
            Add((long)(raw >> 1) ^ -(long)(raw & 1));
        }

        void Add(long delta)
        {
            if (into.Count >= MostBuckets) throw IntakeProblem.Malformed("a histogram has more buckets than are taken");
            into.Add(value += delta);
        }
    }

    static void Floats(ref ProtobufReader reader, ImmutableArray<double>.Builder into)
    {
        if (reader.Wire == 1)
        {
            into.Add(reader.Double());
            return;
        }

        var bytes = reader.Bytes();
        if (bytes.Length % 8 != 0 || bytes.Length / 8 > MostBuckets || into.Count > MostBuckets) throw IntakeProblem.Malformed("a histogram has more buckets than are taken, or parts of one");
        for (var at = 0; at < bytes.Length; at += 8) into.Add(BitConverter.ToDouble(bytes[at..]));
    }
}
