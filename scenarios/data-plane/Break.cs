namespace Muster.DataPlane;

/// <summary>Something that is really broken, how it is mended, and what must be red while it is: that and nothing else.</summary>
/// <param name="Says">The fault, in words.</param>
/// <param name="Catches">The controls that say so by name; each must not be met.</param>
/// <param name="Plant">Returns when it is there to be seen.</param>
/// <param name="Mend">Returns when all is well again.</param>
/// <param name="Alongside">Controls, or <c>prefix.*</c>, that cannot be met meanwhile for the same cause, as those of a server that is gone.</param>
sealed record Break(string Says, string[] Catches, Func<CancellationToken, Task> Plant, Func<CancellationToken, Task> Mend, params string[] Alongside)
{
    public bool Explains(string control) => Catches.Contains(control) || Alongside.Any(one => one.EndsWith('*') ? control.StartsWith(one[..^1], StringComparison.Ordinal) : one == control);
}
