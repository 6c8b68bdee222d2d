using System.Text;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake;

/// <summary>
/// Labels as bytes, so that a known series is found without making strings: for each label, in the order of its name's UTF-8 bytes, the name's
/// length, the name, the value's length, the value. Lengths are LEB128. Each name once, no empty value: equal labels are equal bytes.
/// </summary>
public static class SeriesKey
{
    /// <summary>Longest key that is taken, in bytes.</summary>
    public const int Longest = 128 * 1024;

    public static byte[] Of(Labels labels)
    {
        var writer = new SeriesKeyWriter();
        foreach (var label in labels.Span) writer.Add(Encoding.UTF8.GetBytes(label.Name), Encoding.UTF8.GetBytes(label.Value));
        return writer.TryFinish(out var key, out var problem) ? key.ToArray() : throw new ArgumentException(problem, nameof(labels));
    }

    /// <exception cref="FormatException">These bytes are no key.</exception>
    public static Labels Read(ReadOnlySpan<byte> key)
    {
        var labels = new List<Label>(8);
        while (!key.IsEmpty) labels.Add(new(Next(ref key), Next(ref key)));
        return Labels.Of(labels);
    }

    static string Next(ref ReadOnlySpan<byte> key)
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (key.IsEmpty || shift > 21) throw new FormatException("a series key ends within a length");
            var next = key[0];
            key = key[1..];
            length |= (next & 0x7f) << shift;
            if (next < 0x80) break;
        }

        if (length > key.Length) throw new FormatException("a series key ends within a label");
        var text = Encoding.UTF8.GetString(key[..length]);
        key = key[length..];
        return text;
    }
}
