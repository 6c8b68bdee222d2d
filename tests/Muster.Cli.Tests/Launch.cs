namespace Muster.Cli.Tests;

/// <summary>A small readiness document with people, over one fact in a file: whatever state a test needs is one line away.</summary>
sealed class Launch : IDisposable
{
    public Scratch Folder { get; } = new();

    /// <summary>Of the control a.fact; false makes it fail.</summary>
    public bool Expected { get; init; } = true;

    /// <summary>More keys of the gate go, as <c>, sign: { architect: 1 }</c>.</summary>
    public string Gate { get; init; } = "";

    /// <summary>More controls, indented by two.</summary>
    public string Controls { get; init; } = "";

    public string Targets { get; init; } = "";

    public static async Task<Launch> Of(Launch launch)
    {
        launch.Folder.Write("muster.yaml", launch.Text);
        launch.Folder.Write("facts.json", """{ "ok": true }""");
        await Keys.PutInto(launch.Folder);
        return launch;
    }

    public string Text => string.Join('\n', (string[])
    [
        "muster: 1",
        "system: shop",
        "owner: architect",
        "people:",
        "  mia: { roles: [ architect ], key: keys/mia.pub }",
        "  jon: { roles: [ devops-lead ], key: keys/jon.pub }",
        "  kai: { roles: [ on-call ], key: keys/kai.pub }",
        "environments: { local: {} }",
        Targets,
        "controls:",
        "  a.fact:",
        "    title: The fact is so",
        "    fix: Make it so",
        $"    check: {{ file: {{ path: facts.json, read: /ok }}, expect: {{ value: {(Expected ? "true" : "false")} }} }}",
        Controls,
        $"gates: {{ go: {{ environment: local, require: all{Gate} }} }}",
        "",
    ]);

    public Task<Ran> Run(params string[] words) => Folder.Run(words);

    public Task<Ran> Done(params string[] words) => Folder.Done(words);

    public void Change(string from, string to)
    {
        var text = File.ReadAllText(Folder.PathOf("muster.yaml"));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Folder.Write("muster.yaml", text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => Folder.Dispose();
}
