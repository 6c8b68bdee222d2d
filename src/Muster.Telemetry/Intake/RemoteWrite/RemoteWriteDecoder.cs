using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>Reads both messages of remote write into a batch. Reused from request to request; not for two threads.</summary>
public sealed partial class RemoteWriteDecoder
{
    const int MostReasons = 5;
    const int MostSymbols = 4_000_000;

    readonly SeriesKeyWriter _key = new();
    readonly List<string> _first = [];
    readonly List<(int Start, int Length)> _symbols = [];
    readonly HashSet<(ulong Family, long Kind, ulong Help, ulong Unit)> _described = [];
    int _invalid;

    /// <param name="message">Uncompressed.</param>
    /// <exception cref="IntakeProblem">It is no such message; the batch holds what came before.</exception>
    public RemoteWriteDecoded Decode(ReadOnlySpan<byte> message, RemoteWriteVersion version, SampleBatch into)
    {
        _first.Clear();
        _invalid = 0;
        if (version == RemoteWriteVersion.One) One(message, into);
        else Two(message, into);
        return new(_invalid, [.. _first]);
    }

    void One(ReadOnlySpan<byte> message, SampleBatch into)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: SeriesOfOne(reader.Bytes(), into); break;
                case 3: Metadata(reader.Bytes(), into); break;
                default: reader.Skip(); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SeriesOfOne(ReadOnlySpan<byte> message, SampleBatch into)
    {
        const int NotOpened = -2;
        var before = (Samples: into.Count, Exemplars: into.Exemplars.Count, Invalid: _invalid, Told: _first.Count);
        var (series, hasName) = (NotOpened, false);
        if (_key.TryShort(message, out var key, out var labels, out var isNamed))
        {
            if (labels == message.Length) return;
            series = isNamed ? into.Open(key) : Refuse("a series has no name");
        }
        else
        {
            labels = 0;
            _key.Clear();
        }

        var reader = new ProtobufReader(message[labels..]);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                // Labels come first in every sender that is known; the protocol does not promise it.
                if (series != NotOpened)
                {
                    LabelsLater(message, before, into);
                    return;
                }

                hasName |= Label(reader.Bytes());
                continue;
            }

