using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A key that signs tokens, tried by what it signs: a JSON web token (RFC 7519, HS256) with the claims of the question, good for five minutes, as a bearer token.</summary>
sealed class JwtLoginDoor(Given given, ProbeContext context) : LoginDoor(given, context)
{
    const int MostBody = 64 * 1024;
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    protected override async Task<LoginAnswer> Ask(Login login, CancellationToken cancel)
    {
        (string, string)[] headers = login.Password is { } key ? [("Authorization", "Bearer " + Signed(key))] : [];
        var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(Given.Target, Given.Text("get")), headers, null, null, System.Net.HttpVersion.Version11);
        var answer = await HttpExchange.Send(line, await TrustAnchors.Read(Given.Text("trust"), Context.Folder, cancel), Context, MostBody, cancel);
        return answer.Status switch
        {
            >= 200 and <= 299 => LoginAnswer.Accepted(answer.Identity),
            401 => LoginAnswer.Refused(answer.Identity),
            _ => LoginAnswer.Unclear($"the status {answer.Status} is neither an admission nor a refusal; ask a path that answers 401 to strangers and 200 to a token of these claims", answer.Identity),
        };
    }

    string Signed(string key)
    {
        var now = Context.Clock.GetUtcNow();
        var claims = (Given["claims"] as Value.Fields ?? Value.Fields.Empty).With("iat", now.ToUnixTimeSeconds()).With("exp", (now + Life).ToUnixTimeSeconds());
        var signed = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8) + "." + Base64Url.EncodeToString(CanonicalJson.Bytes(claims));
        var token = signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed)));
        Context.Hide(token);
        return token;
    }
}
