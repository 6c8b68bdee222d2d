using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Takes a value out of an answer for later requests of the same user.</summary>
public abstract record Extraction
{
    Extraction(string name) => Name = name;

    public string Name { get; }

    /// <summary>A longer value is as good as none: it would be sent again and again.</summary>
    public const int Longest = 64 * 1024;

    public abstract bool ReadsBody { get; }

    /// <summary>The value, or null if it is not there.</summary>
    public abstract string? From(Answer answer);

    static string? Bounded(string? text) => text is { Length: <= Longest } ? text : null;

    /// <summary>By JSON Pointer: a text, a number or a truth as it is, anything else as JSON; JSON's null is no value.</summary>
    internal sealed record Json(string Called, JsonPath Path) : Extraction(Called)
    {
        public override bool ReadsBody => true;

        public override string? From(Answer answer) => Path.Find(answer.Body.Span) switch
        {
            null or Value.Nothing => null,
            Value.Text text => Bounded(text.Is),
            var other => Bounded(other.ToString()),
        };
    }

    internal sealed record Header(string Called, byte[] Of) : Extraction(Called)
    {
        public override bool ReadsBody => false;

        public override string? From(Answer answer) => Bounded(AnswerHead.Find(answer.Head.Span, Of));
    }

    internal sealed record Cookie(string Called, string Of) : Extraction(Called)
    {
        public override bool ReadsBody => false;

        public override string? From(Answer answer) => Bounded(CookieJar.Set(answer, Of));
    }

    internal sealed record Pattern(string Called, Regex Regex, int Group) : Extraction(Called)
    {
        public override bool ReadsBody => true;

        public override string? From(Answer answer)
        {
            if (answer.Body.Length > ResponseCheck.LongestText) return null;
            var match = Regex.Match(Encoding.UTF8.GetString(answer.Body.Span));
            return match.Success && match.Groups[Group] is { Success: true } group ? Bounded(group.Value) : null;
        }
    }
}
