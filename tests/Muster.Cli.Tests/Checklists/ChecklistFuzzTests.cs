using System.Text;
using Muster.Cli.Checklists;

namespace Muster.Cli.Tests;

/// <summary>Whatever is written as Markdown: it is read or refused, no line of it is lost, and what is made of it is sound and stands still.</summary>
public sealed class ChecklistFuzzTests
{
    static readonly string[] Bits =
    [
        "- ", "* ", "+ ", "1. ", "2) ", "- [ ] ", "- [x] ", "[ ] ", "☐ ", "✅ ", "# ", "## ", "### [ ] ", "> ", ">> ", "| a | b |\n|---|---|\n", "| Check | Status |\n|---|---|\n| x | y |\n", "|", "\n", "\n\n", "\r\n", "\r", "    ", "\t", "```", "~~~sh\n", "`",
        "<!-- muster: no control -->", "<!--", "-->", "<details>\n", "<b>", "[a](#b)", "[a](http://x.test)", "![i](", "[^1]", "[^1]: note", "[r]: http://x.test\n", "---\n", "===\n", "***", "**bold**", "_", "\\", "&amp;", "&#0;",
        "https://shop.test/health answers 200", "`curl -f https://shop.test`", "`nc -z db.test 5432`", "`dig shop.test MX`", "`./bin/run --now`", "SEC-12: ", "key: value # c", "\"q\"", "'", "$(env:X)", "$(", "{", "}", "&a", "*a", "!t", "%", "@", "~",
        "\u202e", "\u200f", "\ufeff", "\0", "\u0007", "\u001b[31m", "\u2028", "\u0085", "הגיבוי", "備份", "🚀", "é", "a", "the backup runs", "must", "true", "null", "012", "?", ":", "…",
    ];

    static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("MUSTER_FUZZ_ROUNDS"), out var rounds) ? rounds : 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Arbitrary_Markdown_is_read_without_losing_a_line(int seed)
    {
        var random = new Random(seed);
        var samples = Samples.Names.Select(name => Encoding.UTF8.GetString(Samples.Bytes(name))).ToList();
        for (var i = 0; i < Rounds * 10; i++)
        {
            var text = random.Next(3) == 0 ? Written(random) : Changed(samples[random.Next(samples.Count)], random);
            if (ChecklistReader.Read("READINESS.md", Encoding.UTF8.GetBytes(text)) is ChecklistReading.Read { Checklist: var checklist })
            {
                try { Samples.NoLineIsLost(checklist, text.TrimStart('\uFEFF')); }
                catch (Exception lost) { throw new InvalidOperationException($"{lost.Message}\n{text}", lost); }
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_made_of_it_is_sound_and_a_second_import_changes_nothing(int seed)
    {
        var random = new Random(seed);
        var samples = Samples.Names.Select(name => Encoding.UTF8.GetString(Samples.Bytes(name))).ToList();
        using var nowhere = new Scratch();
        for (var i = 0; i < Rounds; i++)
        {
            var text = random.Next(3) == 0 ? Written(random) : Changed(samples[random.Next(samples.Count)], random);
            try { Stands(nowhere.Folder, Encoding.UTF8.GetBytes(text)); }
            catch (Exception broken) when (broken is not Refusal) { throw new InvalidOperationException($"{broken.Message}\n{text}", broken); }
            catch (Refusal refused) when (refused.ExitCode == ExitCode.BadInput)
            {
                Assert.True(refused.Message.Contains("nothing in it is a control", StringComparison.Ordinal) || refused.Message.Contains("nested too deeply", StringComparison.Ordinal), $"{refused.Message}\n{text}");
            }
        }
    }

    /// <summary>An edit between two imports: whatever it is, nothing that stood in the YAML is lost, and the second import after it is still.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void After_any_edit_of_the_checklist_every_control_still_stands(int seed)
    {
        var random = new Random(seed);
        var samples = Samples.Names.Select(name => Encoding.UTF8.GetString(Samples.Bytes(name))).ToList();
        using var nowhere = new Scratch();
        for (var i = 0; i < Rounds / 2; i++)
        {
            var text = samples[random.Next(samples.Count)];
            var desk = Samples.Import(nowhere.Folder, Encoding.UTF8.GetBytes(text)).Desk;
            var before = desk.Read().Document!;
            desk.Put("READINESS.md", Encoding.UTF8.GetBytes(Changed(text, random)));
            try { new ChecklistImport(desk, "READINESS.md", null, []).Prepare(); }
            catch (Refusal) { continue; }
            Samples.Sound(desk);
            var after = desk.Read().Document!;
            Assert.All(before.Controls, control => Assert.Equal((control with { Sentence = null }).Digest, (after.Control(control.Id)! with { Sentence = null }).Digest));
            var text2 = desk["controls/READINESS.yaml"];
            Assert.All(new ChecklistImport(desk, "READINESS.md", null, []).Prepare().Sentences, one => Assert.NotEqual(Fate.Added, one.Fate));
            Assert.Equal(text2, desk["controls/READINESS.yaml"]);
        }
    }

    static void Stands(string folder, byte[] checklist)
    {
        var (_, desk) = Samples.Import(folder, checklist);
        var digest = Samples.Sound(desk);
        Assert.DoesNotContain(desk.Read().Document!.Controls, control => control.Sentence!.Lost is not null);
        var yaml = desk["controls/READINESS.yaml"];
        Assert.All(new ChecklistImport(desk, "READINESS.md", null, []).Prepare().Sentences, one => Assert.Equal(Fate.Same, one.Fate));
        Assert.Equal((digest, yaml), (Samples.Sound(desk), desk["controls/READINESS.yaml"]));
    }

    static string Written(Random random)
    {
        var to = new StringBuilder();
        for (var bits = random.Next(1, 60); bits > 0; bits--) to.Append(Bits[random.Next(Bits.Length)]);
        return to.ToString();
    }

    static string Changed(string text, Random random)
    {
        var to = new StringBuilder(text);
        for (var edits = random.Next(1, 6); edits > 0 && to.Length > 10; edits--)
        {
            var at = random.Next(to.Length);
            switch (random.Next(5))
            {
                case 0: to.Insert(at, Bits[random.Next(Bits.Length)]); break;
                case 1: to.Remove(at, Math.Min(random.Next(1, 40), to.Length - at)); break;
                case 2: to.Insert(at, string.Concat(Enumerable.Repeat(Bits[random.Next(Bits.Length)], random.Next(1, 30)))); break;
                case 3: to.Insert(at, to.ToString(random.Next(to.Length - 9), 9)); break;
                default:
                    var lines = to.ToString().Split('\n').ToList();
                    var taken = lines[random.Next(lines.Count)];
                    if (random.Next(3) > 0) lines.Remove(taken);
                    if (random.Next(3) > 0) lines.Insert(random.Next(lines.Count + 1), random.Next(2) == 0 ? taken : "  " + taken);
                    to.Clear().AppendJoin('\n', lines);
                    break;
            }
        }

        // Half a surrogate pair is no text that a file could hold.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(to.ToString()));
    }
}
