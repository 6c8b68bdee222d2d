using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>The second protocol: texts stand once in a request, and series refer to them.</summary>
public sealed partial class RemoteWriteDecoder
{
    void Two(ReadOnlySpan<byte> message, SampleBatch into)
    {
        // All symbols first: the message may put them after what refers to them.
        _symbols.Clear();
        _described.Clear();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 4)
            {
                var symbol = reader.Bytes();
                if (_symbols.Count == MostSymbols) throw new IntakeProblem(IntakeProblemKind.TooLarge, "it has more than four million symbols");
                _symbols.Add((OffsetOf(message, symbol), symbol.Length));
            }
            else reader.Skip();
        }

        if (_symbols.Count == 0 || _symbols[0].Length != 0) throw IntakeProblem.Malformed("the first symbol of a request is the empty one");
        reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 5) SeriesOfTwo(message, reader.Bytes(), into);
            else reader.Skip();
        }
    }

    static int OffsetOf(ReadOnlySpan<byte> all, ReadOnlySpan<byte> part) => part.IsEmpty ? 0 : (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(all), ref System.Runtime.InteropServices.MemoryMarshal.GetReference(part));

    ReadOnlySpan<byte> Symbol(ReadOnlySpan<byte> message, ulong index) => index < (ulong)_symbols.Count ? message.Slice(_symbols[(int)index].Start, _symbols[(int)index].Length) : throw IntakeProblem.Malformed("a label refers to a symbol that is not there");

    void SeriesOfTwo(ReadOnlySpan<byte> message, ReadOnlySpan<byte> series, SampleBatch into)
    {
        _key.Clear();
        var hasName = false;
        var (samples, histograms, family) = (0, 0, 0UL);
        var reader = new ProtobufReader(series);
        while (reader.Next())
        {
            if (reader.Field == 2) samples++;
            if (reader.Field == 3) histograms++;
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            // Packed, as proto3 writes it; one by one is legal too, and no sender does it.
            var packed = reader.Wire == 2 ? new ProtobufReader(reader.Bytes()) : default;
            if (reader.Wire != 2) throw IntakeProblem.Malformed("references of labels are packed");
            while (!packed.IsAtEnd)
            {
                var name = Symbol(message, packed.Varint());
                if (packed.IsAtEnd) throw IntakeProblem.Malformed("a label has a name and no value");
                var reference = packed.Varint();
                var value = Symbol(message, reference);
                if (name.SequenceEqual("__name__"u8) && !value.IsEmpty)
                {
                    hasName = true;
                    family = reference;
                }

                _key.Add(name, value);
            }
        }

        var open = Open(hasName, into);
        if (samples > 0 && histograms > 0 && open >= 0)
        {
            open = Refuse("a series has both samples and histograms");
        }

        reader = new ProtobufReader(series);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: Sample(reader.Bytes(), open, into); break;
                case 3: Histogram(reader.Bytes(), open, into); break;
                case 4: ExemplarOfTwo(message, reader.Bytes(), open, into); break;
                case 5: MetadataOfTwo(message, reader.Bytes(), family, into); break;
                default: reader.Skip(); break;
            }
        }
    }

    void ExemplarOfTwo(ReadOnlySpan<byte> message, ReadOnlySpan<byte> exemplar, int series, SampleBatch into)
    {
        var labels = new List<Label>();
        double value = 0;
        long time = 0;
        var reader = new ProtobufReader(exemplar);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var packed = new ProtobufReader(reader.Bytes());
                while (!packed.IsAtEnd)
                {
                    var name = Encoding.UTF8.GetString(Symbol(message, packed.Varint()));
                    if (packed.IsAtEnd) throw IntakeProblem.Malformed("a label has a name and no value");
                    var text = Encoding.UTF8.GetString(Symbol(message, packed.Varint()));
                    if (labels.Count < 64 && !labels.Exists(one => one.Name == name)) labels.Add(new(name, text));
                }
            }
            else if (reader.Field == 2) value = reader.Double();
            else if (reader.Field == 3) time = reader.Integer();
            else reader.Skip();
        }

        if (series >= 0) into.Exemplars.Add(new(series, time, value, Labels.Of(labels)));
    }

    /// <summary>Each series brings what is said of its family: it is taken once for each request.</summary>
    void MetadataOfTwo(ReadOnlySpan<byte> message, ReadOnlySpan<byte> metadata, ulong family, SampleBatch into)
    {
        var (kind, help, unit) = (0L, 0UL, 0UL);
        var reader = new ProtobufReader(metadata);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: kind = reader.Integer(); break;
                case 3: help = (ulong)reader.Integer(); break;
                case 4: unit = (ulong)reader.Integer(); break;
                default: reader.Skip(); break;
            }
        }

        var helpText = Symbol(message, help);
        var unitText = Symbol(message, unit);
        if (family == 0 || (kind == 0 && helpText.IsEmpty && unitText.IsEmpty) || !_described.Add((family, kind, help, unit))) return;
        into.Metadata.Add(new(Encoding.UTF8.GetString(Symbol(message, family)), MetricKind.Name(kind), Encoding.UTF8.GetString(helpText), Encoding.UTF8.GetString(unitText)));
    }
}
