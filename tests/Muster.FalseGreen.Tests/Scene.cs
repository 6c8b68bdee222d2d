using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Cli;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>What came of a trap: the verdict, unless there is none, and what the command line said and ended with.</summary>
sealed record Came(Decision? Decision, int Exit, string Said);

/// <summary>A trap set up for real in a folder of its own: files, keys, peers on loopback, a ledger that is written at its times; then the gate is asked.</summary>
sealed partial class Scene : IAsyncDisposable
{
    static readonly ConcurrentDictionary<string, Signer> People = new(StringComparer.Ordinal);

    readonly Trap _trap;
    readonly Peers _peers = new();
    readonly TrapClock _clock = new();
    readonly StringWriter _talk = new();
    Session? _session;
    string _open = "";

    /// <summary>When a look at something real ended: T is then a moment later than the trap says.</summary>
    DateTimeOffset? _looked;

    Scene(Trap trap) => _trap = trap;

    public string Folder { get; } = Directory.CreateTempSubdirectory("muster-trap-").FullName;

    public Trap Trap => _trap;

    public static async Task<Came> Play(Trap trap)
    {
        await using var scene = new Scene(trap);
        await scene.Set();
        return await scene.Ask();
    }

    public static Signer Key(string person) => People.GetOrAdd(person, _ => Signer.Create());

    Host Host => new()
    {
        Clock = _clock, Folder = Folder, Data = _talk, Talk = _talk, Interactive = false, CanAsk = false, Cancel = TestContext.Current.CancellationToken,
        Variable = name => name == "MUSTER_PASSPHRASE" ? "a passphrase of the traps" : null,
    };

    /// <summary>The session over one of the trap's documents; it stays open until another is asked for.</summary>
    public Session Under(string document)
    {
        if (_session is not null && _open == document) return _session;
        Close();
        _open = document;
        return _session = Session.Open(Host, document, write: true);
    }

    public void Close()
    {
        _session?.Dispose();
        _session = null;
    }

    public void Put(DateTimeOffset at) => _clock.Put(at);

    public async Task Look(string gate)
    {
        var session = Under("muster.yaml");
        _clock.Go();
        await Looking.Run(session, session.Workspace.Gate(gate), session.Release(null), new(Again: true), new() { MayRunCommands = _trap.MayRunCommands }, Host, Host.Cancel);
        _looked = Instant.Cut(_clock.GetUtcNow()) + TimeSpan.FromMilliseconds(1);
    }

    public async Task<int> Run(ImmutableArray<string> words)
    {
        Close();
        return await CommandLine.Run([.. words], Host);
    }

    async Task Set()
    {
        _clock.Put(_trap.At);
        if (_trap.Files.TryGetValue("peer.yaml", out var peers)) await _peers.Start(Tree.Of(Tree.Parse(peers, "peer.yaml"), "peer.yaml"), Folder, _trap.At);
        foreach (var (name, text) in _trap.Files)
        {
            if (name is "peer.yaml" or "ledger.yaml") continue;
            await File.WriteAllTextAsync(Path.Combine(Folder, name), _peers.Fill(text));
            foreach (Match named in KeyFile().Matches(text)) WriteKey(named.Groups[1].Value);
        }

        var deeds = _trap.Files.TryGetValue("ledger.yaml", out var written) ? Tree.Parse(written, "ledger.yaml") : Value.List([Value.Of(("at", "T"), ("check", _trap.Gate))]);
        try
        {
            await new Deeds(this).Do(deeds as Value.Items ?? Value.Items.Empty);
        }
        catch (Refusal refused)
        {
            await _talk.WriteLineAsync(refused.Message); // a document that is refused is refused to whoever looks, too; the gate is asked all the same
        }

        Close();
    }

    /// <summary>The verdict as the judge gives it over the real ledger, and the same asked of the command line, whose exit code is what a pipeline obeys.</summary>
    async Task<Came> Ask()
    {
        _clock.Put(_looked is { } looked ? Instant.Later(looked, _trap.At) : _trap.At);
        if (_trap.Command is { } command) return new(null, await Run(command), _talk.ToString());
        Decision? decision = null;
        try
        {
            var session = Under("muster.yaml");
            decision = session.Decide(session.Workspace.Gate(_trap.Gate), session.Release(null));
        }
        catch (Exception refused) when (refused is Refusal or LedgerException)
        {
            await _talk.WriteLineAsync(refused.Message);
        }

        var exit = await Run(["gate", _trap.Gate]);
        return new(decision, exit, _talk.ToString());
    }

    void WriteKey(string person)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "keys"));
        File.WriteAllText(Path.Combine(Folder, "keys", person + ".pub"), Key(person).Public.Pem);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _peers.DisposeAsync();
        await _talk.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex(@"keys/([\w-]+)\.pub")]
    private static partial Regex KeyFile();
}
