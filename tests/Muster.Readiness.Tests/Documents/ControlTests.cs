namespace Muster.Readiness.Tests;

public class ControlTests
{
    static Control Control(string text) => Assert.Single(Desk.Controls("  c:" + text, "people: { mia: { roles: [ architect ] } }").Document().Controls);

    static Problem Error(string text) => Desk.Controls("  c:" + text, "people: { mia: { roles: [ architect ] } }").Error();

    [Fact]
    public void Without_a_check_it_is_unmeasured_and_legal() => Assert.Empty(Control("").Cells);

    [Fact]
    public void It_says_what_it_says()
    {
        var control = Control(" { title: T, section: Data, owner: o, severity: high, impact: i, fix: f, estimate: 2h, proves: A-1, tags: [ x ], override: never, unreviewed: true, about: release }");
        Assert.Equal(("T", "Data", "o", "high", "i", "f"), (control.Title, control.Section, control.Owner, control.Severity, control.Impact, control.Fix));
        Assert.Equal(new(TimeSpan.FromHours(2), TimeSpan.FromHours(2)), control.Estimate);
        Assert.True(control.NeverOverride && control.Unreviewed && control.AboutRelease);
        Assert.Equal(["A-1"], control.Proves);
    }

    [Fact]
    public void Modes_tighten_by_date()
    {
        var control = Control(" { mode: [ observe, { warn: 2026-03-01 }, { block: 2026-04-01T12:00:00+02:00 } ] }");
        Assert.Equal(Mode.Observe, control.ModeAt(new(2026, 2, 28, 23, 59, 59, TimeSpan.Zero)));
        Assert.Equal(Mode.Warn, control.ModeAt(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(Mode.Block, control.ModeAt(new(2026, 4, 1, 10, 0, 0, TimeSpan.Zero)));
        Assert.Equal([new(Mode.Warn)], Control(" { mode: warn }").Modes);
    }

    [Fact]
    public void Any_takes_the_best_and_all_the_worst()
    {
        Assert.Equal(Combine.Any, Control(" { any: { a: { http: api }, b: { tcp: api } } }").Combine);
        Assert.Equal(Combine.All, Control(" { all: { a: { http: api }, b: { tcp: api } } }").Combine);
    }

    [Fact]
    public void An_excuse_has_a_reason_an_approval_and_a_review()
    {
        var review = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(new("no cards", "architect", review), Control(" { not_applicable: { because: no cards, approved_by: architect, review: 2026-06-01 } }").NotApplicable);
        Assert.Equal(new("later", "architect", review), Control(" { deferred: { because: later, approved_by: architect, review: 2026-06-01 } }").Deferred);
        Assert.Equal(review, Control(" { deferred: { because: later, review: { every: 31d, by: architect, last: 2026-05-01 } } }").Deferred!.Review);
    }

    [Theory]
    [InlineData(" { mode: off }", "\"off\" is not one of block, warn, observe")]
    [InlineData(" { mode: [ block, { warn: 2026-03-01 } ] }", "does not tighten")]
    [InlineData(" { mode: [ { warn: 2026-03-01 } ] }", "The first mode has a date")]
    [InlineData(" { mode: [ observe, warn ] }", "needs a date")]
    [InlineData(" { mode: [ observe, { warn: 2026-03-01 }, { block: 2026-02-01 } ] }", "needs a date after")]
    [InlineData(" { mode: [ observe, { warn: 2026-02-30 } ] }", "neither a date nor an instant")]
    [InlineData(" { estimate: 2h..1h }", "is not an estimate")]
    [InlineData(" { severity: hgih }", "is not one of critical")]
    [InlineData(" { unreviewed: on }", "neither true nor false")]
    [InlineData(" { override: always }", "is not one of never")]
    [InlineData(" { check: { http: api }, all: { a: { http: api } } }", "has check and all")]
    [InlineData(" { all: { } }", "nothing under \"all\"")]
    [InlineData(" { all: { a: { http: api, expect: { body: $(a.body) } } } }", "refers to its own part")]
    [InlineData(" { all: { a: { http: api, expect: { body: $(b.bdy) } }, b: { http: api } } }", "http has no field \"bdy\"")]
    [InlineData(" { each: { a: [ 1 ] } }", "no check for each")]
    [InlineData(" { each: { a: [] }, check: { http: api, get: $(a) } }", "no value for a cell")]
    [InlineData(" { each: { a: [ x, x ] }, check: { http: api, get: $(a) } }", "stands twice")]
    [InlineData(" { each: { a: [ 'x,y' ] }, check: { http: api, get: $(a) } }", "cannot name a cell")]
    [InlineData(" { not_applicable: { because: x, approved_by: architect } }", "\"review\" is missing")]
    [InlineData(" { not_applicable: { because: x, review: 2026-06-01 } }", "Nobody has approved it")]
    [InlineData(" { not_applicable: { because: x, approved_by: arcitect, review: 2026-06-01 } }", "Nobody has the role \"arcitect\"")]
    [InlineData(" { titel: x }", "There is no key \"titel\" in a control")]
    [InlineData(" text", "There is a text where a map was expected")]
    public void A_control_that_cannot_be_meant_is_refused(string control, string says) => Assert.Contains(says, Error(control).Says, StringComparison.Ordinal);

    [Fact]
    public void Cells_are_bounded()
    {
        var many = string.Join(", ", Enumerable.Range(0, 40));
        Assert.Contains("Too many cells", Error($" {{ each: {{ a: [ {many} ], b: [ {many} ] }}, check: {{ http: api, get: $(a)$(b) }} }}").Says, StringComparison.Ordinal);
        Assert.Equal(900, Control($" {{ each: {{ a: [ {string.Join(", ", Enumerable.Range(0, 30))} ], b: [ {string.Join(", ", Enumerable.Range(0, 30))} ] }}, check: {{ http: api, get: $(a)$(b) }} }}").Cells.Length);
    }

    [Fact]
    public void A_name_of_each_that_nothing_uses_is_warned_of() =>
        Assert.Contains("No placeholder uses \"a\"", Assert.Single(Desk.Controls("  c: { each: { a: [ 1, 2 ] }, check: { http: api } }").Read().Problems).Says, StringComparison.Ordinal);

    [Fact]
    public void An_id_stands_once_in_all_files()
    {
        var desk = Desk.Controls("  c:", "include: more.yaml");
        desk["more.yaml"] = "section: Data\ncontrols: { c: , d: }\n";
        Assert.Equal("The control \"c\" stands twice; first at muster.yaml:7:3.", desk.Error().Says);
        desk["more.yaml"] = "section: Data\ncontrols: { d: , e: { section: Edge } }\n";
        Assert.Equal([null, "Data", "Edge"], desk.Document().Controls.Select(control => control.Section));
    }
}
