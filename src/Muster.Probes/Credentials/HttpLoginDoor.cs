using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Basic authentication (RFC 7617) at a path that asks for it. Only 401 is a refusal: 403 may be the answer to somebody who was let in and may not see this.</summary>
sealed class HttpLoginDoor(Given given, ProbeContext context) : LoginDoor(given, context)
{
    const int MostBody = 64 * 1024;

    bool HasOwn => Given.Text("password") is { Length: > 0 } || new Uri(Given.Target).UserInfo.Contains(':', StringComparison.Ordinal);

    protected override async Task<LoginAnswer> Ask(Login login, CancellationToken cancel)
    {
        var own = new UriBuilder(new Uri(Given.Target)) { UserName = "", Password = "" }.Uri.AbsoluteUri;
        var headers = login.Password is { } password ? [("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{password}")))] : Array.Empty<(string, string)>();
        var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(own, Given.Text("get") ?? (Protocol == "http" ? null : "/api/whoami")), headers, null, null, System.Net.HttpVersion.Version11);
        var answer = await HttpExchange.Send(line, await TrustAnchors.Read(Given.Text("trust"), Context.Folder, cancel), Context, MostBody, cancel);
        var identity = Value.Of(("address", answer.Peer.Address?.ToString() ?? "")).With("leaf", answer.Peer.Leaf is { } leaf ? leaf : (Value?)null);
        return answer.Status switch
        {
            >= 200 and <= 299 => LoginAnswer.Accepted(identity),
            // RabbitMQ's management interface refuses whoever is let in and is no administrator with the same status.
            401 when Protocol == "rabbitmq_management" && (HttpProbe.Json(answer) as Value.Fields)?["reason"] is Value.Text { Is: "Not management user" } => LoginAnswer.Accepted(identity),
            // A page that takes another kind of login answers 401 to whatever is tried here.
            401 when !HasOwn && answer.Headers["www-authenticate"]?.ToString().Contains("basic", StringComparison.OrdinalIgnoreCase) != true =>
                LoginAnswer.Unclear("401 does not ask for basic authentication; give the target a user and password of its own, to show that they are taken there", identity),
            401 => LoginAnswer.Refused(identity),
            _ => LoginAnswer.Unclear($"the status {answer.Status} is neither an admission nor a refusal; ask a path that answers 401 to strangers and 200 to whoever logs in", identity),
        };
    }
}
