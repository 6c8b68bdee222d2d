namespace Muster.Probes;

/// <summary>What a signed envelope of somebody else came to. The record room reads and verifies them; it is handed in where a runner is made.</summary>
public abstract record EnvelopeReading
{
    EnvelopeReading() { }

    /// <summary>Signed by the key of that runner.</summary>
    public sealed record Signed(string PayloadType, ReadOnlyMemory<byte> Payload) : EnvelopeReading;

    public sealed record Refused(string Why) : EnvelopeReading;
}

/// <summary>Reads a DSSE envelope that the named runner of the document must have signed.</summary>
public delegate EnvelopeReading ReadEnvelope(ReadOnlyMemory<byte> envelope, string runner);
