using Muster.DataPlane;
using Muster.Proofs.Tests;

// dotnet run --project scenarios/vector-store: a small store of vectors under the lines of a vector database that have to be earned, each seen to hold and seen to fail.
string[] lines = ["AI-06", "AI-19", "AI-41", "AI-42", "AI-43", "AI-44", "AI-45", "AI-46", "AI-47", "AI-48", "AI-50", "AI-51", "AI-52", "AI-53", "AI-54", "AI-56", "AI-64"];
if (args is ["--help" or "-h", ..])
{
    Console.WriteLine("Starts a store of vectors on a free port of this machine, and goes through its documents: it is killed in the middle of writing, filled past its limits, gone through its playbooks and rolled back;");
    Console.WriteLine("its backups are restored elsewhere, and its disk and its figures are looked at. Then one thing after another is broken, and each break must be caught by the controls that are about it.\n");
    Console.WriteLine("  dotnet run --project scenarios/vector-store               all parts: " + string.Join(", ", Parts().Select(part => part.Name)));
    Console.WriteLine("  dotnet run --project scenarios/vector-store -- vectors    only these parts");
    return 0;
}

var unknown = args.Except(Parts().Select(part => part.Name)).ToList();
if (unknown.Count == 0) return await Showing.Of([.. Parts().Where(part => args.Length == 0 || args.Contains(part.Name))], asked: planted => planted.Lines.Any(lines.Contains));
Console.Error.WriteLine($"There is no part {string.Join(" or ", unknown)}. The parts are: {string.Join(", ", Parts().Select(part => part.Name))}.");
return 3;

static Part[] Parts() => [new(new VectorEyes()), new(new HostEyes()), new(new MetricsEyes()), new(new ArtifactsEyes())];
