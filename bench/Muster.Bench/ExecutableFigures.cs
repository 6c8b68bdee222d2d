namespace Muster.Bench;

/// <summary>What a person waits for: whole runs of the packed executable, process start and end included.</summary>
static class ExecutableFigures
{
    public static readonly IReadOnlyList<Contest> All =
    [
        new("`muster version`, process start to exit", new Goal.AtMost(0.050), null, () =>
            new(Starts.Of("Muster", [Executable.Path, "version"]), Child.Has("kubectl") ? Starts.Of("kubectl version --client", ["kubectl", "version", "--client"]) : null, static () => { })
            {
                Without = "kubectl is not installed",
            }) { Rounds = 9, Needs = static () => Executable.Missing },
        new("cold `muster check`, 50 controls on loopback, ledger written", new Goal.AtMost(0.500), null, () =>
        {
            var system = FiftyControls.Start();
            return new(Starts.Of("Muster", [Executable.Path, "check"], system.Folder, each: 3, before: system.Forget), null, system.Dispose);
        }) { Rounds = 9, Needs = static () => Executable.Missing },
        new("`muster verify`, process start to exit", new Goal.AtMost(0.200), null, () =>
        {
            using var system = FiftyControls.Start();
            Child.Run([Executable.Path, "check"], system.Folder);
            Child.Run([Executable.Path, "certify", "go-live", "-o", "launch.json"], system.Folder);
            var size = new FileInfo(Path.Combine(system.Folder, "launch.json")).Length;
            return new(Starts.Of("Muster", [Executable.Path, "verify", "launch.json", "--key", ".muster/keys/runner.pub"], system.Folder), OpenSsl.Verify(system.Folder, "launch.json"), static () => { })
            {
                Note = () => $"The certificate is over 50 controls and has {Table.Size(size)}; the peer verifies one signature over the same bytes and nothing else.",
            };
        }) { Rounds = 9, Needs = static () => Executable.Missing },
    ];
}
