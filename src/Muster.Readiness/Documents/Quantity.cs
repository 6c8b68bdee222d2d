namespace Muster.Readiness;

/// <summary>Values as people read them.</summary>
public static class Quantity
{
    public static string Show(Value value, Shape shape) => value switch
    {
        Value.Number number when !double.IsFinite(number.Is) => "not a number",
        Value.Number number when shape == Shape.Percentage => CanonicalJson.Number(Math.Round(number.Is * 100, 6)) + "%",
        Value.Number number when shape == Shape.Duration => CanonicalJson.Number(number.Is) + "s",
        Value.Text text => text.Is,
        _ => value.ToString(),
    };
}
