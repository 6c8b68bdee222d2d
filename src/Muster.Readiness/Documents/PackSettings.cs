using System.Text;

namespace Muster.Readiness;

/// <summary>
/// What a pack leaves to whoever includes it: <c>settings: { backup_age: { is: at most 26h, says: … } }</c>. Its controls write <c>$(backup_age)</c>, the document may say
/// <c>{ pack: postgres@1, with: { backup_age: at most 12h } }</c>, and what is judged is as if the value had been written there.
/// </summary>
static class PackSettings
{
    /// <summary>The pack with its settings filled in and gone; the names that it takes.</summary>
    /// <param name="given">What the document says under <c>with</c>.</param>
    /// <param name="asked">Where it asks for the pack.</param>
    public static (Keys Pack, IReadOnlySet<string> Names) Fill(Keys pack, IReadOnlyDictionary<string, YamlNode> given, Place asked, Problems problems)
    {
        var values = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var entry in pack.Inner("settings")?.Map.Entries ?? [])
        {
            var path = $"settings.{entry.Key.Text}";
            if (!Typed.Name(entry.Key, "settings", problems) || Typed.Map(entry.Value, path, problems) is not { } map) continue;
            var keys = new Keys(map, path, problems);
            keys.Require("says", "Say what it is for.");
            var usual = keys.Take("is");
            keys.Done("a setting");
            if ((given.GetValueOrDefault(entry.Key.Text) ?? usual) is { } value) values[entry.Key.Text] = value;
            else problems.Error(asked, "include", $"The pack needs a value for \"{entry.Key.Text}\".", $"Say it: with: {{ {entry.Key.Text}: … }}.");
        }

        var rest = pack.Map.Entries.Where(entry => entry.Key.Text != "settings");
        var filled = new YamlNode.Map(pack.Place, [.. rest.Select(entry => entry with { Value = entry.Value.Replace(scalar => Fill(scalar, values)) })]);
        return (new(filled, "", problems), values.Keys.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>A scalar that is nothing but the placeholder becomes the value, whatever that is; within a text only a text fits.</summary>
    static YamlNode Fill(YamlNode.Scalar scalar, Dictionary<string, YamlNode> values)
    {
        if (!scalar.Text.Contains("$(", StringComparison.Ordinal)) return scalar;
        var text = new StringBuilder(scalar.Text);
        foreach (var (name, value) in values)
        {
            if (scalar.Text == $"$({name})") return value;
            if (value is YamlNode.Scalar said) text.Replace($"$({name})", said.Text);
        }

        return new YamlNode.Scalar(scalar.Place, text.ToString(), scalar.Plain);
    }
}
