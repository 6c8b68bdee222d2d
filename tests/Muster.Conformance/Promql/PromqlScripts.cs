using System.Collections.Immutable;
using System.Text;

namespace Muster.Conformance.Promql;

/// <summary>The scripts of prometheus/promql/promqltest/testdata over our engine, in three groups: what is stable upstream, native histograms, what is experimental.</summary>
static class PromqlScripts
{
    static readonly HashSet<string> ExperimentalFiles = ["duration_expression", "extended_vectors", "fill-modifier", "info", "limit", "start_timestamps", "type_and_unit"];

    public const string Stable = "PromQL stable";
    public const string NativeHistograms = "PromQL native histograms";
    public const string Experimental = "PromQL experimental";

    public static IEnumerable<Suite> Run(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.test").Order(StringComparer.Ordinal).ToArray() : [];
        var outcomes = files.ToLookup(Group, file => (Name: Path.GetFileName(file), Outcomes: Outcomes(file)));
        return new[] { Stable, NativeHistograms, Experimental }.Select(group => Group(group, outcomes[group]));
    }

    static string Group(string file) => Path.GetFileNameWithoutExtension(file) switch
    {
        "native_histograms" => NativeHistograms,
        var name when ExperimentalFiles.Contains(name) => Experimental,
        _ => Stable,
    };

    static Suite Group(string name, IEnumerable<(string Name, ImmutableArray<ScriptOutcome> Outcomes)> files)
    {
        var all = files.ToArray();
        var details = all.Select(file => $"{file.Name}: {file.Outcomes.Count(outcome => outcome.Problem is null)} of {file.Outcomes.Length}").ToArray();
        var misses = all.SelectMany(file => file.Outcomes.Where(outcome => outcome.Problem is not null).Select(outcome => $"{file.Name}:{outcome.Line}: {outcome.Query}: {outcome.Problem}")).ToArray();
        return new(name, all.Sum(file => file.Outcomes.Length) - misses.Length, misses) { Details = details };
    }

    static ImmutableArray<ScriptOutcome> Outcomes(string file)
    {
        try { return ScriptRunner.Run(ScriptReader.Read(File.ReadAllText(file, Encoding.UTF8)), ScriptEngine.Ours); }
        catch (FormatException bad) { return [new(0, "", bad.Message)]; }
    }
}
