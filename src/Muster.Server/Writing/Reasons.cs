namespace Muster.Server.Writing;

/// <summary>Why some of a request was not taken, for its sender. A reason may cite what was sent, and that may be long.</summary>
static class Reasons
{
    const int Longest = 500;

    public static string Of(IEnumerable<string> reasons) => string.Join("; ", reasons.Select(reason => reason.Length <= Longest ? reason : $"{reason[..Longest]}…"));
}
