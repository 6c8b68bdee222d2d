using System.Diagnostics;
using System.Globalization;
using Muster.DataPlane;

// dotnet run --project scenarios/data-plane [-- WORD]: starts a data plane of real servers, checks it, breaks it in one way after another.
// With a word, only the breaks that have it in their name.
var watch = Stopwatch.StartNew();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // The servers are stopped first.
    stop.Cancel();
};

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine("Starts PostgreSQL, Redis, NATS, RabbitMQ, nginx, Prometheus and Alertmanager on free ports of this machine, checks every control of muster.yaml,");
    Console.WriteLine("breaks the servers in one way after another, and shows that each break is caught by name and nothing else turns red without cause.\n");
    Console.WriteLine("  dotnet run --project scenarios/data-plane             all breaks");
    Console.WriteLine("  dotnet run --project scenarios/data-plane -- WORD     only those with the word in their name");
    return 0;
}

try { return await Run(); }
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("Interrupted. Everything that was started has been stopped.");
    return 130;
}

async Task<int> Run()
{
    Console.WriteLine("Starting PostgreSQL, Redis, NATS, RabbitMQ, nginx, Prometheus, Alertmanager and a mail server …");
    await using var plane = await Plane.Start(stop.Token);
    var breaks = Breaks.Of(plane).Where(one => args.All(word => one.Says.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
    if (breaks.Count == 0)
    {
        Console.WriteLine($"No break has {string.Join(" and ", args)} in its name.");
        return 2;
    }

    Console.WriteLine($"All of it is up after {Took()}. Looking at it …");
    var well = await Board.Look(plane.Folder, stop.Token);
    Console.WriteLine($"{well.Controls.Count} controls: {well.Verdict}, {well.Controls.Count - well.NotMet.Count()} met.\n");
    if (well.NotMet.Any())
    {
        foreach (var id in well.NotMet) Console.WriteLine($"  ✗ {id}: {well.Controls[id].State.ToLowerInvariant()}, {well.Controls[id].Because}");
        return 1;
    }

    var caught = 0;
    for (var i = 0; i < breaks.Count; i++)
    {
        var planted = breaks[i];
        await planted.Plant(stop.Token);
        var board = await Board.Look(plane.Folder, stop.Token);
        var missed = planted.Catches.Except(board.NotMet).ToList();
        var strange = board.NotMet.Where(id => !planted.Explains(id)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(missed.Count + strange.Count == 0 ? "✓" : "✗")} {i + 1,2} {planted.Says}"));
        foreach (var id in planted.Catches.Intersect(board.NotMet)) Console.WriteLine($"     {id} {board.Controls[id].State.ToLowerInvariant()}: {Short(board.Controls[id].Because)}");
        foreach (var id in missed) Console.WriteLine($"     NOT CAUGHT by {id}");
        foreach (var id in strange) Console.WriteLine($"     RED WITHOUT CAUSE: {id}: {board.Controls[id].Because}");
        if (missed.Count + strange.Count == 0) caught++;
        await planted.Mend(stop.Token);
    }

    var last = await Board.Look(plane.Folder, stop.Token);
    foreach (var id in last.NotMet) Console.WriteLine($"  ✗ still not met after everything was mended: {id}: {last.Controls[id].Because}");
    Console.WriteLine($"\n{caught} of {breaks.Count} breaks caught by name, with nothing else red without cause; {last.Verdict} once all was mended. {Took()}.");
    return caught == breaks.Count && last.Verdict == "Go" ? 0 : 1;
}

string Took() => string.Create(CultureInfo.InvariantCulture, $"{(int)watch.Elapsed.TotalMinutes} min {watch.Elapsed.Seconds} s");

static string Short(string because) => because.Length <= 160 ? because : because[..157] + "…";
