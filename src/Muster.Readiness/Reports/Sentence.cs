namespace Muster.Readiness;

/// <summary>Text that others wrote, set between sentences of ours.</summary>
static class Sentence
{
    /// <summary>With a full stop, unless it ends in a mark already.</summary>
    public static string End(string text)
    {
        var trimmed = text.TrimEnd();
        return trimmed.Length == 0 || trimmed[^1] is '.' or '!' or '?' or ':' ? trimmed : trimmed + ".";
    }
}
