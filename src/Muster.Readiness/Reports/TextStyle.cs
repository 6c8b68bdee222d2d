namespace Muster.Readiness;

/// <summary>How a report is printed on a terminal. What the terminal can do is found out at the edge and passed in.</summary>
public sealed record TextStyle
{
    /// <summary>Columns; taken as at least 40 and, since longer lines are hard to read, at most 120.</summary>
    public int Width { get; init; } = 100;

    /// <summary>ANSI SGR codes. Nothing is said by colour alone.</summary>
    public bool Colour { get; init; }

    /// <summary>Marks such as ✓ and ✗; without it plain ASCII marks. Text from the document stays as it is.</summary>
    public bool Unicode { get; init; }

    /// <summary>Also the parts of each control with expected, observed, evidence and when its kind was last seen failing.</summary>
    public bool Verbose { get; init; }

    internal int Columns => Math.Clamp(Width, 40, 120);

    internal string Mark(State state) => state switch
    {
        State.Met => Unicode ? "✓" : "+",
        State.Failed => Unicode ? "✗" : "x",
        State.Unproven => "?",
        _ => Unicode ? "–" : "-",
    };

    internal string Mark(bool? holds) => holds switch
    {
        true => Mark(State.Met),
        false => Mark(State.Failed),
        null => Mark(State.Unproven),
    };

    internal string Mark(Verdict verdict) => verdict switch
    {
        Verdict.NoGo => Mark(State.Failed),
        Verdict.Undecided => "?",
        Verdict.Held => Unicode ? "‖" : "=",
        Verdict.ConditionalGo => "!",
        _ => Mark(State.Met),
    };

    internal string Dot => Unicode ? " · " : " - ";

    internal string Out => Unicode ? "○" : "o";
}
