using System.Text;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>A review in an in-toto statement about the release, signed by the runner that made it: what the page of a review carries.</summary>
public static class ReviewStatement
{
    public const string PredicateType = "urn:muster:review:v1";

    /// <summary>16 MiB: no larger page is a review.</summary>
    public const int Largest = 16 * 1024 * 1024;

    public static string Seal(Review review, Signer runner)
    {
        byte[] payload =
        [
            .. Encoding.ASCII.GetBytes("""{"_type":"https://in-toto.io/Statement/v1","predicate":"""), .. Statements.ToBytes(review),
            .. Encoding.ASCII.GetBytes($$$""","predicateType":"{{{PredicateType}}}","subject":[{"digest":{"sha256":"{{{review.Decision.Release.Hex}}}"},"name":"release"}]}"""),
        ];
        return Encoding.ASCII.GetString(Envelope.Seal(payload, runner).Bytes());
    }

    /// <summary>The review, signed by the key that it names; null with the reason. That the key is to be believed is another question. Never throws.</summary>
    public static Review? Read(string envelope, out PublicKey? runner, out string whyNot)
    {
        runner = null;
        whyNot = "its payload is not a signed envelope as Muster writes it";
        if (!envelope.All(char.IsAscii) || Envelope.Read(Encoding.ASCII.GetBytes(envelope)) is not { } read) return null;
        try
        {
            whyNot = "its payload is not a review as Muster writes it";
            var payload = Value.Parse(read.Payload, 140) as Value.Fields;
            if (payload?["predicateType"] is not Value.Text { Is: PredicateType } || payload["predicate"] is not Value.Fields predicate) return null;
            var review = Statements.Read<Review>(CanonicalJson.Bytes(predicate));
            whyNot = "it is not signed by the key that it names";
            if (PublicKey.FromPem(review.Runner) is not { } key || key.Pem != review.Runner || key.Fingerprint != review.Fingerprint || !read.IsBy(key)) return null;
            (runner, whyNot) = (key, "");
            return review;
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return null; // the reason is said already
        }
    }
}
