using System.Diagnostics;
using System.Globalization;
using Muster.DataPlane;
using Muster.Proofs.Tests;

// dotnet run --project scenarios/data-plane [-- WORD…]: starts a data plane of real servers, checks it, breaks it in one way after another.
const string Slow = "alerts";
var watch = Stopwatch.StartNew();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // The servers are stopped first.
    stop.Cancel();
};

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine("Starts PostgreSQL, Redis, NATS, RabbitMQ, nginx, Prometheus, Alertmanager and a mail server on free ports of this machine, checks every control of their documents,");
    Console.WriteLine("breaks the servers in one way after another, and shows that each break is caught by name and nothing turns red elsewhere.\n");
    Console.WriteLine("  dotnet run --project scenarios/data-plane             all parts: " + string.Join(", ", Parts().Select(part => part.Name)));
    Console.WriteLine("  dotnet run --project scenarios/data-plane -- cache    only these parts");
    return 0;
}

var chosen = Parts().Where(part => args.Length == 0 || args.Contains(part.Name)).ToList();
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"There is no part {string.Join(" or ", args)}. The parts are: {string.Join(", ", Parts().Select(part => part.Name))}.");
    return 3;
}

try { return await Run(chosen); }
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("Interrupted. Everything that was started has been stopped.");
    return 130;
}
finally
{
    foreach (var part in chosen) await part.DisposeAsync();
}

static Part[] Parts() => [new(new DatabaseEyes()), new(new CacheEyes()), new(new BusEyes()), new(new BrokerEyes()), new(new EdgeEyes()), new(new IdentityEyes()), new(new MetricsEyes()), new(new AlertEyes())];

async Task<int> Run(List<Part> parts)
{
    Console.WriteLine($"Starting {string.Join(", ", parts.Select(part => part.Name))} …");
    foreach (var part in parts) await part.Start(stop.Token);
    Console.WriteLine($"All of it is up after {Took()}. Looking at it …\n");
    if (!await AllWell(parts)) return 1;

    var (caught, all) = (0, 0);
    foreach (var part in parts)
        foreach (var planted in part.Breaks)
        {
            await planted.Plant(stop.Token);
            var catching = part.Catching(planted).ToList();
            var board = await part.Look(stop.Token);
            // Another part has no share in the fault: whatever turns red there is red without cause. Alerts wait for minutes until they fire and end: that part is looked at beside the last break of each.
            var others = parts.Where(other => other != part && (other.Name != Slow || planted == part.Breaks[^1])).ToList();
            var boards = await Task.WhenAll(others.Select(other => other.Look(stop.Token)));
            var elsewhere = others.Zip(boards).SelectMany(one => one.Second.NotMet.Select(id => $"{one.First.Name}: {id}: {Short(one.Second.Controls[id].Because)}")).ToList();
            var missed = catching.Except(board.NotMet).ToList();
            var well = missed.Count + elsewhere.Count == 0 && catching.Count > 0;
            all++;
            if (well) caught++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(well ? "✓" : "✗")} {all,2} {part.Name}: {planted.Says}"));
            foreach (var id in catching.Intersect(board.NotMet)) Console.WriteLine($"     {id} {board.Controls[id].State.ToLowerInvariant()}: {Short(board.Controls[id].Because)}");
            foreach (var id in board.NotMet.Except(catching)) Console.WriteLine($"     with it {id}: {Short(board.Controls[id].Because)}");
            foreach (var id in missed) Console.WriteLine($"     NOT CAUGHT by {id}");
            foreach (var id in elsewhere) Console.WriteLine($"     RED WITHOUT CAUSE in {id}");
            await planted.Mend(stop.Token);
        }

    var mended = await AllWell(parts);
    Console.WriteLine($"\n{caught} of {all} breaks caught by name, with nothing red in another part; {(mended ? "all is well" : "not all is well")} once everything was mended. {Took()}.");
    return caught == all && mended ? 0 : 1;
}

async Task<bool> AllWell(List<Part> parts)
{
    var (controls, met) = (0, 0);
    var boards = await Task.WhenAll(parts.Select(part => part.Look(stop.Token)));
    foreach (var (part, board) in parts.Zip(boards))
    {
        controls += board.Controls.Count;
        met += board.Controls.Count - board.NotMet.Count();
        foreach (var id in board.NotMet) Console.WriteLine($"  ✗ {part.Name}: {id}: {board.Controls[id].State.ToLowerInvariant()}, {board.Controls[id].Because}");
    }

    Console.WriteLine($"{met} of {controls} controls met in {parts.Count} documents.\n");
    return met == controls;
}

string Took() => string.Create(CultureInfo.InvariantCulture, $"{(int)watch.Elapsed.TotalMinutes} min {watch.Elapsed.Seconds} s");

static string Short(string because) => because.Length <= 160 ? because : because[..157] + "…";
