using Muster.Conformance;
using Muster.Conformance.Promql;

// Runs public test vectors over ours: Muster.Conformance FOLDER. Exit 0 when every vector of every suite holds, 1 on a miss, 3 when a suite is not there.
if (args is not [var folder])
{
    Console.Error.WriteLine("usage: Muster.Conformance FOLDER");
    return 3;
}

var scripts = Path.Combine(folder, "promql");
var promql = !Directory.Exists(scripts) || PromqlScripts.Run(scripts, Console.Out);

Suite[] suites = [MerkleVectors.Inclusion(folder), MerkleVectors.Consistency(folder), CanonicalJsonVectors.Run(folder)];
foreach (var suite in suites)
{
    Console.WriteLine($"{suite.Name}: {suite.Passed} passed, {suite.Misses.Count} missed");
    foreach (var miss in suite.Misses) Console.WriteLine("  missed: " + miss);
}

if (!promql || suites.Any(suite => suite.Misses.Count > 0)) return 1;
if (suites.FirstOrDefault(suite => suite.Passed == 0) is not { } empty) return 0;
Console.Error.WriteLine($"{empty.Name}: no vectors in {folder}");
return 3;
