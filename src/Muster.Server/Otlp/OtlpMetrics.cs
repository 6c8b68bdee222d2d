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
        public DeltaTotals Deltas { get; } = new();

        public ConcurrentBag<OtlpMetricsDecoder> Decoders { get; } = [];
    }

    public OtlpRead Read(string project, ReadOnlySpan<byte> message, bool isJson, SampleBatch into)
    {
        var reading = _projects.GetOrAdd(project, static _ => new());
        if (!reading.Decoders.TryTake(out var decoder)) decoder = new(reading.Deltas);
        try
        {
            var decoded = decoder.Decode(isJson ? OtlpJson.ToProtobuf(message).Span : message, into);
            return new(decoded.Points - decoded.Refused, decoded.Refused, decoded.First);
        }
        finally { reading.Decoders.Add(decoder); }
    }
}
