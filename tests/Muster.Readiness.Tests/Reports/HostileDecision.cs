namespace Muster.Readiness.Tests;

/// <summary>A decision in which every text that others can write is the given one.</summary>
static class HostileDecision
{
    public static Decision Of(string text)
    {
        var at = ShopDecisions.At;
        var entry = Digest.Of("entry"u8);
        return new()
        {
            System = text, Title = text, Gate = text, Environment = text, Release = entry, Document = entry, At = at, Over = 1, Verdict = Verdict.NoGo, Blocking = 1,
            OpenedByBreakGlass = new([text, text], text, at), WouldBe = Verdict.Go, LastOpened = at,
            Reasons = [new(6, text, text)],
            Controls =
            [
                new()
                {
                    Id = text, Title = text, Section = text, Criterion = text, Owner = text, Severity = text, Impact = text, Fix = text, State = State.Failed, Mode = Mode.Block, Line = 6, Because = text,
                    Parts =
                    [
                        new()
                        {
                            Name = text, Kind = text, State = State.Failed, Because = text, Compared = [new(text, text, text, false)], Environment = text, By = text, Evidence = entry, SeenAt = at, Loosens = [text],
                        },
                    ],
                },
                new() { Id = text, Out = text, State = State.Unmeasured, Mode = Mode.Block, Line = 1, Because = text },
            ],
            Criteria = [new(text, 0, 1, Verdict.NoGo)],
            Conditions = [new(text, text, text, text, at, true)],
            Waivers = [new(entry, text, text, text, text, at, false, text) { Owner = text, Renewals = 2 }],
            SignOffs = [new(entry, text, text, at, false, text)],
            ToSign = [new(text, 1)],
            Rejections = [new(entry, text, text, at)],
            Softenings = [new(text, text, false)],
            Changes = [text],
            NotCounted = [new(text, 1)],
        };
    }
}
