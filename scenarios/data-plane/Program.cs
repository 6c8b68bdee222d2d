using Muster.DataPlane;
using Muster.Proofs.Tests;

// dotnet run --project scenarios/data-plane [-- WORD…]: starts a data plane of real servers, checks it, breaks it in one way after another.
// Alerts wait for minutes until they fire and end.
const string Slow = "alerts";

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine("Starts PostgreSQL, Redis, NATS, RabbitMQ, nginx, Prometheus, Alertmanager and a mail server on free ports of this machine, checks every control of their documents,");
    Console.WriteLine("breaks the servers in one way after another, and shows that each break is caught by name and nothing turns red elsewhere.\n");
    Console.WriteLine("  dotnet run --project scenarios/data-plane             all parts: " + string.Join(", ", Parts().Select(part => part.Name)));
    Console.WriteLine("  dotnet run --project scenarios/data-plane -- cache    only these parts");
    return 0;
}

var unknown = args.Except(Parts().Select(part => part.Name)).ToList();
if (unknown.Count == 0) return await Showing.Of([.. Parts().Where(part => args.Length == 0 || args.Contains(part.Name))], Slow);
Console.Error.WriteLine($"There is no part {string.Join(" or ", unknown)}. The parts are: {string.Join(", ", Parts().Select(part => part.Name))}.");
return 3;

static Part[] Parts() => [new(new DatabaseEyes()), new(new CacheEyes()), new(new BusEyes()), new(new BrokerEyes()), new(new EdgeEyes()), new(new IdentityEyes()), new(new MetricsEyes()), new(new AlertEyes())];
