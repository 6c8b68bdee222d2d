using System.Diagnostics;
using System.Globalization;
using Muster.Proofs.Tests;

namespace Muster.DataPlane;

/// <summary>Parts that are started, looked at while they are well, broken in one way after another, and looked at again; told as it goes.</summary>
/// <param name="slow">A part whose look takes minutes: it is looked at beside the last break of each other part only. "" for none.</param>
/// <param name="once">Parts that a look uses up, as a rotation does with the old credential: they are looked at after their own preparation only.</param>
/// <param name="asked">Which breaks are planted; never one that is nothing but time gone by, since the executable's clock is this machine's.</param>
sealed class Showing(IReadOnlyList<Part> parts, string slow, IReadOnlyList<string> once, Func<Break, bool> asked)
{
    readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Runs it to its end, or until somebody interrupts it; everything that was started is stopped then.</summary>
    /// <returns>The exit code: 0 if each break was caught by name and nothing else turned red.</returns>
    public static async Task<int> Of(IReadOnlyList<Part> parts, string slow = "", IReadOnlyList<string>? once = null, Func<Break, bool>? asked = null)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true; // The servers are stopped first.
            stop.Cancel();
        };
        try { return await new Showing(parts, slow, once ?? [], asked ?? (static _ => true)).Run(stop.Token); }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Interrupted. Everything that was started has been stopped.");
            return 130;
        }
        finally
        {
            foreach (var part in parts) await part.DisposeAsync();
        }
    }

    async Task<int> Run(CancellationToken stop)
    {
        Console.WriteLine($"Starting {string.Join(", ", parts.Select(part => part.Name))} …");
        foreach (var part in parts) await part.Start(stop);
        Console.WriteLine($"All of it is up after {Took()}. Looking at it …\n");
        if (!await AllWell(stop)) return 1;

        var (caught, all) = (0, 0);
        foreach (var part in parts)
            foreach (var planted in part.Breaks.Where(planted => planted.Later == default && asked(planted)))
            {
                all++;
                if (await IsCaught(part, planted, all, stop)) caught++;
            }

        var mended = await AllWell(stop);
        Console.WriteLine($"\n{caught} of {all} breaks caught by name, with nothing red in another part; {(mended ? "all is well" : "not all is well")} once everything was mended. {Took()}.");
        return caught == all && mended ? 0 : 1;
    }

    async Task<bool> IsCaught(Part part, Break planted, int number, CancellationToken stop)
    {
        // A failure stands until it is seen to be over, and what cannot be seen would stand behind that of the break before.
        if (planted.Becomes != "failed") await part.Look(stop);
        await planted.Plant(stop);
        var catching = part.Catching(planted).ToList();
        var board = await part.Look(stop);
        // Another part has no share in the fault: whatever turns red there is red without cause.
        var others = parts.Where(other => other != part && !once.Contains(other.Name) && (other.Name != slow || planted == part.Breaks[^1])).ToList();
        var boards = await Task.WhenAll(others.Select(other => other.Look(stop)));
        var elsewhere = others.Zip(boards).SelectMany(one => one.Second.NotMet.Select(id => $"{one.First.Name}: {id}: {Short(one.Second.Controls[id].Because)}")).ToList();
        // As the break says it: what came to nothing but "unproven" may have been looked at by nobody.
        var caught = catching.Where(id => board.Controls.TryGetValue(id, out var control) && control.State.Equals(planted.Becomes, StringComparison.OrdinalIgnoreCase)).ToList();
        var missed = part.ByLine(planted).Where(controls => !controls.Intersect(caught).Any()).SelectMany(controls => controls).Distinct().ToList();
        var well = missed.Count + elsewhere.Count == 0 && catching.Count > 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(well ? "✓" : "✗")} {number,2} {part.Name}: {planted.Says} ({string.Join(' ', planted.Lines)})"));
        foreach (var id in caught) Console.WriteLine($"     {id} {board.Controls[id].State.ToLowerInvariant()}: {Short(board.Controls[id].Because)}");
        foreach (var id in board.NotMet.Except(catching)) Console.WriteLine($"     with it {id}: {Short(board.Controls[id].Because)}");
        foreach (var id in missed) Console.WriteLine($"     NOT CAUGHT by {id}: {(board.Controls.TryGetValue(id, out var control) ? $"{control.State.ToLowerInvariant()} where {planted.Becomes} is due: {Short(control.Because)}" : "there is no such control")}");
        foreach (var id in elsewhere) Console.WriteLine($"     RED WITHOUT CAUSE in {id}");
        await planted.Mend(stop);
        return well;
    }

    async Task<bool> AllWell(CancellationToken stop)
    {
        var (controls, met) = (0, 0);
        var boards = await Task.WhenAll(parts.Select(part => part.Look(stop)));
        foreach (var (part, board) in parts.Zip(boards))
        {
            controls += board.Controls.Count;
            met += board.Controls.Count - board.NotMet.Count();
            foreach (var id in board.NotMet) Console.WriteLine($"  ✗ {part.Name}: {id}: {board.Controls[id].State.ToLowerInvariant()}, {board.Controls[id].Because}");
        }

        Console.WriteLine($"{met} of {controls} controls met in {parts.Count} documents.\n");
        return met == controls;
    }

    string Took() => string.Create(CultureInfo.InvariantCulture, $"{(int)_watch.Elapsed.TotalMinutes} min {_watch.Elapsed.Seconds} s");

    static string Short(string because) => because.Length <= 160 ? because : because[..157] + "…";
}
