using System.Globalization;
using System.Text;

namespace Muster.Probes;

/// <summary>One sample of an exposition.</summary>
/// <param name="Time">In seconds since 1970, where the line says one.</param>
sealed record ExposedSample(string Name, IReadOnlyList<(string Name, string Text)> Labels, double Value, double? Time)
{
    /// <summary>The series by name and labels, whatever their order was.</summary>
    public string Key => Without(null);

    /// <summary>The series as if it had not this label.</summary>
    public string Without(string? label)
    {
        var labels = Labels.Where(one => one.Name != label).OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => $"{one.Name}=\"{one.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"");
        return string.Join(',', labels) is { Length: > 0 } all ? $"{Name}{{{all}}}" : Name;
    }

    public string? this[string label] => Labels.FirstOrDefault(one => one.Name == label).Text;
}

/// <summary>Reads one line of a sample: <c>name{label="text"} value time</c>, and in OpenMetrics what may follow it. It goes through the line once.</summary>
ref struct ExpositionLine
{
    const int MostLabels = 200;
    readonly string _line;
    readonly bool _openMetrics;
    int _at;
    string? _wrong;

    ExpositionLine(string line, bool openMetrics) => (_line, _openMetrics) = (line, openMetrics);

    readonly char Next => _at < _line.Length ? _line[_at] : '\0';

    /// <summary>The sample, or what is wrong with the line.</summary>
    public static (ExposedSample? Sample, string? Wrong) Read(string line, bool openMetrics)
    {
        var reader = new ExpositionLine(line, openMetrics);
        var sample = reader.Whole();
        return reader._wrong is { } wrong ? (null, wrong) : (sample, null);
    }

    public static bool IsName(string name) => name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] is '_' or ':') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');

    static bool IsLabel(string name) => name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    ExposedSample? Whole()
    {
        var name = Until(static c => c is '{' or ' ' or '\t');
        if (!_openMetrics) Blanks();
        List<(string, string)> labels = [];
        if (Next == '{') name = Labels(labels, name);
        else if (!IsName(name)) return Wrong("its name has characters that a name may not have");
        if (_wrong is not null) return null;
        if (name is not { Length: > 0 }) return Wrong("it has no name");
        if (!Gap()) return Wrong("there is no space before its value");
        if (Sample.Number(Until(static c => c is ' ' or '\t')) is not { } value) return Wrong("its value is no number");
        Blanks();
        double? time = null;
        if (_at < _line.Length && Next != '#')
        {
            if (Moment(Until(static c => c is ' ' or '\t')) is not { } moment) return Wrong("its time is no number");
            time = moment;
            Blanks();
        }

        // An exemplar follows a "#"; it is of a single request, and nothing is judged by it.
        return _at < _line.Length && !(_openMetrics && Next == '#') ? Wrong("something stands behind it") : new(name, labels, value, time);
    }

    readonly double? Moment(string text) => _openMetrics
        ? Sample.Number(text) is { } seconds && double.IsFinite(seconds) ? seconds : null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds / 1000d : null;

    /// <summary>The labels within the braces, and the name, which may stand among them in quotes.</summary>
    string? Labels(List<(string, string)> labels, string name)
    {
        if (name.Length > 0 && !IsName(name)) return Wrong<string>("its name has characters that a name may not have");
        _at++;
        while (true)
        {
            Blanks();
            if (Next == '}')
            {
                _at++;
                return name;
            }

            var quoted = Next == '"';
            var label = quoted ? Quoted() : Until(static c => c is '=' or ' ' or '\t' or '}' or ',').Trim();
            if (_wrong is not null) return null;
            Blanks();
            if (quoted && Next != '=' && name.Length == 0 && label!.Length > 0) name = label;
            else
            {
                if (Next != '=') return Wrong<string>("a label has no \"=\"");
                _at++;
                Blanks();
                if (!quoted && !IsLabel(label!)) return Wrong<string>("a label's name has characters that it may not have");
                if (Next != '"') return Wrong<string>("a label's text is not in quotes");
                var text = Quoted();
                if (_wrong is not null) return null;
                if (labels.Exists(one => one.Item1 == label)) return Wrong<string>($"the label \"{Bounded.Start(label!, 40)}\" stands twice");
                if (labels.Count == MostLabels) return Wrong<string>($"it has more than {MostLabels} labels");
                labels.Add((label!, text!));
            }

            Blanks();
            if (Next == ',') _at++;
            else if (Next != '}') return Wrong<string>("its labels do not end");
        }
    }

    /// <summary>A text in quotes, from its first quote to behind its last.</summary>
    string? Quoted()
    {
        var text = new StringBuilder();
        for (_at++; _at < _line.Length; _at++)
        {
            var letter = _line[_at];
            if (letter == '"')
            {
                _at++;
                return text.ToString();
            }

            if (letter != '\\')
            {
                text.Append(letter);
                continue;
            }

            _at++;
            if (Next is not ('\\' or '"' or 'n')) return Wrong<string>("a text has an escape that there is none of");
            text.Append(Next == 'n' ? '\n' : Next);
        }

        return Wrong<string>("a text does not end");
    }

    string Until(Func<char, bool> ends)
    {
        var from = _at;
        while (_at < _line.Length && !ends(_line[_at])) _at++;
        return _line[from.._at];
    }

    void Blanks()
    {
        while (Next is ' ' or '\t') _at++;
    }

    bool Gap()
    {
        var from = _at;
        Blanks();
        return _at > from || from > 0 && _line[from - 1] is ' ' or '\t' or '}' && !_openMetrics;
    }

    ExposedSample? Wrong(string says) => Wrong<ExposedSample>(says);

    T? Wrong<T>(string says) where T : class
    {
        _wrong ??= says;
        return null;
    }
}
