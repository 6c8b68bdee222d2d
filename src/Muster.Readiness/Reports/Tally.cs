namespace Muster.Readiness;

/// <summary>The blocking controls in the gate's set, by state. Beside the verdict, never its headline.</summary>
sealed record Tally(int Met, int Of, int Failed, int Unproven, int Unmeasured, int Waived)
{
    public static Tally Count(Decision decision)
    {
        int failed = 0, unproven = 0, unmeasured = 0, waived = 0;
        foreach (var control in decision.Controls)
        {
            if (control.Out is not null || control.Mode != Mode.Block || control.State == State.Met) continue;
            if (control.Waived) waived++;
            if (control.State == State.Failed) failed++;
            else if (control.State == State.Unproven) unproven++;
            else unmeasured++;
        }

        return new(decision.BlockingMet, decision.Blocking, failed, unproven, unmeasured, waived);
    }

    public string Headline => Of == 0 ? "No blocking control in the gate's set" : $"{CountWords.Number(Met)} of {CountWords.Of(Of, "blocking control")} met";

    /// <summary><c>3 failed, 2 unproven, 1 unmeasured; 1 of these waived</c>, or empty text when all are met.</summary>
    public string Rest
    {
        get
        {
            var states = new[] { (Failed, "failed"), (Unproven, "unproven"), (Unmeasured, "unmeasured") };
            var said = string.Join(", ", states.Where(state => state.Item1 > 0).Select(state => CountWords.Number(state.Item1) + " " + state.Item2));
            return (Waived, Failed + Unproven + Unmeasured) switch
            {
                (0, _) => said,
                (1, 1) => said + ", waived",
                var (waived, open) when waived == open => said + "; all of these waived",
                _ => $"{said}; {CountWords.Number(Waived)} of these waived",
            };
        }
    }
}
