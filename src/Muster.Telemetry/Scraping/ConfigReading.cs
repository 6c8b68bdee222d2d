using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Muster.Telemetry.Scraping;

/// <summary>A value of a configuration is wrong. Thrown within the reading and caught at its door.</summary>
sealed class ConfigWrong(int at, string key, string says, string fix) : Exception(says)
{
    public int At => at;

    public string Key => key;

    public string Fix => fix;
}

/// <summary>Takes values out of nodes; <c>Key</c> is the way to the node, for the error.</summary>
readonly record struct ConfigReading(ConfigNode Node, string Key)
{
    public ConfigWrong Wrong(string says, string fix) => new(Node.At, Key, says, fix);

    /// <summary>The member of that name; null when it is absent.</summary>
    public ConfigReading? Find(string name)
    {
        foreach (var (written, _, value) in Node.Members)
        {
            if (written == name) return new(value, Key.Length == 0 ? name : $"{Key}.{name}");
        }

        return null;
    }

    /// <summary>Refuses what is no object, a key that stands twice, and a key that is not among these.</summary>
    public void Object(params ReadOnlySpan<string> known)
    {
        if (Node.Kind != JsonTokenType.StartObject) throw Wrong("this is no object", "write { … }");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, at, _) in Node.Members)
        {
            if (!seen.Add(name)) throw new ConfigWrong(at, Key, $"the key {name} stands twice", "take one away");
            if (!known.Contains(name)) throw new ConfigWrong(at, Key, $"the key {name} is not known", Spelling.Fix(known, name));
        }
    }

    public ImmutableArray<ConfigReading> Items()
    {
        if (Node.Kind != JsonTokenType.StartArray) throw Wrong("this is no list", "write [ … ]");
        var key = Key;
        return [.. Node.Items.Select((item, at) => new ConfigReading(item, string.Create(CultureInfo.InvariantCulture, $"{key}[{at}]")))];
    }

    public string Text()
    {
        if (Node.Kind != JsonTokenType.String) throw Wrong("this is no text", "write it in quotes");
        return Node.Text.Length == 0 ? throw Wrong("this is empty", "write a value, or leave the key out") : Node.Text;
    }

    public bool Flag() => Node.Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong("this is neither true nor false", "write true or false, without quotes"),
    };

    public int Limit() => Node.Kind == JsonTokenType.Number && int.TryParse(Node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : throw Wrong($"{Node.Text} is no limit", "write a whole number from 0 (no limit), without quotes");

    /// <summary>A number of bytes, or a text as <c>16MiB</c>, <c>500KB</c>.</summary>
    public int Bytes()
    {
        if (Node.Kind == JsonTokenType.Number) return Limit();
        var text = Text();
        var digits = text.TrimEnd("KMGTiB".ToCharArray());
        // As Prometheus does, KB and KiB are both 1024 bytes.
        long unit = text[digits.Length..] switch { "B" => 1, "KB" or "KiB" => 1 << 10, "MB" or "MiB" => 1 << 20, "GB" or "GiB" => 1 << 30, _ => 0 };
        return unit > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= int.MaxValue / unit ? (int)(count * unit) : throw Wrong($"{text} is no size that is taken", "write a number and B, KiB, MiB or GiB, below 2 GiB: 16MiB");
    }

    /// <summary>No timer of the framework's waits for fifty days.</summary>
    const long LongestMilliseconds = 30L * 86_400_000;

    /// <summary>As Prometheus writes it: <c>15s</c>, <c>1m30s</c>, <c>500ms</c>.</summary>
    public TimeSpan Duration()
    {
        var text = Text();
        long total = 0;
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            var unitAt = at;
            while (at < text.Length && char.IsAsciiLetterLower(text[at])) at++;
            var unit = text[unitAt..at] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
            if (unit == 0 || unitAt - start is < 1 or > 9) throw NoDuration(text);
            total += long.Parse(text.AsSpan(start, unitAt - start), CultureInfo.InvariantCulture) * unit;
            if (total > LongestMilliseconds) throw NoDuration(text);
        }

        return total > 0 ? TimeSpan.FromMilliseconds(total) : throw NoDuration(text);
    }

    ConfigWrong NoDuration(string text) => Wrong($"{text} is no duration that is taken", "write numbers with ms, s, m, h or d, above 0 and 30d at most: 15s, 1m30s");
}
