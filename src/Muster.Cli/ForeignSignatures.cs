using Muster.Ledger;
using Muster.Probes;

namespace Muster.Cli;

/// <summary>Envelopes of others, of which only what a runner of the document signed is handed on.</summary>
sealed class ForeignSignatures(Workspace workspace)
{
    public EnvelopeReading Read(ReadOnlyMemory<byte> bytes, string runner)
    {
        if (workspace.Document.Runners?.FirstOrDefault(known => known.Name == runner) is not { } named) return new EnvelopeReading.Refused($"must be signed by \"{runner}\", which is no runner of the document");
        if (workspace.PublishedKeys.FirstOrDefault(key => key.KeyId == named.KeyId) is not { } key) return new EnvelopeReading.Refused($"must be signed by \"{runner}\", whose key is not at hand");
        if (ForeignEnvelope.Read(bytes.Span) is not { } envelope) return new EnvelopeReading.Refused("is no signed envelope (DSSE)");
        return envelope.IsBy(key) ? new EnvelopeReading.Signed(envelope.PayloadType, envelope.Payload.AsMemory()) : new EnvelopeReading.Refused($"is not signed by \"{runner}\"");
    }
}
