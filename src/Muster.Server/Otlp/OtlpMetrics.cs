using System.Collections.Concurrent;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Otlp;

namespace Muster.Server.Otlp;

/// <summary>Reads exports with the memory's own decoder: one for each request at a time, and one set of totals for each project.</summary>
sealed class OtlpMetrics : IOtlpMetrics
{
    readonly ConcurrentDictionary<string, Reading> _projects = new(StringComparer.Ordinal);

    sealed class Reading
    {
        readonly DeltaTotals _deltas = new();

        public ConcurrentBag<Reader> Free { get; } = [];

        public Reader Take() => Free.TryTake(out var reader) ? reader : new(_deltas.Beside());
    }

    sealed class Reader(DeltaTotals deltas)
    {
        public DeltaTotals Deltas => deltas;

        public OtlpMetricsDecoder Decoder { get; } = new(deltas);
    }

    public OtlpRead Read(string project, ReadOnlySpan<byte> message, bool isJson, SampleBatch into)
    {
        var reading = _projects.GetOrAdd(project, static _ => new());
        var reader = reading.Take();
        var isRead = false;
        try
        {
            var decoded = reader.Decoder.Decode(isJson ? OtlpJson.ToProtobuf(message).Span : message, into);
            isRead = true;
            return new(decoded.Points - decoded.Refused, decoded.Refused, decoded.First) { Undo = reader.Deltas.Added() };
        }
        finally
        {
            if (!isRead) reader.Deltas.Added()?.Invoke();
            reading.Free.Add(reader);
        }
    }
}
