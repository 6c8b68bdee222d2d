namespace Muster.Conformance.Promql;

/// <summary>PromQL's public scripts, file by file.</summary>
static class PromqlScripts
{
    static readonly string[] Experimental = ["duration_expression", "extended_vectors", "fill-modifier", "info", "limit", "start_timestamps", "type_and_unit"];

    /// <returns>Whether every stable case holds.</returns>
    public static bool Run(string folder, TextWriter output)
    {
        var (stable, ofStable, experimental, ofExperimental) = (0, 0, 0, 0);
        foreach (var path in Directory.EnumerateFiles(folder, "*.test").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var isExperimental = Experimental.Contains(name);
            int passed;
            List<string> misses;
            try { (passed, misses) = ScriptRunner.Run(path); }
            catch (ScriptProblem bad) { (passed, misses) = (0, [$"{name}: {bad.Message}"]); }

            output.WriteLine($"promql {name}{(isExperimental ? " (experimental upstream)" : "")}: {passed} of {passed + misses.Count}");
            foreach (var miss in misses) output.WriteLine("  missed: " + miss);
            if (isExperimental) (experimental, ofExperimental) = (experimental + passed, ofExperimental + passed + misses.Count);
            else (stable, ofStable) = (stable + passed, ofStable + passed + misses.Count);
        }

        output.WriteLine($"PromQL stable: {stable} of {ofStable}");
        output.WriteLine($"PromQL experimental: {experimental} of {ofExperimental}");
        return stable == ofStable;
    }
}
