using System.Diagnostics;
using System.Globalization;
using Muster.DataPlane;
using Muster.Proofs.Tests;

// dotnet run --project scenarios/vector-store: starts a small store of vectors, checks it, breaks it in one way after another, and shows that each break is caught by name.
if (args is ["--help" or "-h", ..])
{
    Console.WriteLine("Starts the store of vectors on a free port of this machine, and goes through its document: it is killed in the middle of writing, filled past its limits, gone through two playbooks and rolled back.");
    Console.WriteLine("Then it is broken in one way after another, and each break must be caught by the controls that are about it. Takes some two minutes.");
    return 0;
}

var watch = Stopwatch.StartNew();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // The store is stopped first.
    stop.Cancel();
};
await using var part = new Part(new VectorEyes());
try
{
    await part.Start(stop.Token);
    Console.WriteLine($"The store is up after {Took()}. Looking at it …\n");
    if (!await AllWell()) return 1;
    var caught = 0;
    foreach (var planted in part.Breaks)
    {
        await planted.Plant(stop.Token);
        var catching = part.Catching(planted).ToList();
        var board = await part.Look(stop.Token);
        var missed = catching.Except(board.NotMet).ToList();
        if (missed.Count == 0 && catching.Count > 0) caught++;
        Console.WriteLine($"{(missed.Count == 0 ? "✓" : "✗")} {string.Join(' ', planted.Lines)}: {planted.Says}");
        foreach (var id in catching.Intersect(board.NotMet)) Console.WriteLine($"     {id} {board.Controls[id].State.ToLowerInvariant()}: {Short(board.Controls[id].Because)}");
        foreach (var id in board.NotMet.Except(catching)) Console.WriteLine($"     with it {id}: {Short(board.Controls[id].Because)}");
        foreach (var id in missed) Console.WriteLine($"     NOT CAUGHT by {id}");
        await planted.Mend(stop.Token);
    }

    var mended = await AllWell();
    Console.WriteLine($"\n{caught} of {part.Breaks.Count} breaks caught by name; {(mended ? "all is well" : "not all is well")} once everything was mended. {Took()}.");
    return caught == part.Breaks.Count && mended ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("Interrupted. The store has been stopped.");
    return 130;
}

async Task<bool> AllWell()
{
    var board = await part.Look(stop.Token);
    var bad = board.NotMet.ToList();
    foreach (var id in bad) Console.WriteLine($"  ✗ {id}: {board.Controls[id].State.ToLowerInvariant()}, {board.Controls[id].Because}");
    Console.WriteLine($"{board.Controls.Count - bad.Count} of {board.Controls.Count} controls met.\n");
    return bad.Count == 0;
}

string Took() => string.Create(CultureInfo.InvariantCulture, $"{(int)watch.Elapsed.TotalMinutes} min {watch.Elapsed.Seconds} s");

static string Short(string because) => because.Length <= 160 ? because : because[..157] + "…";
