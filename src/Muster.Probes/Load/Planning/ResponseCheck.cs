using System.Text;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Something that must hold of an answer; a failed one counts as a failed check, and its request as failed.</summary>
public abstract record ResponseCheck
{
    ResponseCheck(string name) => Name = name;

    public string Name { get; }

    /// <summary>No pattern is tried on more: without backtracking it costs text times places.</summary>
    internal const int LongestText = 1 << 20;

    public abstract bool ReadsBody { get; }

    public abstract bool Holds(Answer answer);

    internal sealed record Status(string Called, StatusSet Set) : ResponseCheck(Called)
    {
        public override bool ReadsBody => false;

        public override bool Holds(Answer answer) => Set.Has(answer.Status);
    }

    internal sealed record Header(string Called, byte[] Of, AnswerWord Word) : ResponseCheck(Called)
    {
        public override bool ReadsBody => false;

        public override bool Holds(Answer answer) => Word.Holds(AnswerHead.Find(answer.Head.Span, Of) is { } text ? new Value.Text(text) : null);
    }

    internal sealed record Json(string Called, JsonPath Path, AnswerWord Word) : ResponseCheck(Called)
    {
        public override bool ReadsBody => true;

        public override bool Holds(Answer answer) => Word.Holds(Path.Find(answer.Body.Span));
    }

    /// <summary>Over the bytes, so that the commonest check of all costs no text.</summary>
    internal sealed record Contains(string Called, byte[] Part) : ResponseCheck(Called)
    {
        public override bool ReadsBody => true;

        public override bool Holds(Answer answer) => answer.Body.Span.IndexOf(Part) >= 0;
    }

    internal sealed record Body(string Called, AnswerWord Word) : ResponseCheck(Called)
    {
        public override bool ReadsBody => true;

        public override bool Holds(Answer answer) => Word.Holds(answer.Body.IsEmpty ? null : new Value.Text(Encoding.UTF8.GetString(answer.Body.Span)));
    }
}

/// <summary>What must hold of one value of an answer, in the words of documents that say something of a single answer. Nothing seen holds only for <c>present: false</c>.</summary>
abstract record AnswerWord
{
    AnswerWord() { }

    public abstract bool Holds(Value? seen);

    public sealed record Is(Value To) : AnswerWord
    {
        public override bool Holds(Value? seen) => To.Equals(seen);
    }

    public sealed record Present(bool Expected) : AnswerWord
    {
        public override bool Holds(Value? seen) => Expected == seen is not (null or Value.Nothing);
    }

    public sealed record Contains(Value Part) : AnswerWord
    {
        public override bool Holds(Value? seen) => (seen, Part) switch
        {
            (Value.Text whole, Value.Text part) => whole.Is.Contains(part.Is, StringComparison.Ordinal),
            (Value.Items items, _) => items.Are.Contains(Part),
            _ => false,
        };
    }

    public sealed record Matches(Regex Pattern) : AnswerWord
    {
        public override bool Holds(Value? seen) => seen is Value.Text { Is.Length: > 0 and <= ResponseCheck.LongestText } text && Pattern.IsMatch(text.Is);
    }

    public sealed record OneOf(Value.Items Choices) : AnswerWord
    {
        public override bool Holds(Value? seen) => seen is not null && Choices.Are.Contains(seen);
    }

    /// <summary>Of the elements of a list or the fields of a map.</summary>
    public sealed record Count(AnswerWord Number) : AnswerWord
    {
        public override bool Holds(Value? seen) => seen switch
        {
            Value.Items items => Number.Holds(items.Are.Length),
            Value.Fields fields => Number.Holds(fields.Count),
            _ => false,
        };
    }

    /// <summary>Both ends included unless it is strict.</summary>
    public sealed record Between(double Least, double Most, bool Strict) : AnswerWord
    {
        public override bool Holds(Value? seen) => seen is Value.Number { Is: var number } && (Strict ? number > Least && number < Most : number >= Least && number <= Most);
    }

    /// <summary>Nothing seen is no proof of the contrary.</summary>
    public sealed record Not(AnswerWord Inner) : AnswerWord
    {
        public override bool Holds(Value? seen) => seen is not (null or Value.Nothing) && !Inner.Holds(seen);
    }

    public sealed record All(AnswerWord[] Words) : AnswerWord
    {
        public override bool Holds(Value? seen) => Array.TrueForAll(Words, word => word.Holds(seen));
    }
}
