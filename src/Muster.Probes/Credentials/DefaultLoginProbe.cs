using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Tries one login after the other, each once, and counts how each ended.</summary>
static class DefaultLoginProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        // Asked over and over, it would be what a lockout is there to stop.
        if (question.Within is not null) throw Given.Wrong("within", "would try the passwords again and again; each is tried once");
        var given = new Given(question);
        var door = LoginDoor.Read(given, context);
        var plan = LoginPlan.Read(given, door, question, context);
        var tally = new LoginTally();
        foreach (var login in plan.Strangers.Concat(plan.Listed))
        {
            if (tally.Attempts > 0) await Task.Delay(plan.Pace, context.Clock, cancel);
            var stranger = plan.Strangers.Contains(login);
            tally.Count(login, await door.Try(login, cancel), stranger);
            // Where anybody comes in, a listed password shows nothing; where the first try shows nothing, neither will the next.
            if (tally.IsOpen || tally.Attempts == 1 && tally.Unclear > 0) break;
        }

        if (tally.Accepted == 0) tally.RefuseUnclear();
        if (plan.Own is { } own && !tally.IsOpen) await EnterAsOneself(door, own, tally, plan, context, cancel);
        return new() { Observation = tally.Seen(door.Protocol), Population = tally.Attempts, Before = tally.First, After = tally.Last };
    }

    /// <summary>A door that is shut for everybody refuses every password, and says nothing of any.</summary>
    static async Task EnterAsOneself(LoginDoor door, Login own, LoginTally tally, LoginPlan plan, ProbeContext context, CancellationToken cancel)
    {
        await Task.Delay(plan.Pace, context.Clock, cancel);
        var answer = await door.Try(own, cancel);
        tally.Met(answer.Identity);
        tally.OwnAdmitted = answer.Admission == Admission.Accepted;
        if (tally.OwnAdmitted == true || tally.Accepted > 0) return;
        throw new Unseen(answer.Admission == Admission.Refused ? Blind.NotAdmitted : answer.Blind,
            $"the target's own user is not admitted either, so that the {tally.Refused} refusals show nothing{(answer.Says.Length > 0 ? ": " + answer.Says : "")}");
    }
}

/// <summary>How the attempts ended.</summary>
sealed class LoginTally
{
    readonly List<string> _users = [];
    readonly List<string> _entered = [];
    (Blind Blind, string Says)? _unclear;

    public int Attempts { get; private set; }

    public int Refused { get; private set; }

    public int Accepted { get; private set; }

    public int Unclear { get; private set; }

    public bool IsOpen { get; private set; }

    public bool? OwnAdmitted { get; set; }

    public Value? First { get; private set; }

    public Value? Last { get; private set; }

    public void Count(Login login, LoginAnswer answer, bool stranger)
    {
        Attempts++;
        var user = login.Password is null ? "nobody" : login.User.Length > 0 ? login.User : "no name";
        if (!_users.Contains(user)) _users.Add(user);
        Met(answer.Identity);
        switch (answer.Admission)
        {
            case Admission.Refused:
                Refused++;
                break;
            case Admission.Accepted:
                Accepted++;
                IsOpen |= stranger;
                if (!_entered.Contains(user)) _entered.Add(user);
                break;
            default:
                Unclear++;
                _unclear ??= (answer.Blind, answer.Says);
                break;
        }
    }

    public void Met(Value? identity)
    {
        if (identity is null) return;
        First ??= identity;
        Last = identity;
    }

    /// <summary>An attempt that was neither refused nor accepted may have been an admission.</summary>
    public void RefuseUnclear()
    {
        if (_unclear is var (blind, says)) throw new Unseen(blind, $"{Unclear} of {Attempts} attempts {(Unclear == 1 ? "was" : "were")} neither refused nor accepted: {says}");
    }

    public Value.Fields Seen(string protocol) => Value.Of(
        ("protocol", protocol), ("attempts", Attempts), ("refused", Refused), ("accepted", Accepted), ("unclear", Unclear), ("open_to_anybody", IsOpen),
        ("accepted_users", Value.Texts(_entered)), ("tried_users", Value.Texts(_users)))
        .With("own_login", OwnAdmitted is { } own ? own : (Value?)null);
}
