using System.Diagnostics;

namespace Muster.Bench;

/// <summary>A program from its start to its end, several times a round.</summary>
static class Starts
{
    public static Side Of(string name, string[] command, string folder = ".", int each = 10, Action? before = null) => new(name, () =>
    {
        var seconds = 0d;
        for (var i = 0; i < each; i++)
        {
            before?.Invoke();
            var watch = Stopwatch.StartNew();
            Child.Run(command, folder);
            seconds += watch.Elapsed.TotalSeconds;
        }

        return new(each, seconds);
    }, () =>
    {
        before?.Invoke();
        return Child.PeakOfRun(command, folder);
    })
    {
        Elsewhere = true,
    };
}
