using System.Globalization;
using System.Text;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Exposition;

/// <summary>
/// Reads a text of metrics into a batch: one series for each line with a sample, in their order; what is said of families; exemplars. Names of all of
/// UTF-8 stand in quotes within the braces (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details"/>). Lines
/// <c>_created</c> of OpenMetrics are series like others. Used again from text to text; not for two threads.
/// </summary>
public sealed class ExpositionParser(ExpositionLimits? limits = null)
{
    /// <summary>Characters of an exemplar's labels; a longer one is left out, as OpenMetrics allows.</summary>
    const int LongestExemplar = 128;

    readonly SeriesKeyWriter _key = new();
    readonly Unescaping _unescaping = new();
    readonly ExpositionLimits _limits = limits ?? ExpositionLimits.Default;
    ExpositionFormat _format;
    SampleBatch _into = null!; // Both are there while a text is read.
    FamilyReader _family = null!;
    long _defaultTime;
    bool _isOver;

    /// <summary>Like <see cref="Read"/>, with the problem in words; null when there is none.</summary>
    public string? Parse(ReadOnlySpan<byte> text, bool isOpenMetrics, long defaultTime, SampleBatch into)
    {
        try { Read(text, isOpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text, defaultTime, into); }
        catch (IntakeProblem problem) { return problem.Message; }
        return null;
    }

    /// <param name="defaultTime">The time of samples that have none of their own, in milliseconds, whatever it is.</param>
    /// <exception cref="IntakeProblem">On which line, and what is wrong there. The batch holds what came before.</exception>
    public void Read(ReadOnlySpan<byte> text, ExpositionFormat format, long defaultTime, SampleBatch into)
    {
        (_format, _defaultTime, _into, _isOver) = (format, defaultTime, into, false);
        _family = new(format, _unescaping, into);
        try { All(text); }
        finally { (_into, _family) = (null!, null!); }
    }

    void All(ReadOnlySpan<byte> text)
    {
        var number = 0;
        while (!text.IsEmpty)
        {
            number++;
            var length = text.IndexOf((byte)'\n');
            var line = length < 0 ? text : text[..length];
            text = length < 0 ? [] : text[(length + 1)..];
            if (line.Length > _limits.LongestLine) throw new IntakeProblem(IntakeProblemKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"line {number} is {line.Length} bytes long, and {_limits.LongestLine} are taken"));
            var cursor = new LineCursor(line, number, _format);
            if (_isOver) throw cursor.Bad("something stands behind # EOF");
            Line(ref cursor);
        }

