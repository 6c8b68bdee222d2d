using System.Collections.Immutable;

namespace Muster.Readiness.Tests;

/// <summary>One decision that has a control in every state, mode and bearing, and where they stand in files.</summary>
static class EveryState
{
    public static readonly Decision Decision = ShopDecisions.NoGo() with
    {
        Controls =
        [
            .. ShopDecisions.NoGo().Controls,
            Control("warn.unproven", State.Unproven) with { Mode = Mode.Warn, Why = Why.Blind, Because = "nothing answered" },
            Control("observe.unmeasured", State.Unmeasured) with { Mode = Mode.Observe, Because = "it has no check" },
            Control("waived.unproven", State.Unproven) with { Waived = true, Why = Why.TooFew, Because = "too few were looked at" },
            Control("observe.met", State.Met) with { Mode = Mode.Observe },
        ],
    };

    public static readonly Places Places = new(
        Decision.Controls.Select((control, i) => (control.Id, Place: new Place(i % 3 == 0 ? "services/shop/controls/edge, data.yaml" : "services/shop/muster.yaml", 10 + i, 3)))
            .Where(control => control.Id != "mesh").ToImmutableSortedDictionary(control => control.Id, control => control.Place, StringComparer.Ordinal),
        new("services/shop/muster.yaml", 1, 1));

    static ControlShown Control(string id, State state) => new() { Id = id, Criterion = "People", State = state, Mode = Mode.Block, Line = 3, Because = "the newest run is a pass, and fresh" };
}
