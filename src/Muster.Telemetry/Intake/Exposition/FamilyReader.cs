using System.Text;

namespace Muster.Telemetry.Intake.Exposition;

/// <summary>Gathers what the lines <c># HELP</c>, <c># TYPE</c> and <c># UNIT</c> say of one family after another.</summary>
sealed class FamilyReader(ExpositionFormat format, Unescaping unescaping, SampleBatch into)
{
    byte[] _name = [];
    string _family = "";
    string _kind = "unknown";
    string _help = "";
    string _unit = "";

    /// <summary>The label whose value is a number in this family; empty when there is none.</summary>
    public ReadOnlySpan<byte> BoundLabel => _kind switch { "histogram" => "le"u8, "summary" => "quantile"u8, _ => [] };

    /// <param name="word">The one behind <c># </c>.</param>
    /// <returns>False: it is no such line.</returns>
    public bool Read(ReadOnlySpan<byte> word, ref LineCursor line)
    {
        if (word.SequenceEqual("HELP"u8))
        {
            Family(ref line);
            // In the text format, what names no metric is a comment: some describe what they show under another name.
            if (!line.IsAtEnd && !line.IsAtBlank && format == ExpositionFormat.Text) return false;
            // A family may be described by nothing.
            if (!line.IsAtEnd && !line.Take((byte)' ')) line.Gap();
            line.Blank();
            _help = Encoding.UTF8.GetString(unescaping.Of(line.Rest()));
        }
        else if (word.SequenceEqual("TYPE"u8))
        {
            Family(ref line);
            if (!line.IsAtBlank) throw line.Bad("a space is missing behind the family's name");
            line.Gap();
            _kind = Kind(line.Token()) is { } kind && (kind != "untyped" || format == ExpositionFormat.Text) ? kind.Replace("untyped", "unknown", StringComparison.Ordinal) : throw line.Bad("the type is none that there is");
            line.Blank();
            if (!line.IsAtEnd) throw line.Bad("something stands behind the type");
        }
        else if (format == ExpositionFormat.OpenMetrics && word.SequenceEqual("UNIT"u8))
        {
            Family(ref line);
            line.Gap();
            _unit = Encoding.UTF8.GetString(line.Rest());
            if (_unit.Length > 0 && !_family.EndsWith('_' + _unit, StringComparison.Ordinal)) throw line.Bad($"the name {_family} does not end in its unit, {_unit}");
        }
        else return false;

        return true;
    }

    /// <summary>No more comes of this family.</summary>
    public void Finish()
    {
        if (_family.Length > 0) into.Metadata.Add(new(_family, _kind, _help, _unit));
        (_family, _kind, _help, _unit) = ("", "unknown", "", "");
    }

    void Family(ref LineCursor line)
    {
        line.Gap();
        var name = line.Current == '"' ? unescaping.Of(line.Quoted()) : line.MetricName();
        if (name.IsEmpty) throw line.Bad("the name of a family is missing");
        if (_family.Length > 0 && name.SequenceEqual(_name)) return;
        Finish();
        _name = name.ToArray();
        _family = Encoding.UTF8.GetString(name);
    }

    static string? Kind(ReadOnlySpan<byte> word)
    {
        foreach (var kind in Kinds)
        {
            if (Ascii.Equals(word, kind)) return kind;
        }

        return null;
    }

    static readonly string[] Kinds = ["counter", "gauge", "histogram", "summary", "untyped", "unknown", "gaugehistogram", "info", "stateset"];
}
