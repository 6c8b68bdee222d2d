using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What is tried, in order, and how fast. It is whole before the first attempt: what would be too much for one user is said, and never left out in silence.</summary>
sealed record LoginPlan(IReadOnlyList<Login> Strangers, IReadOnlyList<Login> Listed, Login? Own, TimeSpan Pace)
{
    const int Most = 30;
    const int UsualPerUser = 4;

    public static LoginPlan Read(Given given, LoginDoor door, Asked question, ProbeContext context)
    {
        Login[] said = [.. Said(given["try"])];
        // From the target they may be passwords that were real once.
        if (question.Parameters["try"] is null)
            foreach (var login in said) context.Hide(login.Password!);
        Login[] listed = [.. said.Concat(given.Truth("defaults", true) ? KnownLogins.Of(door.Protocol) : []).Distinct()];
        if (listed.Length == 0) throw Given.Wrong("try", "is empty, and defaults is false: there is nothing to try");
        var madeUp = new Login(listed[0].User, RandomNumberGenerator.GetHexString(32, lowercase: true));
        Login[] strangers = door.HasNobody ? [Login.Nobody, madeUp] : [madeUp];
        var perUser = given.Count("per_user", UsualPerUser, Most);
        if (listed.Append(madeUp).CountBy(login => login.User).FirstOrDefault(user => user.Value > perUser) is { Key: { } user, Value: var times })
            throw Given.Wrong("per_user", $"allows {perUser} attempts for one user, and \"{user}\" comes to {times}, the made-up password included; say per_user: {times} if no lockout counts fewer, or try less");
        if (listed.Length + strangers.Length > Most) throw Given.Wrong("try", $"comes to more than {Most} attempts");
        var pace = given.Seconds("pace", 0.2);
        if (pace > 60) throw Given.Wrong("pace", "is more than 60s");
        return new(strangers, listed, OwnOf(given, context), TimeSpan.FromSeconds(pace));
    }

    /// <summary>The target's own user and password, by which one sees that the door opens at all.</summary>
    static Login? OwnOf(Given given, ProbeContext context)
    {
        var info = Uri.TryCreate(given.Target, UriKind.Absolute, out var url) ? url.UserInfo.Split(':', 2) : [];
        var password = given.Text("password") ?? (info.Length == 2 ? Uri.UnescapeDataString(info[1]) : null);
        if (password is not { Length: > 0 }) return null;
        context.Hide(password);
        return new(given.Text("user") ?? (info.Length > 0 ? Uri.UnescapeDataString(info[0]) : ""), password);
    }

    static IEnumerable<Login> Said(Value? said) => said switch
    {
        null => [],
        Value.Items items => items.Are.Select(One),
        _ => [One(said, 0)],
    };

    /// <summary>Wrong ones are told by their place in the list, not by what stands there.</summary>
    static Login One(Value said, int place) => said switch
    {
        Value.Text text when text.Is.Split(':', 2) is [var user, var password] => new(user, password),
        Value.Fields map when map["password"].Text() is { } password => new(map["user"].Text() ?? "", password),
        _ => throw Given.Wrong("try", $"has at place {place + 1} neither \"user:password\" nor {{ user: …, password: … }}"),
    };
}
