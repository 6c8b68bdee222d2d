using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Who was loaded, and whether it was the same at the end.</summary>
static class IdentityWords
{
    public static string Of(LoadTarget target) => (target.Before, target.After) switch
    {
        (null, null) => "its identity could not be seen",
        ({ } before, null) => $"{Shown(before)}; it could not be seen at the end",
        (null, { } after) => $"{Shown(after)} at the end; it could not be seen at the start",
        ({ } before, { } after) when before.Equals(after) => $"{Shown(before)}, the same before and after",
        ({ } before, { } after) => $"not the same before ({Shown(before)}) and after ({Shown(after)})",
    };

    /// <summary>Whether it may be compared with another run's.</summary>
    public static bool Changed(LoadTarget target) => target is { Before: { } before, After: { } after } && !before.Equals(after);

    public static string Shown(Value.Fields fields) => string.Join(", ", fields.Select(field => $"{field.Key.Replace('_', ' ')} {(field.Value is Value.Text text ? text.Is : field.Value.ToString())}"));
}
