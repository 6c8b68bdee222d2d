using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Regular expressions of a form: without backtracking, and bounded as those of documents are.</summary>
static class Patterns
{
    const int Longest = 500;

    public static Regex? Read(string pattern, string path, FormProblems problems)
    {
        if (pattern.Length is 0 or > Longest) problems.Add(path, $"The pattern is empty or longer than {Longest} characters.", "Write a shorter one.");
        else if (PatternSize.Of(pattern) > PatternSize.Most) problems.Add(path, $"The pattern repeats itself to more than {PatternSize.Most} places.", "Use + or * in place of large counts.");
        else
        {
            try { return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                problems.Add(path, $"\"{Bounded.Start(pattern, 80)}\" is not a regular expression that can be used here.", "Back-references and look-around are not there, and the brackets must match.");
            }
        }

        return null;
    }
}
