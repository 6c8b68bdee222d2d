using Muster.Conformance;
using Muster.Conformance.Promql;

// Runs public test vectors over ours: Muster.Conformance FOLDER. Exit 0 when every vector of every suite holds, 1 on a miss, 3 when a suite is not there.
// What PromQL calls experimental is shown and decides nothing.
if (args is not [var folder])
{
    Console.Error.WriteLine("usage: Muster.Conformance FOLDER");
    return 3;
}

Suite[] suites = [MerkleVectors.Inclusion(folder), MerkleVectors.Consistency(folder), CanonicalJsonVectors.Run(folder)];
foreach (var suite in suites) Show(suite, $"{suite.Name}: {suite.Passed} passed, {suite.Misses.Count} missed");
Suite[] scripts = [.. PromqlScripts.Run(Path.Combine(folder, "promql"))];
foreach (var suite in scripts) Show(suite, $"{suite.Name}: {suite.Passed} of {suite.Passed + suite.Misses.Count}");
suites = [.. suites, .. scripts.Where(suite => suite.Name != PromqlScripts.Experimental)];

if (suites.Any(suite => suite.Misses.Count > 0)) return 1;
if (suites.FirstOrDefault(suite => suite.Passed == 0) is not { } empty) return 0;
Console.Error.WriteLine($"{empty.Name}: no vectors in {folder}");
return 3;

static void Show(Suite suite, string summary)
{
    foreach (var detail in suite.Details) Console.WriteLine("  " + detail);
    Console.WriteLine(summary);
    foreach (var miss in suite.Misses) Console.WriteLine("  missed: " + miss);
}
