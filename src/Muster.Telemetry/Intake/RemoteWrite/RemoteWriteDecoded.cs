namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>The two protocols (<see href="https://prometheus.io/docs/specs/prw/remote_write_spec/"/>, <see href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/"/>).</summary>
public enum RemoteWriteVersion { One, Two }

/// <summary>What was not taken of a request while it was read: its series have no labels that could be stored, or their samples are none.</summary>
/// <param name="Invalid">Samples and histograms left out.</param>
/// <param name="First">The first few reasons, for the sender.</param>
public sealed record RemoteWriteDecoded(int Invalid, IReadOnlyList<string> First);
