namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Parts of the language that are experimental upstream.</summary>
[Flags]
public enum PromqlFeatures
{
    None = 0,
    Functions = 1,
    ExtendedSelectors = 2,
    FillModifiers = 4,
    DurationExpressions = 8,
    All = Functions | ExtendedSelectors | FillModifiers | DurationExpressions,
}
