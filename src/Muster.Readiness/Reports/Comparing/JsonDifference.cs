using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What moved between two verdicts, as the fields of <c>muster/diff/1</c>. What is not known is absent.</summary>
public static class JsonDifference
{
    public static Value.Fields Fields(Difference difference) => Value.Of(
        ("same", difference.IsEmpty),
        ("before", Verdict(difference.Before)),
        ("after", Verdict(difference.After)),
        ("because", Value.Texts(difference.Because)),
        ("controls", Value.List(difference.Controls.Select(Control))),
        ("renewed", Value.Texts(difference.Renewed)),
        ("waivers", Moves(difference.Waivers)),
        ("conditions", Moves(difference.Conditions)),
        ("sign_offs", Moves(difference.SignOffs)),
        ("rejections", Moves(difference.Rejections)),
        ("softenings", Value.List(difference.Softenings.Select(softening => Value.Of(("subject", softening.Subject), ("says", softening.Says))))),
        ("document", Moves(difference.Document)),
        ("artifacts", Moves(difference.Artifacts)),
        ("not_compared", Value.Texts(difference.NotCompared)));

    static Value.Fields Verdict(Decision decision) => Value.Of(
        ("system", decision.System), ("gate", decision.Gate), ("environment", decision.Environment), ("at", decision.At), ("verdict", decision.Verdict.ToString()), ("standing", decision.Standing),
        ("break_glass", decision.OpenedByBreakGlass is not null), ("release", decision.Release), ("document", decision.Document), ("statement", Digest.Of(Statements.ToBytes(decision))));

    static Value Control(ControlMove move)
    {
        var fields = Value.Of(("id", move.Id), ("title", move.Title), ("turn", move.Direction.ToString()), ("says", move.Says));
        if (move.Before is { } before) fields = fields.With("before", Side(before));
        return move.After is { } after ? fields.With("after", Side(after)) : fields;
    }

    static Value.Fields Side(ControlShown control)
    {
        var fields = Value.Of(("state", control.State.ToString()), ("mode", control.Mode.ToString()), ("waived", control.Waived), ("because", control.Because),
            ("evidence", Value.Texts(ControlMoves.Evidence(control).Select(digest => digest.ToString()).Order(StringComparer.Ordinal))));
        if (control.Why is { } why) fields = fields.With("why", why.ToString());
        return control.Out is { } left ? fields.With("out", left) : fields;
    }

    static Value.Items Moves(ImmutableArray<Move> moves) => Value.List(moves.Select(move => Value.Of(("subject", move.Subject), ("turn", move.Direction.ToString()), ("says", move.Says))));
}
