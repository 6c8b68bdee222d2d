using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads what a request takes out of its answer: <c>{ token: { json: /token } }</c>, by header, cookie or pattern.</summary>
static class SaveReader
{
    const int Most = 100;
    static readonly string[] Sources = ["json", "header", "cookie", "regex"];

    public static ImmutableArray<Extraction> Read(FormKeys? keys, StepScope scope)
    {
        if (keys is null) return [];
        if (keys.Fields.Count > Most) keys.Wrong("", $"{keys.Fields.Count} values are saved.", $"Save at most {Most} in one request.");
        var read = ImmutableArray.CreateBuilder<Extraction>();
        foreach (var (name, value) in keys.Fields)
        {
            var at = keys.At(name);
            if (!ScenarioReader.IsName(name)) scope.Problems.Add(at, $"\"{Bounded.Start(name, 80)}\" cannot be the name of what is saved.", "Use up to 64 letters, digits, \".\", \"_\" and \"-\".");
            scope.Saved.Add(name); // known from here on, so that a mistake in it is said once
            if (FormKeys.Map(value, at, scope.Problems) is { } inner && One(name, inner) is { } extraction) read.Add(extraction);
        }

        return read.DrainToImmutable();
    }

    static Extraction? One(string name, FormKeys keys)
    {
        string[] said = [.. Sources.Where(keys.Has)];
        if (keys.Has("group") && said is not ["regex"]) keys.Wrong("group", "\"group\" belongs to a pattern.", "Write { regex: \"id=(\\d+)\", group: 1 }.");
        var text = said.Length == 1 ? keys.Text(said[0]) : null;
        var group = keys.Whole("group", 0, 99);
        keys.Done("what is saved");
        if (said.Length != 1)
        {
            keys.Wrong("", said.Length == 0 ? "It does not say where the value comes from." : "It says more than one place.", "Write { json: /token }, { header: location }, { cookie: session } or { regex: \"id=(\\d+)\", group: 1 }.");
            return null;
        }

        if (text is null) return null;
        switch (said[0])
        {
            case "json":
                if (JsonPath.Read(text) is { } path) return new Extraction.Json(name, path);
                keys.Wrong("json", $"\"{Bounded.Start(text, 80)}\" is no JSON Pointer.", $"Write /{Bounded.Start(text.Replace('.', '/'), 80)}.");
                return null;
            case "regex": return Patterns.Read(text, keys.At("regex"), keys.Problems) is { } pattern && Group(pattern, group, keys) is { } number ? new Extraction.Pattern(name, pattern, number) : null;
            case var _ when text.Length == 0:
                keys.Wrong(said[0], "The name is empty.", "Write the name of the header or cookie.");
                return null;
            case "header": return new Extraction.Header(name, Encoding.UTF8.GetBytes(text));
            default: return new Extraction.Cookie(name, text);
        }
    }

    static int? Group(Regex pattern, long? written, FormKeys keys)
    {
        var groups = pattern.GetGroupNumbers();
        var number = (int)(written ?? (groups.Length > 1 ? 1 : 0));
        if (groups.Contains(number)) return number;
        keys.Wrong("group", $"The pattern has no group {number}.", groups.Length == 1 ? "Put ( ) around what is to be saved." : $"Its groups are {string.Join(", ", groups.Skip(1))}; 0 is the whole match.");
        return null;
    }
}
