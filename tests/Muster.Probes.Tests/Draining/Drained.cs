using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Draining;

/// <summary>What the tests of both kinds share: one replica with short times, and how it is asked.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class Drained : IAsyncLifetime
{
    public static readonly string[] Words = ["--linger", "500ms", "--window", "1.2s"];
    readonly string _root = Path.Combine(Path.GetTempPath(), "muster-test-" + Guid.NewGuid().ToString("n"));
    string? _flaw;

    public EdgeProcess Edge { get; private set; } = null!;

    public RunnerOptions Options => Probing.Options with { ScratchRoot = _root, Folder = Path.GetTempPath(), MayRunCommands = true, MayLeaveFolder = true };

    public async ValueTask InitializeAsync() => Edge = await EdgeProcess.Start("a", Words, CancellationToken.None);

    /// <summary>The service with that flaw and no other, and running.</summary>
    public async Task With(string? flaw)
    {
        if (_flaw != flaw) await Edge.Restart(flaw is null ? Words : [.. Words, "--flaw", flaw], TestContext.Current.CancellationToken);
        else await Edge.Revive(TestContext.Current.CancellationToken);
        _flaw = flaw;
    }

    public static Value Terminate(EdgeProcess edge) => Value.Of(("signal", "TERM"), ("pid_file", edge.PidFile));

    public static Value Begin(EdgeProcess edge) => Value.Texts(["sh", edge.Script]);

    public static Value? Of(Sight sight, string path) => JsonPointer.Find(sight.Observation ?? throw new InvalidOperationException($"nothing seen: {sight.Blind}, {sight.Detail}"), path);

    public static double Number(Sight sight, string path) => Of(sight, path) is Value.Number number ? number.Is : throw new InvalidOperationException($"no {path} in {sight.Observation}");

    /// <summary>The events of the timeline, in their order.</summary>
    public static string[] Events(Sight sight) => [.. ((Value.Items)Of(sight, "/timeline")!).Are.Select(one => ((Value.Text)((Value.Fields)one)["event"]!).Is)];

    public async ValueTask DisposeAsync()
    {
        await Edge.DisposeAsync();
        Assert.True(!Directory.Exists(_root) || Directory.GetDirectories(_root).Length == 0);
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }
}
