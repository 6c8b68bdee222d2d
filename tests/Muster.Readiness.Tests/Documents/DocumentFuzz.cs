using System.Text;

namespace Muster.Readiness.Tests;

/// <summary>Random edits of valid documents: whatever comes of them, the reader answers, soon, and with either a document or a reason.</summary>
public static class DocumentFuzz
{
    static readonly string[] Bits =
    [
        "\t", "\n", "  ", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "<<: ", "|", ">", "'", "\"", "#", "%", "@", "`", "? ", "---\n", "...\n", "\0", "\u2028", "\r", "$(", ")", "$(env:X)",
        "at least ", "between 1 and", "99999999999999999999", "1e400", "-0", "null", "true", "yes", "é", "😀", "check", "each", "expect", "all", "steps", "\\", "[[[[[[[[", "{{{{", "count: ", "2026-02-30", "(a{999}){999}",
    ];

    /// <exception cref="InvalidOperationException">With the document, when the reader breaks its word.</exception>
    public static void Run(int iterations, int seed)
    {
        var random = new Random(seed);
        var main = ShopExample.Main;
        for (var i = 0; i < iterations; i++) Once(Mutate(main, random));
    }

    static void Once(string text)
    {
        var desk = ShopExample.Desk();
        desk["muster.yaml"] = text;
        Reading reading;
        try
        {
            reading = desk.Read();
            ProblemText.Render(reading.Problems);
        }
        catch (Exception error) { throw new InvalidOperationException($"{error.GetType().Name}: {error.Message}\n{text}", error); }

        if (reading.Document is null != reading.Problems.Any(problem => problem.Gravity == Gravity.Error)) throw new InvalidOperationException($"neither a document nor a reason, or both:\n{text}");
        if (reading.Document is { } document && Statements.Read<Document>(Statements.ToBytes(document)).Digest != document.Digest) throw new InvalidOperationException($"does not read back:\n{text}");
        if (reading.Problems.Any(problem => problem.Place.Line < 1 || problem.Place.Column < 1 || problem.Says.Length == 0 || problem.Fix.Length == 0)) throw new InvalidOperationException($"a problem without place or fix:\n{text}");
    }

    static string Mutate(string text, Random random)
    {
        var to = new StringBuilder(text);
        for (var edits = random.Next(1, 6); edits > 0 && to.Length > 10; edits--)
        {
            var at = random.Next(to.Length);
            switch (random.Next(6))
            {
                case 0: to.Insert(at, Bits[random.Next(Bits.Length)]); break;
                case 1: to.Remove(at, Math.Min(random.Next(1, 30), to.Length - at)); break;
                case 2: to[at] = (char)random.Next(0, 300); break;
                case 3: to.Insert(at, to.ToString(random.Next(to.Length - 9), 9)); break;
                case 4: Lines(to, random); break;
                default: to.Insert(at, string.Concat(Enumerable.Repeat(Bits[random.Next(Bits.Length)], random.Next(1, 100)))); break;
            }
        }

        return to.ToString();
    }

    static void Lines(StringBuilder to, Random random)
    {
        var lines = to.ToString().Split('\n').ToList();
        var taken = lines[random.Next(lines.Count)];
        lines.Remove(taken);
        lines.Insert(random.Next(lines.Count + 1), random.Next(2) == 0 ? taken : "  " + taken);
        to.Clear().AppendJoin('\n', lines);
    }
}
