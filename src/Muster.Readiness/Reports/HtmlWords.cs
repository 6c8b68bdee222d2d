namespace Muster.Readiness;

/// <summary>Small things of the page: a state, a verdict, an instant. Colour is never alone: mark and word stand with it.</summary>
static class HtmlWords
{
    static readonly TextStyle Marks = new() { Unicode = true };

    public static Html Of(State state) => Html.Of($"""<span class="pill {Class(state)}"><span aria-hidden="true">{Marks.Mark(state)}</span> {StateWords.Of(state)}</span>""");

    public static Html Of(ControlShown control)
    {
        if (control.Out is not null) return Html.Of($"""<span class="pill none"><span aria-hidden="true">○</span> not in set</span>""");
        var beside = Html.Join(StateWords.Beside(control).Select(word => Html.Of($""" <span class="beside">{word}</span>""")));
        return Html.Of($"{Of(control.State)}{beside}");
    }

    public static Html Of(Verdict verdict) =>
        Html.Of($"""<span class="pill {Class(verdict)}"><span aria-hidden="true">{Marks.Mark(verdict)}</span> {VerdictWords.Of(verdict)}</span>""");

    public static Html Holds(bool? holds)
    {
        var (name, word) = holds switch { true => ("good", "holds"), false => ("bad", "does not hold"), null => ("doubt", "could not be told") };
        return Html.Of($"""<span class="pill {name}"><span aria-hidden="true">{Marks.Mark(holds)}</span> {word}</span>""");
    }

    public static Html Counts(bool counts, string? whyNot) => counts
        ? Html.Of($"""<span class="pill good"><span aria-hidden="true">✓</span> counts</span>""")
        : Html.Of($"""<span class="pill bad"><span aria-hidden="true">✗</span> does not count</span>{(whyNot is null ? Html.None : Html.Of($" {whyNot}"))}""");

    public static Html Time(DateTimeOffset instant) => Html.Of($"""<time datetime="{Instant.Write(instant)}">{InstantWords.Of(instant)}</time>""");

    public static Html Time(DateTimeOffset instant, DateTimeOffset now) => Html.Of($"""{Time(instant)} <span class="soft">({InstantWords.Beside(instant, now)})</span>""");

    public static Html Id(string id) => Html.Of($"<code>{id}</code>");

    public static string Mark(State state) => Marks.Mark(state);

    public static string Mark(Verdict verdict) => Marks.Mark(verdict);

    public static string Class(State state) => state switch { State.Met => "good", State.Failed => "bad", State.Unproven => "doubt", _ => "none" };

    public static string Class(Verdict verdict) => verdict switch
    {
        Verdict.NoGo => "bad",
        Verdict.Undecided => "doubt",
        Verdict.Held => "held",
        _ => "good",
    };
}
