namespace Muster.Readiness;

/// <summary>What a piece of text is for; a terminal with colour shows it, one without loses nothing.</summary>
enum Ink { Plain, Strong, Faint, Good, Bad, Doubt, GoodBadge, BadBadge, DoubtBadge }

/// <summary>A piece of a line. Words may be wrapped apart unless <see cref="Whole"/>.</summary>
readonly record struct Inked(string Text, Ink Ink = Ink.Plain, bool Whole = false)
{
    public static implicit operator Inked(string text) => new(text);

    public static Ink Of(State state) => state switch
    {
        State.Met => Ink.Good,
        State.Failed => Ink.Bad,
        _ => Ink.Doubt,
    };

    public static Ink Badge(Verdict verdict) => verdict switch
    {
        Verdict.NoGo => Ink.BadBadge,
        Verdict.Undecided or Verdict.Held => Ink.DoubtBadge,
        _ => Ink.GoodBadge,
    };

    public static string Code(Ink ink) => ink switch
    {
        Ink.Strong => "1",
        Ink.Faint => "2",
        Ink.Good => "32",
        Ink.Bad => "31",
        Ink.Doubt => "33",
        Ink.GoodBadge => "1;30;42",
        Ink.BadBadge => "1;97;41",
        Ink.DoubtBadge => "1;30;43",
        _ => "",
    };
}
