using Muster.Conformance.Promql;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Scripts;

public sealed class ScriptReaderTests
{
    internal const string Sample = """
        # A remark.
        clear
        load 1m30s
          up{job="a b", path="}"} 1+1x3
          hist {{sum:1 count:1}}x3
          # ends the block

        load_with_nhcb 5m
          x_bucket{le="+Inf"} 0+1x2
          x_bucket{le="+Inf"}@st -1mx2

        eval instant at 1m sum(up) + 1
          expect no_warn
          expect warn msg: as it is
          expect info regex: a.*
          {} 4

        eval range from -1m to 10 step 30s up{job="a b"}
          up{job="a b", path="}"} 1 _ 2

        eval_ordered instant at 0 sort(up)
        eval_fails below

        """;

    [Fact]
    public void Commands_come_in_order_with_their_lines()
    {
        var commands = ScriptReader.Read(Sample[..Sample.IndexOf("eval_ordered", StringComparison.Ordinal)]);

        Assert.Equal([2, 3, 8, 12, 18], commands.Select(command => command.Line));
        Assert.IsType<ClearCommand>(commands[0]);
        var load = Assert.IsType<LoadCommand>(commands[1]);
        Assert.Equal((90_000, false, 2), (load.Step, load.WithNative, load.Series.Length));
        Assert.Equal(Labels.Of(("__name__", "up"), ("job", "a b"), ("path", "}")), load.Series[0].Labels);
        var native = Assert.IsType<LoadCommand>(commands[2]);
        Assert.Equal((true, false, true), (native.WithNative, native.Series[0].IsStart, native.Series[1].IsStart));
        var instant = Assert.IsType<EvalCommand>(commands[3]);
        Assert.Equal((60_000, 60_000, 0, "sum(up) + 1"), (instant.Start, instant.End, instant.Step, instant.Query));
        Assert.Equal(["NoWarn", "Warn as it is", "Info a.*"], instant.Expected.Notes.Select(note => note.ToString()));
        Assert.Equal(Labels.Empty, Assert.Single(instant.Expected.Series).Labels);
        var range = Assert.IsType<EvalCommand>(commands[4]);
        Assert.Equal((-60_000, 10_000, 30_000, 3), (range.Start, range.End, range.Step, range.Expected.Series[0].Values.Length));
    }

    [Theory]
    [InlineData("eval_fail instant at 1m x", true, false)]
    [InlineData("eval_ordered instant at 1m x", false, true)]
    [InlineData("eval instant at 1m x\nexpect ordered", false, true)]
    [InlineData("eval instant at 1m x\nexpect fail msg:why", true, false)]
    [InlineData("eval instant at 1m x\nexpected_fail_message why", true, false)]
    [InlineData("eval instant at 1m x\nexpected_fail_regexp w.y", true, false)]
    public void Older_forms_and_newer_ones(string text, bool fails, bool isOrdered)
    {
        var eval = Assert.IsType<EvalCommand>(Assert.Single(ScriptReader.Read(text)));
        Assert.Equal((fails, isOrdered, "x", 60_000), (eval.Expected.Fails, eval.Expected.IsOrdered, eval.Query, eval.Start));
        if (text.Contains('w', StringComparison.Ordinal) && fails) Assert.True(eval.Expected.Notes[^1].Matches("why"));
    }

    [Fact]
    public void Scalars_strings_and_range_vectors()
    {
        var evals = ScriptReader.Read("eval instant at 0 1\n-Inf\n\neval instant at 0 \"a\"\nexpect string \"a\\n\"\n\neval instant at 1m m[1m]\nexpect range vector from 10s to 1m step 10s\nm 1 2").Cast<EvalCommand>().ToArray();

        Assert.Equal(double.NegativeInfinity, evals[0].Expected.Scalar);
        Assert.Equal("a\n", evals[1].Expected.Text);
        Assert.Equal((10_000, 60_000, 10_000), evals[2].Expected.RangeVector);
    }

    [Theory]
    [InlineData("\nwhat", 2)]
    [InlineData("load", 1)]
    [InlineData("load 0", 1)]
    [InlineData("load 1m\n up{ 1", 1)]
    [InlineData("load 1m\n up{job=~\"a\"} 1", 1)]
    [InlineData("eval range from 1m to 0 step 1m x", 1)]
    [InlineData("eval range from 0 to 1m step 0 x", 1)]
    [InlineData("eval instant at 1m x\nexpect warn because", 1)]
    [InlineData("eval instant at 1m x\nexpect range vector 1m", 1)]
    [InlineData("eval instant at 1m x\nexpect string a", 1)]
    [InlineData("eval instant at 1m x\nexpect warn regex: (", 1)]
    public void What_is_no_script_is_told_with_its_line(string text, int line)
    {
        var bad = Assert.Throws<FormatException>(() => ScriptReader.Read(text));
        Assert.StartsWith($"line {line}:", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_text_it_is_read_or_refused()
    {
        var random = new Random(13);
        string[] pieces = ["{{", "}}", "[", "]", "x9", "_", "\"", "\\", "eval", "expect", "range", "\n", "\n\n", "@st", "1e", "+", "-", "{", "}", " ", "#", "9999999999999", "å\ud83d"];
        var (read, refused) = (0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var text = Sample;
            for (var left = random.Next(1, 4); left > 0; left--)
            {
                var at = random.Next(text.Length);
                var end = Math.Min(text.Length, at + random.Next(0, 6));
                text = text[..at] + pieces[random.Next(pieces.Length)] + text[end..];
            }

            try
            {
                ScriptReader.Read(text.Replace("eval_fails below", "", StringComparison.Ordinal));
                read++;
            }
            catch (FormatException) { refused++; }
        }

        Assert.True(read > 100 && refused > 100, $"{read} were read, {refused} refused");
    }
}
