namespace Muster.Readiness;

/// <summary>The page's only style. Inks stand at 4.5:1 or more on every ground that they are used on, in both schemes; a test reckons it.</summary>
public static class HtmlStyle
{
    public static readonly Html Sheet = Html.Of($"{HtmlColours.Light}{HtmlColours.Dark}{HtmlStyleText.Sheet}{HtmlStyleParts.Sheet}{HtmlStyleMedia.Sheet}");
}
