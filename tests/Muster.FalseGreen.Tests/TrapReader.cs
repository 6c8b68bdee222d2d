using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>A folder to a trap. The format is told in tests/FalseGreen/README.md.</summary>
static class TrapReader
{
    public static Trap Read(string folder)
    {
        var name = Path.GetFileName(folder);
        var tree = Tree.Of(Tree.Parse(File.ReadAllText(Path.Combine(folder, "trap.yaml")), name + "/trap.yaml"), name);
        var at = Moment.Read(tree.Text("at"), default, Moment.Usual);
        var trap = new Trap
        {
            Name = name,
            Title = tree.Need("title"),
            Family = tree.Need("family"),
            Attacks = tree.Texts("attacks"),
            Fools = tree.Need("fools"),
            Says = tree.Need("says"),
            At = at,
            Gate = tree.Text("gate") ?? "go-live",
            Command = tree.Has("command") ? tree.Texts("command") : null,
            MayRunCommands = tree.Truth("allow_commands"),
            Expect = Expect(tree.Inner("expect") ?? throw new InvalidDataException($"{name} expects nothing")),
            Twin = Twin(tree.Inner("twin") ?? throw new InvalidDataException($"{name} has no honest twin"), at),
            Files = Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != "trap.yaml").ToImmutableSortedDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal),
        };
        tree.Done();
        return trap;
    }

    static Expected Expect(Tree tree)
    {
        var expected = new Expected
        {
            Verdict = tree.Word<Verdict>("verdict"), Exit = tree.Whole("exit"), Line = tree.Whole("line"), Of = tree.Text("of"), State = tree.Word<State>("state"), Why = tree.Word<Why>("why"),
            Because = tree.Need("because"), SignOff = tree.Text("sign_off"), Waiver = tree.Text("waiver"), NotCounted = tree.Text("not_counted"), AmongOthers = tree.Truth("among_others"),
        };
        tree.Done();
        return expected;
    }

    static Twin Twin(Tree tree, DateTimeOffset t)
    {
        var twin = new Twin { Is = tree.Need("is"), At = tree.Text("at") is { } at ? Moment.Read(at, t, t) : null, ByBreakGlass = tree.Truth("by_break_glass"), Replaces = [], Files = [] };
        foreach (var (file, change) in tree.Rest())
            twin = change is Value.Fields pairs
                ? twin with { Replaces = [.. twin.Replaces, .. pairs.Select(pair => (file, pair.Key, pair.Value is Value.Text to ? to.Is : pair.Value.ToString()))] }
                : twin with { Files = twin.Files.Add((file, change is Value.Text text ? text.Is : change.ToString())) };
        return twin;
    }
}
