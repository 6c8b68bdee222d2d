using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Enough of a store for fixtures: it answers as long as a process lives, which is a real one that only waits. Whoever kills that, kills the store; a supervisor starts another.
/// </summary>
sealed class FakeStore : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-fixture-");
    readonly LoopbackSite _site = LoopbackSite.Start();
    readonly CancellationTokenSource _stop = new();
    readonly Lock _one = new();
    readonly List<(string Id, string Digest)> _kept = [];
    // A while, as a device takes: a kill finds somebody waiting for his answer.
    static readonly TimeSpan Device = TimeSpan.FromMilliseconds(5);
    readonly bool _loses;
    string? _acknowledged;
    readonly Task _supervising;
    Process _process;

    FakeStore(bool loses)
    {
        _loses = loses;
        _process = Begin();
        _site.Asks = Answer;
        _supervising = Supervise();
    }

    string PidFile => Path.Combine(_folder.FullName, "store.pid");

    public Value.Fields Question => Value.Of(("target", _site.Address.AbsoluteUri), ("kill", Value.Of(("signal", "KILL"), ("pid_file", PidFile))), ("kills", 2), ("write_for", 0.2), ("in_recovery", false), ("wait", 10),
        ("write", Value.Of(("put", "/items/$(write:id)"), ("json", Value.Of(("digest", "$(write:digest)"))))), ("read", Value.Of(("get", "/items"))));

    public static Task<FakeStore> Start(bool loses, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux()) throw new Unseen(Blind.NotCapable, "crash.recovery works on Linux only");
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult(new FakeStore(loses));
    }

    Process Begin()
    {
        var process = Process.Start(new ProcessStartInfo("sleep", ["600"]) { RedirectStandardInput = true })!;
        File.WriteAllText(PidFile, process.Id.ToString(CultureInfo.InvariantCulture));
        return process;
    }

    async Task Supervise()
    {
        try
        {
            while (true)
            {
                await _process.WaitForExitAsync(_stop.Token);
                lock (_one)
                {
                    // One that somebody heard of: to lose another is no fault.
                    if (_loses) _kept.RemoveAll(one => one.Id == _acknowledged);
                    _process.Dispose();
                    _process = Begin();
                }
            }
        }
        catch (OperationCanceledException) { return; } // The fixture is over.
    }

    /// <summary>Nobody hears of a write that was under way when the process died: his connection ends.</summary>
    async Task<SiteResponse> Answer(SiteRequest request, CancellationToken stop)
    {
        var serving = _process;
        var answer = Serve(request);
        if (request.Method != "PUT") return answer;
        await Task.Delay(Device, TimeProvider.System, stop);
        lock (_one)
        {
            if (serving != _process || LiveProcess.Of(serving.Id) is null) throw new IOException("killed");
            if (answer.Status == 200) _acknowledged = request.Path["/items/".Length..];
        }

        return answer;
    }

    SiteResponse Serve(SiteRequest request)
    {
        lock (_one)
        {
            if (_process.HasExited || LiveProcess.Of(_process.Id) is null) throw new IOException("killed");
            if (request.Path == "/ready") return new(200);
            if (request.Path == "/items") return SiteResponse.Json(200, new StringBuilder("[").AppendJoin(',', _kept.Select(one => $$"""{ "id": "{{one.Id}}", "digest": "{{one.Digest}}" }""")).Append(']').ToString());
            var digest = Value.Parse(Encoding.UTF8.GetBytes(request.Body)).Text("digest");
            if (request.Method != "PUT" || digest is null) return new(400);
            _kept.Add((request.Path["/items/".Length..], digest));
        }

        return new(200);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervising;
        lock (_one)
        {
            _process.Kill();
            _process.Dispose();
        }

        await _site.DisposeAsync();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }
}
