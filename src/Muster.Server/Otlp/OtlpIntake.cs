using System.Collections.Concurrent;
using Muster.Server.Projects;
using Muster.Server.Writing;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store;

namespace Muster.Server.Otlp;

/// <summary>From an export's bytes to the store: the part that HTTP and gRPC have in common.</summary>
sealed class OtlpIntake(IOtlpMetrics metrics)
{
    readonly ConcurrentBag<SampleBatch> _batches = [];

    public async ValueTask<OtlpOutcome> Take(HttpContext context, ReadOnlyMemory<byte> message, bool isJson, CancellationToken cancel)
    {
        var project = ProjectSet.Of(context);
        using var place = await project.Enter(cancel);
        if (!_batches.TryTake(out var batch)) batch = new();
        OtlpRead? read = null;
        var isTaken = false;
        try
        {
            batch.Clear();
            read = metrics.Read(project.Name, message.Span, isJson, batch);
            var appended = await project.Append(batch, Acknowledgement.IsDurable(context.Request), cancel);
            isTaken = true;
            project.CountInvalid(read.Rejected);
            return Told(read, appended, batch);
        }
        finally
        {
            if (!isTaken) read?.Undo?.Invoke();
            if (!batch.IsLarge) _batches.Add(batch);
        }
    }

    /// <remarks>A point may be several samples (a histogram's buckets); it is never counted more than once, and what we add ourselves is no point.</remarks>
    static OtlpOutcome.Taken Told(OtlpRead read, Appended appended, SampleBatch batch)
    {
        var refused = batch.Points.Count == 0 ? appended.RejectedCount : batch.Rejected.Select(sample => batch.Points[sample]).Where(point => point >= 0).Distinct().Count();
        var rejected = read.Rejected + refused;
        return new(rejected, rejected == 0 ? "" : Reasons.Of(read.First.Concat(appended.First)));
    }
}
