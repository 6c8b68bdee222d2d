using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Muster.Readiness;
using YamlDotNet.Core;

namespace Muster.Probes;

/// <summary>The change sets of a Liquibase changelog, in each of its four formats, as <c>author:id</c>.</summary>
static partial class LiquibaseFile
{
    public static bool Is(string name) => Path.GetExtension(name).ToLowerInvariant() is ".xml" or ".yaml" or ".yml" or ".json" or ".sql";

    /// <exception cref="Unseen">It is not what its name says.</exception>
    public static List<Migration> Read(string name, byte[] bytes)
    {
        try
        {
            return [.. (Path.GetExtension(name).ToLowerInvariant() switch
            {
                ".xml" => Xml(bytes),
                ".json" => Tree(Value.Parse(bytes)),
                ".sql" => Sql(Encoding.UTF8.GetString(bytes)),
                _ => Tree(YamlTree.Read(bytes)),
            }).Select(id => new Migration(id))];
        }
        catch (Exception broken) when (broken is XmlException or JsonException or YamlException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new Unseen(Blind.Unreadable, $"{name} is no changelog that can be read: {Bounded.Start(broken.Message, 200)}", broken);
        }
    }

    static List<string> Xml(byte[] bytes)
    {
        var found = new List<string>();
        using var xml = XmlReader.Create(new MemoryStream(bytes), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        while (xml.Read())
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "changeSet" }) found.Add($"{xml.GetAttribute("author")}:{xml.GetAttribute("id")}");
        return found;
    }

    static IEnumerable<string> Tree(Value value) =>
        value.Items("databaseChangeLog").Select(item => item.At("changeSet")).OfType<Value.Fields>().Select(set => $"{Shown(set["author"])}:{Shown(set["id"])}");

    static string Shown(Value? value) => value is Value.Text text ? text.Is : value?.ToString() ?? "";

    /// <summary>A file of plain SQL without the first line of a formatted changelog is included by another, and is none itself.</summary>
    static IEnumerable<string> Sql(string text) =>
        Formatted().IsMatch(text) ? ChangeSet().Matches(text).Select(set => $"{set.Groups[1].Value.Trim('"')}:{set.Groups[2].Value.Trim('"')}") : [];

    [GeneratedRegex(@"^\uFEFF?\s*--\s*liquibase\s+formatted\s+sql", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Formatted();

    [GeneratedRegex(@"^[ \t]*--[ \t]*changeset[ \t]+(""[^""\n]*""|[^:""\s]+):(""[^""\n]*""|[^\s""]+)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex ChangeSet();
}
