using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>The words that a result is written in.</summary>
static class ResultWords
{
    public static readonly ImmutableArray<(Failure Is, string Word)> Failures =
    [
        (Failure.Status, "status"), (Failure.Check, "check"), (Failure.Timeout, "timeout"), (Failure.NoConnection, "no_connection"), (Failure.Refused, "refused"), (Failure.Reset, "reset"),
        (Failure.Closed, "closed"), (Failure.Garbage, "garbage"), (Failure.Tls, "tls"), (Failure.TooLarge, "too_large"), (Failure.NoHandles, "no_handles"), (Failure.NoPorts, "no_ports"),
        (Failure.Protocol, "protocol"), (Failure.Extraction, "extraction"), (Failure.Open, "open"), (Failure.Other, "other"),
    ];

    public static readonly ImmutableArray<(ThresholdState Is, string Word)> States = [(ThresholdState.Met, "met"), (ThresholdState.Failed, "failed"), (ThresholdState.Unproven, "unproven")];

    public static string Of(Failure failure) => failure == Failure.None ? "none" : Failures.First(known => known.Is == failure).Word;

    public static string Of(ThresholdState state) => States.First(known => known.Is == state).Word;
}
