namespace Muster.Readiness;

/// <summary>A verdict, or why there is none.</summary>
public abstract record Judgement
{
    Judgement() { }

    public sealed record Given(Decision Decision) : Judgement;

    public sealed record None(string Because) : Judgement;
}
