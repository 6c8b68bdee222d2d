namespace Muster.House.Tests;

/// <summary>A C# file. <see cref="Code"/> is its text with comments and the insides of literals blanked, so that lines and columns stay.</summary>
sealed record SourceFile(string Path, string Text)
{
    string? _code;

    public string Code => _code ??= CodeOnly.Of(Text);

    public int Lines => Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);

    public int LineOf(int index) => Text.AsSpan(0, index).Count('\n') + 1;
}