            if (series == NotOpened) series = Open(hasName, into);
            switch (reader.Field)
            {
                case 2: Sample(reader.Bytes(), series, into); break;
                case 3: Exemplar(reader.Bytes(), series, into); break;
                case 4: Histogram(reader.Bytes(), series, into); break;
                default: reader.Skip(); break;
            }
        }
    }

    /// <summary>All labels first, then the rest in a second pass, as if nothing of the series had been read.</summary>
    void LabelsLater(ReadOnlySpan<byte> message, (int Samples, int Exemplars, int Invalid, int Told) before, SampleBatch into)
    {
        _invalid = before.Invalid;
        _first.RemoveRange(before.Told, _first.Count - before.Told);
        into.Truncate(before.Samples);
        into.Exemplars.Truncate(before.Exemplars);
        _key.Clear();
        var hasName = false;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) hasName |= Label(reader.Bytes());
            else reader.Skip();
        }

        var series = Open(hasName, into);
        reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: Sample(reader.Bytes(), series, into); break;
                case 3: Exemplar(reader.Bytes(), series, into); break;
                case 4: Histogram(reader.Bytes(), series, into); break;
                default: reader.Skip(); break;
            }
        }
    }

    /// <summary>The name, then the value, both shorter than 128 bytes and the latter not empty: what nearly every label is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsShort(ReadOnlySpan<byte> message)
    {
        const byte Name = (1 << 3) | 2, Value = (2 << 3) | 2;
        if (message.Length < 5 || message[0] != Name || message[1] >= 0x80) return false;
        var at = 2 + message[1];
        return at + 2 < message.Length && message[at] == Value && message[at + 1] < 0x80 && message[at + 1] == message.Length - at - 2;
    }

    /// <returns>It is the metric's name.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    bool Label(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> value = default;
        if (IsShort(message))
        {
            var length = message[1];
            name = message.Slice(2, length);
            value = message[(4 + length)..];
            _key.Add(name, value);
            return name.SequenceEqual("__name__"u8);
        }

        var label = new ProtobufReader(message);
        while (label.Next())
        {
            if (label.Field == 1) name = label.Bytes();
            else if (label.Field == 2) value = label.Bytes();
            else label.Skip();
        }

        _key.Add(name, value);
        return !value.IsEmpty && name.SequenceEqual("__name__"u8);
    }

    /// <returns>-1: such labels are stored under no circumstances.</returns>
    int Open(bool hasName, SampleBatch into)
    {
        if (!_key.TryFinish(out var key, out var problem)) return Refuse(problem);
        return hasName ? into.Open(key) : Refuse("a series has no name");
    }

    int Refuse(string reason)
    {
        if (_first.Count < MostReasons) _first.Add(reason);
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Sample(ReadOnlySpan<byte> message, int series, SampleBatch into)
    {
        if (!TrySample(message, out var time, out var value))
        {
            (time, value) = (0, 0);
            var reader = new ProtobufReader(message);
            while (reader.Next())
            {
                if (reader.Field == 1) value = reader.Double();
                else if (reader.Field == 2) time = reader.Integer();
                else reader.Skip();
            }
        }

        if (series >= 0) into.Add(series, time, value);
        else _invalid++;
    }

    /// <summary>The value, then the time, and nothing else: what nearly every sample is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TrySample(ReadOnlySpan<byte> message, out long time, out double value)
    {
        const byte Value = (1 << 3) | 1, Time = 2 << 3;
        (time, value) = (0, 0);
        if (message.Length is < 11 or > 18 || message[0] != Value || message[9] != Time) return false;
        value = BinaryPrimitives.ReadDoubleLittleEndian(message[1..]);
        for (var at = 10; at < message.Length; at++)
        {
            time |= (long)(message[at] & 0x7f) << ((at - 10) * 7);
            if (message[at] < 0x80) return at == message.Length - 1;
        }

        return false;
    }

    void Histogram(ReadOnlySpan<byte> message, int series, SampleBatch into)
    {
        var (time, histogram, isInteger) = HistogramMessage.Read(message);
        if (series < 0)
        {
            _invalid++;
            return;
        }

        if (StaleMarker.Is(histogram.Sum)) into.Add(series, time, StaleMarker.Value);
        else if (histogram.Validate(isInteger) is { } problem)
        {
            _invalid++;
            Refuse($"a histogram is none: {problem}");
        }
        else into.Add(series, time, histogram);
    }

    static void Exemplar(ReadOnlySpan<byte> message, int series, SampleBatch into)
    {
        var labels = new List<Label>();
        double value = 0;
        long time = 0;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1 && labels.Count < 64)
            {
                var (name, text) = ("", "");
                var label = new ProtobufReader(reader.Bytes());
                while (label.Next())
                {
                    if (label.Field == 1) name = Encoding.UTF8.GetString(label.Bytes());
                    else if (label.Field == 2) text = Encoding.UTF8.GetString(label.Bytes());
                    else label.Skip();
                }

                if (!labels.Exists(one => one.Name == name)) labels.Add(new(name, text));
            }
            else if (reader.Field == 2) value = reader.Double();
            else if (reader.Field == 3) time = reader.Integer();
            else reader.Skip();
        }

        if (series >= 0) into.Exemplars.Add(new(series, time, value, Labels.Of(labels)));
    }

    static void Metadata(ReadOnlySpan<byte> message, SampleBatch into)
    {
        var (kind, family, help, unit) = (0L, "", "", "");
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: kind = reader.Integer(); break;
                case 2: family = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 4: help = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 5: unit = Encoding.UTF8.GetString(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }

        if (family.Length > 0) into.Metadata.Add(new(family, MetricKind.Name(kind), help, unit));
    }
}
