using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Two replicas of the edge's service behind a real nginx, with a real Redis in which they keep whose session is whose. A stand-in, on one machine, for two hosts.</summary>
sealed class DrainEyes : IEyes
{
    EdgePair _pair = null!;

    public string Name => "drain";

    public Lane Lane => Lane.Draining;

    public IReadOnlyList<Break> Breaks =>
    [
        With(["PB-16"], "the end of the window cuts the sockets off", "CutsSockets"),
        With(["PB-15"], "a session that comes back is begun anew", "ForgetsSessions", both: true),
        With(["PB-30"], "whoever is asked takes any session", "TakesAnySession", both: true),
        new(["PB-30"], "a session comes to whichever instance is next, which takes it", async stop =>
        {
            await _pair.Front.Reload(_pair.Config(keeps: false), stop);
            await Restart([.. _pair.Words, "--flaw", "TakesAnySession"], both: true, stop);
        }, async stop =>
        {
            await _pair.Front.Reload(_pair.Config(), stop);
            await Restart(_pair.Words, both: true, stop);
        }),
        With(["PB-31", "PB-16"], "the signal closes every socket at once", "ClosesAtOnce"),
        With(["PB-31"], "new sessions are taken while it ends", "KeepsTaking"),
    ];

    Break With(string[] lines, string says, string flaw, bool both = false) => new(lines, says, stop => Restart([.. _pair.Words, "--flaw", flaw], both, stop), stop => Restart(_pair.Words, both, stop));

    async Task Restart(string[] words, bool both, CancellationToken cancel)
    {
        await _pair.A.Restart(words, cancel);
        if (both) await _pair.B.Restart(words, cancel);
    }

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _pair = await EdgePair.Start(["--linger", "500ms", "--window", "1.2s"], cancel);
        File.CreateSymbolicLink(Path.Combine(folder, "first.pid"), _pair.A.PidFile);
        File.CreateSymbolicLink(Path.Combine(folder, "first.sh"), _pair.A.Script);
        return new Dictionary<string, int> { ["front"] = _pair.Port, ["first"] = _pair.A.Port, ["second"] = _pair.B.Port };
    }

    public async ValueTask DisposeAsync()
    {
        if (_pair is not null) await _pair.DisposeAsync();
    }
}
