using Muster.Readiness;

namespace Muster.Probes;

/// <summary>AUTH; as nobody a PING.</summary>
sealed class RedisLoginDoor(Given given, ProbeContext context) : LoginDoor(given, context)
{
    protected override async Task<LoginAnswer> Ask(Login login, CancellationToken cancel)
    {
        await using var link = await RedisLink.Open(Given, Context, cancel);
        var reply = login.Password is not { } password ? await link.Say(cancel, "PING") : await link.Say(cancel, login.User.Length == 0 ? ["AUTH", password] : ["AUTH", login.User, password]);
        return reply switch
        {
            RedisReply.Simple { Is: "OK" } when login.Password is not null => LoginAnswer.Accepted(link.Identity),
            RedisReply.Simple { Is: "PONG" } when login.Password is null => LoginAnswer.Accepted(link.Identity),
            // A server without a password refuses to be given one, and lets anybody in.
            RedisReply.Error { Code: "ERR", Says: var says } when says.Contains("without any password", StringComparison.Ordinal) || says.Contains("no password is set", StringComparison.Ordinal) => LoginAnswer.Accepted(link.Identity),
            RedisReply.Error { Code: "WRONGPASS" or "NOAUTH" } => LoginAnswer.Refused(link.Identity),
            // Before Redis 6.
            RedisReply.Error { Code: "ERR", Says: "ERR invalid password" } => LoginAnswer.Refused(link.Identity),
            RedisReply.Error { Code: "DENIED" } => LoginAnswer.Unclear("the server is in protected mode and talks to nobody from here (DENIED); ask from where people connect", link.Identity),
            RedisReply.Error error => LoginAnswer.Unclear($"Redis answers {Bounded.Start(error.Code, 20)}", link.Identity),
            _ => LoginAnswer.Unclear("what answers is neither an admission nor a refusal of Redis", link.Identity),
        };
    }
}
