using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

enum Paint { Plain, Strong, Faint, Good, Bad, Doubt }

/// <summary>Lines of a terminal. Nothing is said by colour alone; text of others is put on one line and cannot drive the terminal.</summary>
sealed class Painted(TextStyle style)
{
    readonly StringBuilder _to = new();

    public int Columns { get; } = Math.Clamp(style.Width, 60, 120);

    public bool Unicode => style.Unicode;

    public string Dot => style.Unicode ? " · " : ", ";

    public Painted Add(string text, Paint paint = Paint.Plain)
    {
        var code = paint switch { Paint.Strong => "1", Paint.Faint => "2", Paint.Good => "32", Paint.Bad => "31", Paint.Doubt => "33", _ => "" };
        if (!style.Unicode) text = text.Replace("µs", "us", StringComparison.Ordinal);
        if (style.Colour && code.Length > 0 && text.Length > 0) _to.Append("\u001b[").Append(code).Append('m').Append(text).Append("\u001b[0m");
        else _to.Append(text);
        return this;
    }

    public Painted Line()
    {
        while (_to.Length > 0 && _to[^1] == ' ') _to.Length--;
        _to.Append('\n');
        return this;
    }

    /// <summary>Words from a column on, broken where they would not fit; the cursor stands at that column.</summary>
    public Painted Wrapped(string text, int column, Paint paint = Paint.Plain)
    {
        var at = column;
        foreach (var word in PlainText.Of(text).Split(' '))
        {
            if (at > column && at + 1 + word.Length > Columns)
            {
                Line().Add(new string(' ', column));
                at = column;
            }

            if (at > column) { _to.Append(' '); at++; }
            Add(word, paint);
            at += word.Length;
        }

        return Line();
    }

    public static string Fit(string text, int columns)
    {
        text = PlainText.Of(text);
        return text.Length <= columns ? text.PadRight(columns) : Bounded.Start(text, columns - 1).PadRight(columns);
    }

    public override string ToString() => _to.ToString();
}
