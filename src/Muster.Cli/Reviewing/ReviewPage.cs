using System.Collections.Immutable;
using System.Text;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Reviewing;

/// <summary>The page that is sent to those who sign: written from a decision, and read back only if it shows what its payload says.</summary>
static class ReviewPage
{
    public static byte[] Write(Session session, Decision decision, Gate gate)
    {
        var runner = session.Ledger.Runner!;
        var review = new Review
        {
            Decision = decision, Sign = gate.Sign, Runner = runner.Public.Pem, Fingerprint = runner.Public.Fingerprint, By = Host.Version,
            Asked = decision.Controls.Select(shown => session.Document.Control(shown.Id)).OfType<Control>()
                .SelectMany(control => Board.Asked(session.Document, control, decision.Environment)).ToImmutableSortedDictionary(part => part.Key, part => part.Value, StringComparer.Ordinal),
        };
        var page = Encoding.UTF8.GetBytes(HtmlReview.Render(review, ReviewStatement.Seal(review, runner)));
        return page.Length <= ReviewStatement.Largest ? page : throw Refusal.Usage($"the review would have {page.Length:N0} bytes, more than one may have ({ReviewStatement.Largest:N0})", "make gates of fewer controls");
    }

    /// <exception cref="Refusal">It is no review, was altered, or shows other than what would be signed.</exception>
    public static (Review Review, PublicKey Runner) Read(Host host, string file)
    {
        var bytes = Bytes(host, file);
        string page;
        try { page = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes); }
        catch (DecoderFallbackException) { throw Altered(file, "it is not UTF-8 text"); }
        if (HtmlReview.EnvelopeIn(page) is not { } envelope) throw Refusal.Usage($"{file} is no review", "a page that `muster review open` wrote, as it came");
        if (ReviewStatement.Read(envelope, out var runner, out var whyNot) is not { } review) throw Altered(file, whyNot);
        if (!Encoding.UTF8.GetBytes(HtmlReview.Render(review, envelope)).AsSpan().SequenceEqual(bytes))
            throw Altered(file, review.By == Host.Version ? "it shows something else than what would be signed" : $"Muster {review.By} made it, and this is {Host.Version}, which draws it otherwise, or it shows something else than what would be signed");
        return (review, runner!);
    }

    static Refusal Altered(string file, string whyNot) => new(ExitCode.NotVerified, $"{file} was altered before signing: {whyNot}. Nothing was signed.", "fetch it once more from whoever made it, unchanged; nothing on it can be believed");

    static byte[] Bytes(Host host, string file)
    {
        try
        {
            var path = Path.GetFullPath(file, host.Folder);
            if (new FileInfo(path) is { Exists: true, Length: > ReviewStatement.Largest }) throw Refusal.Usage($"{file} is larger than a review may be", "name the right file");
            return File.ReadAllBytes(path);
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"cannot read {file}: {cannot.Message}", "name a file that this user may read");
        }
    }
}
