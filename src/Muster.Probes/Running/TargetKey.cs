using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What counts as one target for the bound: the host and port of a URL, else the target as written.</summary>
static class TargetKey
{
    public static string Of(Question question)
    {
        var target = question.Steps.IsEmpty ? null : Given.Address(question.Steps[0]);
        return target is Value.Text { Is: var written } ? Uri.TryCreate(written, UriKind.Absolute, out var uri) ? uri.Authority : written : target?.ToString() ?? "";
    }
}