        if (!_isOver && _format == ExpositionFormat.OpenMetrics) throw IntakeProblem.Malformed("the text does not end with # EOF: it may be cut off");
        _family.Finish();
    }

    void Line(ref LineCursor line)
    {
        line.Blank();
        if (line.IsAtEnd && _format == ExpositionFormat.Text) return;
        if (!line.Take((byte)'#'))
        {
            Sample(ref line);
            return;
        }

        if (_format == ExpositionFormat.Text) line.Blank();
        else line.Gap();
        var word = line.Token();
        if (_family.Read(word, ref line) || _format == ExpositionFormat.Text) return;
        _isOver = word.SequenceEqual("EOF"u8) && line.IsAtEnd ? true : throw line.Bad("OpenMetrics has no comments of one's own");
    }

    void Sample(ref LineCursor line)
    {
        if (_into.Count >= _limits.MostSamples) throw new IntakeProblem(IntakeProblemKind.TooLarge, $"more than {_limits.MostSamples} samples");
        _key.Clear();
        var name = line.MetricName();
        _key.Add("__name__"u8, name);
        var isApart = line.IsAtBlank;
        line.Blank();
        var hasBraces = line.Take((byte)'{');
        var isNamed = hasBraces ? Braces(ref line, !name.IsEmpty) : !name.IsEmpty;
        if (!isNamed) throw line.Bad(hasBraces ? "a sample has no name" : "here begins no name of a metric");
        if (!_key.TryFinish(out var key, out var problem)) throw line.Bad(problem);
        var series = _into.Open(key);
        if (_format == ExpositionFormat.OpenMetrics) line.Gap();
        else if (!hasBraces && !isApart) throw line.Bad("a space is missing behind the name");
        line.Blank();
        var token = line.Token();
        if (!Numbers.TryValue(token, out var value)) throw line.Bad($"{Shown(token)} is no value");
        var time = Time(ref line);
        _into.Add(series, time, value);
        if (_format == ExpositionFormat.OpenMetrics && !line.IsAtEnd) Exemplar(ref line, series, time);
        else if (!line.IsAtEnd) throw line.Bad("something stands behind the sample");
    }

    /// <summary>Up to the closing brace.</summary>
    /// <returns>Whether the series has a name by now.</returns>
    bool Braces(ref LineCursor line, bool isNamed)
    {
        for (line.Blank(); !line.Take((byte)'}'); line.Blank())
        {
            if (_key.Count > _limits.MostLabels) throw new IntakeProblem(IntakeProblemKind.TooLarge, line.Bad($"more than {_limits.MostLabels} labels").Message);
            var isQuoted = line.Current == '"';
            var label = isQuoted ? line.Quoted() : line.LabelName();
            if (label.IsEmpty) throw line.Bad("the name of a label is missing");
            line.Blank();
            if (line.Take((byte)'='))
            {
                line.Blank();
                var value = line.Quoted();
                if (isQuoted) Add(_unescaping.Of(label).ToArray(), value);
                else if (_family.BoundLabel is { IsEmpty: false } bound && label.SequenceEqual(bound)) _key.Add(label, BoundText.Normal(value));
                else Add(label, value);
                isNamed |= label.SequenceEqual("__name__"u8) && !value.IsEmpty;
            }
            else if (isQuoted && !isNamed)
            {
                Add("__name__"u8, label);
                isNamed = true;
            }
            else throw line.Bad($"the label {Shown(label)} has no value");

            line.Blank();
            if (!line.Take((byte)',') && line.Current != '}') throw line.Bad("a comma or a closing brace is missing behind a label");
        }

        return isNamed;
    }

    void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _key.Add(name, _unescaping.Of(value));

    /// <summary>The next token, when it is a time; the blank before it is taken as well.</summary>
    long Time(ref LineCursor line)
    {
        if (line.IsAtEnd) return _defaultTime;
        line.Gap();
        if (line.IsAtEnd && _format == ExpositionFormat.Text) return _defaultTime;
        if (line.Current == '#' && _format == ExpositionFormat.OpenMetrics) return _defaultTime;
        var token = line.Token();
        if (!Numbers.TryTime(token, _format, out var time)) throw line.Bad($"{Shown(token)} is no timestamp");
        if (_format == ExpositionFormat.Text) line.Blank();
        else if (!line.IsAtEnd)
        {
            line.Gap();
            if (line.IsAtEnd) throw line.Bad("a space stands behind the sample");
        }

        return time;
    }

    void Exemplar(ref LineCursor line, int series, long time)
    {
        if (!line.Take("# {"u8)) throw line.Bad("something stands behind the sample that is no exemplar");
        var labels = new List<Label>(2);
        var length = 0;
        while (!line.Take((byte)'}'))
        {
            if (labels.Count >= LongestExemplar) throw line.Bad("an exemplar has more labels than are taken");
            var name = line.Current == '"' ? line.Quoted() : line.LabelName();
            if (name.IsEmpty || !line.Take((byte)'=')) throw line.Bad("an exemplar's label has no name or no value");
            var label = new Label(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(_unescaping.Of(line.Quoted())));
            if (labels.Exists(one => one.Name == label.Name)) throw line.Bad($"an exemplar has the label {label.Name} twice");
            labels.Add(label);
            length += label.Name.EnumerateRunes().Count() + label.Value.EnumerateRunes().Count();
            if (!line.Take((byte)',') && line.Current != '}') throw line.Bad("a comma or a closing brace is missing in an exemplar");
        }

        line.Gap();
        if (!Numbers.TryValue(line.Token(), out var value)) throw line.Bad("an exemplar has no value");
        if (!line.IsAtEnd)
        {
            line.Gap();
            if (!Numbers.TryTime(line.Token(), _format, out time)) throw line.Bad("an exemplar's timestamp is none");
        }

        if (!line.IsAtEnd) throw line.Bad("something stands behind the exemplar");
        if (length <= LongestExemplar) _into.Exemplars.Add(new(series, time, value, Series.Labels.Of(labels)));
    }

    static string Shown(ReadOnlySpan<byte> token) => token.IsEmpty ? "nothing" : $"\"{Encoding.UTF8.GetString(token[..Math.Min(token.Length, 40)])}\"";
}
