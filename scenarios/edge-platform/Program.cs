using Muster.DataPlane;
using Muster.Proofs.Tests;

// dotnet run --project scenarios/edge-platform: what stands between the public and a platform, under the lines of a baseline that have to be earned, each seen to hold and seen to fail.
string[] lines = ["PB-13", "PB-14", "PB-15", "PB-16", "PB-17", "PB-18", "PB-29", "PB-30", "PB-31", "PB-46", "PB-47", "PB-48", "PB-49", "PB-50", "PB-51", "PB-56"];
if (args is ["--help" or "-h", ..])
{
    Console.WriteLine("Starts nginx with TLS and client certificates, two replicas of a service with WebSockets and tokens, Redis with users, and PostgreSQL, on free ports of this machine, and goes through their documents:");
    Console.WriteLine("replicas are ended with streams open, tokens revoked, certificates rotated, addresses asked for that must be refused. Then one thing after another is broken, and each break must be caught by name.\n");
    Console.WriteLine("  dotnet run --project scenarios/edge-platform             all parts: " + string.Join(", ", Parts().Select(part => part.Name)));
    Console.WriteLine("  dotnet run --project scenarios/edge-platform -- drain    only these parts");
    return 0;
}

var unknown = args.Except(Parts().Select(part => part.Name)).ToList();
if (unknown.Count == 0) return await Showing.Of([.. Parts().Where(part => args.Length == 0 || args.Contains(part.Name))], once: ["revocation", "rotation"], asked: planted => planted.Lines.Any(lines.Contains));
Console.Error.WriteLine($"There is no part {string.Join(" or ", unknown)}. The parts are: {string.Join(", ", Parts().Select(part => part.Name))}.");
return 3;

static Part[] Parts() => [new(new DatabaseEyes()), new(new CacheEyes()), new(new GatewayEyes()), new(new DrainEyes()), new(new RevocationEyes()), new(new RotationEyes()), new(new EgressEyes())];
