using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Compiles a text with placeholders; a name that nothing fills is a problem now and not in the run.</summary>
static class TemplateReader
{
    static readonly string[] Prefixes = ["data", "saved", "vu", "new", "random"];

    /// <param name="literal">How the text between placeholders is written; as it is if left out.</param>
    public static Template Read(string text, TemplatePlace place, string path, StepScope scope, Func<string, string>? literal = null) =>
        Template.Of(Segments(text, place, path, scope, literal), place);

    public static ImmutableArray<Segment> Segments(string text, TemplatePlace place, string path, StepScope scope, Func<string, string>? literal = null)
    {
        var segments = ImmutableArray.CreateBuilder<Segment>();
        var done = 0;
        while (text.IndexOf("$(", done, StringComparison.Ordinal) is var at and >= 0)
        {
            var end = text.IndexOf(')', at);
            if (end < 0)
            {
                scope.Problems.Add(path, "A placeholder is not closed.", "Write ) behind it; a text with \"$(\" that is meant as it stands goes into a file: { file: body.txt }.");
                return [];
            }

            if (Placeholder(text[(at + 2)..end], path, scope) is not { } segment) return [];
            var (from, to) = (at, end + 1);
            // Within JSON a scalar that is nothing but a number's placeholder becomes a number.
            if (place == TemplatePlace.Json && segment.IsNumber && IsWhole(text, at, end)) (from, to) = (at - 1, end + 2);
            Fixed(text[done..from]);
            segments.Add(segment);
            done = to;
        }

        Fixed(text[done..]);
        return segments.DrainToImmutable();

        void Fixed(string piece)
        {
            if (piece.Length > 0) segments.Add(new Segment.Bytes(Encoding.UTF8.GetBytes(literal is null ? piece : literal(piece))));
        }
    }

    /// <summary>True for a placeholder's name that only a request can fill.</summary>
    public static bool IsOfRequests(string name) => Prefixes.Any(prefix => name.Length > prefix.Length && name[prefix.Length] == ':' && name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>True if the text holds what a request fills.</summary>
    public static bool HoldsPlaceholder(string text) => Prefixes.Any(prefix => text.Contains($"$({prefix}:", StringComparison.Ordinal));

    /// <summary>Whether a placeholder is the whole of a JSON string. An escaped quote has a backslash before it, one that opens a string never has.</summary>
    static bool IsWhole(string json, int at, int end) =>
        at > 0 && json[at - 1] == '"' && (at < 2 || json[at - 2] != '\\') && end + 1 < json.Length && json[end + 1] == '"';

    static Segment? Placeholder(string name, string path, StepScope scope)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (prefix, rest) = colon < 0 ? (name, "") : (name[..colon], name[(colon + 1)..]);
        switch (prefix)
        {
            case "data" when colon > 0: return Data(name, rest, path, scope);
            case "saved" when colon > 0: return Saved(name, rest, path, scope);
            case "vu":
                return rest switch
                {
                    "id" => new Segment.User(name, user => user.User),
                    "iteration" => new Segment.User(name, user => user.Iteration),
                    "iteration_of_all" => new Segment.User(name, user => user.IterationOfAll),
                    _ => Unknown(name, path, scope, ["vu:id", "vu:iteration", "vu:iteration_of_all"]),
                };
            case "new":
                return rest switch
                {
                    "uuid" => new Segment.Uuid(name),
                    "counter" => new Segment.Counter(name, scope.Plan.Counter),
                    _ => Unknown(name, path, scope, ["new:uuid", "new:counter"]),
                };
            case "random" when colon > 0:
                if (Segment.Chance.Read(rest) is { } range) return new Segment.Chance(name, range.Least, range.Most);
                return Wrong(path, scope, $"\"{Bounded.Start(rest, 40)}\" is no range of whole numbers.", "Write $(random:1..100); both ends are included, the lower comes first.");
            case "env" or "file": return null; // said already, by path, for the whole form
            default: return Unknown(name, path, scope, ["data:", "saved:", "vu:id", "vu:iteration", "new:uuid", "new:counter", "random:1..100"]);
        }
    }

    static Segment? Data(string name, string rest, string path, StepScope scope)
    {
        var (key, number) = Number(rest);
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0) return Wrong(path, scope, $"$({Bounded.Start(name, 80)}) names no column.", "Write $(data:name.column), with a name that stands under data:.");
        var file = scope.Data.ToList().FindIndex(file => file.Name == key[..dot]);
        if (file < 0) return Wrong(path, scope, $"There is no data \"{Bounded.Start(key[..dot], 80)}\" in this scenario.", scope.Data.Count == 0 ? "Write data: { user: users.csv } into the scenario." : DidYouMean.Among(scope.Data.Select(data => data.Name), key[..dot], "data"));
        if (scope.Data[file].Columns.Length == 0) return null; // why it could not be read is said
        var column = Array.IndexOf(scope.Data[file].Columns, key[(dot + 1)..]);
        if (column < 0) return Wrong(path, scope, $"The data \"{key[..dot]}\" has no column \"{Bounded.Start(key[(dot + 1)..], 80)}\".", DidYouMean.Among(scope.Data[file].Columns, key[(dot + 1)..], "columns"));
        return new Segment.Data(name, file, column, number);
    }

    static Segment? Saved(string name, string rest, string path, StepScope scope)
    {
        var (key, number) = Number(rest);
        if (scope.Saved.Contains(key)) return new Segment.Saved(name, key, number);
        return Wrong(path, scope, $"No request before this one saves \"{Bounded.Start(key, 80)}\".",
            scope.Saved.Count == 0 ? $"Write save: {{ {(ScenarioReader.IsName(key) ? key : "token")}: {{ json: /token }} }} into an earlier request of this scenario." : DidYouMean.Among(scope.Saved, key, "saved names"));
    }

    /// <summary><c>:number</c> behind a name makes a number of it where JSON is filled.</summary>
    static (string Key, bool Number) Number(string rest) => rest.EndsWith(":number", StringComparison.Ordinal) ? (rest[..^7], true) : (rest, false);

    static Segment? Unknown(string name, string path, StepScope scope, string[] known) =>
        Wrong(path, scope, $"Nothing fills $({Bounded.Start(name, 80)}).", DidYouMean.Nearest(known, name) is { } near ? $"Did you mean $({near})?" : $"There are {string.Join(", ", known.Select(one => one.EndsWith(':') ? $"$({one}…)" : $"$({one})"))}.");

    static Segment? Wrong(string path, StepScope scope, string says, string fix)
    {
        scope.Problems.Add(path, says, fix);
        return null;
    }
}
