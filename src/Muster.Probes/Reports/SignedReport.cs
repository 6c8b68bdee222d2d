using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>An in-toto statement that a runner of the document signed: what it is about, and what it says of that.</summary>
sealed record SignedReport(ImmutableArray<string> Subjects, Value? Predicate)
{
    const int MostEnvelope = 16 * 1024 * 1024;
    static readonly string[] Types = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

    public static async Task<SignedReport> Read(ReportFile file, string runner, ProbeContext context, CancellationToken cancel)
    {
        var bytes = await file.Whole(MostEnvelope, cancel);
        if (context.Envelopes is not { } read) throw new Unseen(Blind.NotCapable, "there is nobody here who can verify a signature; look through a document");
        var signed = read(bytes, runner) switch
        {
            EnvelopeReading.Signed said => said,
            EnvelopeReading.Refused refused => throw new Unseen(Blind.OtherSubject, $"{file.Name} {refused.Why}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var statement = signed.PayloadType == "application/vnd.in-toto+json" ? file.Tree(signed.Payload.Span) : throw file.Wrong($"carries {signed.PayloadType}, which is no in-toto statement");
        if (!Types.Contains(statement.Text("_type"))) throw file.Wrong("carries no in-toto statement of version 1 or 0.1");
        var subjects = statement.Items("subject").Select(subject => NamedDigests.Bare(subject.Text("digest", "sha256"))).OfType<string>().ToImmutableArray();
        if (subjects.IsEmpty) throw file.Wrong("is signed, and names no SHA-256 digest of what it is about");
        return new(subjects, statement.At("predicate"));
    }
}
