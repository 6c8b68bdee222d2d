using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>
/// A document with its ledger, opened for one command. Everything that a command reads from or writes to the record goes through here.
/// Without a folder (<c>muster check URL</c>) the entries live in memory and end with the command.
/// </summary>
sealed class Session : IDisposable
{
    readonly Host _host;
    readonly LedgerFolder? _ledger;
    readonly List<Entry> _kept = [];
    readonly Dictionary<Digest, Document> _documents = [];
    readonly Workspace _workspace;

    Session(Host host, Workspace workspace, LedgerFolder? ledger)
    {
        (_host, _workspace, _ledger) = (host, workspace, ledger);
        _documents[workspace.Document.Digest] = workspace.Document;
        Folded = Fold();
        if (ledger is null) return;
        foreach (var entry in ledger.Read(known: workspace.PublishedKeys))
        {
            Folded.Add(entry);
            if (entry.Fact is not Fact.Ran) _kept.Add(entry);
        }
    }

    public Workspace Workspace => _workspace;

    public Document Document => _workspace.Document;

    public Folded Folded { get; }

    public bool IsInMemory => _ledger is null;

    public LedgerFolder Ledger => _ledger ?? throw Refusal.Usage("there is no ledger without a document");

    /// <summary>Everything in the ledger but runs, in its order.</summary>
    public IReadOnlyList<Entry> Kept => _kept;

    /// <exception cref="Refusal">The document or the ledger cannot be used.</exception>
    public static Session Open(Host host, string? document, bool write) => Open(host, Workspace.Open(host, document), write);

    public static Session Open(Host host, Workspace workspace, bool write)
    {
        // A reader of a ledger that is not there yet reads an empty one: "never run" is an answer, not an error.
        if (!write && !Directory.Exists(Path.Combine(workspace.State, "ledger"))) return new(host, workspace, null);
        return Opening(host, workspace, write) switch
        {
            LedgerOpening.Refused { Problem: var problem } => throw Of(problem),
            LedgerOpening.Opened { Ledger: var ledger, Repairs: var repairs } => Opened(host, workspace, ledger, repairs),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static LedgerOpening Opening(Host host, Workspace workspace, bool write)
    {
        if (!write) return LedgerFolder.Open(workspace.State, LedgerMode.Read, host.Clock);
        var opening = LedgerFolder.Open(workspace.State, LedgerMode.Write, host.Clock, TimeSpan.Zero);
        if (opening is not LedgerOpening.Refused { Problem: { Fault: LedgerFault.Busy } busy }) return opening;
        host.Talk.WriteLine($"muster: {busy.Says} Waiting up to {host.Patience.TotalSeconds:0} s for it.");
        return LedgerFolder.Open(workspace.State, LedgerMode.Write, host.Clock, host.Patience);
    }

    static Session Opened(Host host, Workspace workspace, LedgerFolder ledger, ImmutableArray<string> repairs)
    {
        foreach (var repair in repairs) host.Talk.WriteLine($"muster: {repair}");
        try
        {
            return new(host, workspace, ledger);
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    public static Session InMemory(Host host, Document document) => new(host, Workspace.Without(document), null);

    public Release Release(string? named) => Cli.Release.Of(_workspace, _host, named);

    /// <summary>The main path over this ledger, for one release.</summary>
    public Assessment Assessment(Release release)
    {
        if (release.Bytes is { } artifacts && _ledger is not null) _ = Keep(artifacts);
        return new(Document, release.Digest, Folded, facts => Written(facts, null), Keep, () => _host.Now, ProbeKinds.Catalogue);
    }

    /// <summary>What the gate says now; nothing is recorded.</summary>
    /// <exception cref="Refusal">There is no verdict, as when this clock is behind the ledger's.</exception>
    public Decision Decide(Gate gate, Release release) => Given(Judge.Decide(Document, release.Digest, Folded, gate.Name, _host.Now, ProbeKinds.Catalogue));

    /// <summary>The same, recorded: an opening opens, and deadlines begin.</summary>
    public Decision DecideAndRecord(Gate gate, Release release, bool standing = false)
    {
        var assessment = Assessment(release);
        return Given(standing ? assessment.Stand(gate.Name) : assessment.Decide(gate.Name));
    }

    public static Decision Given(Judgement judgement) => judgement switch
    {
        Judgement.Given { Decision: var decision } => decision,
        Judgement.None { Because: var because } => throw new Refusal(ExitCode.NotVerified, $"no verdict: {because}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Signs and appends, and folds them in; the runner signs when nobody else does.</summary>
    public ImmutableArray<Entry> Append(ImmutableArray<Fact> facts, Signer? signer = null)
    {
        var entries = Written(facts, signer);
        foreach (var entry in entries) Folded.Add(entry);
        return entries;
    }

    /// <summary>Every public key that is known here: those that the document names, those of the folder, and those that arrived.</summary>
    public IEnumerable<PublicKey> KnownKeys => _workspace.PublishedKeys.Concat(Ledger.Keys.List().Keys.Select(key => key.Key))
        .Concat(Arrivals.SelectMany(arrival => arrival.Fact.Keys).Select(PublicKey.FromPem).OfType<PublicKey>()).DistinctBy(key => key.KeyId);

    /// <summary>What was taken in, by this ledger's own word.</summary>
    public IEnumerable<(Entry Entry, Fact.Arrived Fact)> Arrivals =>
        _kept.Where(entry => entry.Fact is Fact.Arrived && entry.Signer == _ledger?.RunnerKey.KeyId).Select(entry => (entry, (Fact.Arrived)entry.Fact));

    /// <summary>Takes in entries that others sealed and that were verified, and folds them in.</summary>
    public ImmutableArray<Entry> Take(IReadOnlyList<Arrival> arrivals)
    {
        var taken = Ledger.AppendSealed(arrivals) switch
        {
            LedgerAppend.Appended appended => appended.Entries,
            LedgerAppend.NotAppended { Problem: var problem } => throw Of(problem),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        foreach (var entry in taken) Folded.Add(entry);
        _kept.AddRange(taken.Where(entry => entry.Fact is not Fact.Ran));
        return taken;
    }

    ImmutableArray<Entry> Written(ImmutableArray<Fact> facts, Signer? signer)
    {
        ImmutableArray<Entry> entries;
        if (_ledger is null)
            entries = [.. facts.Select((fact, i) => new Entry(_kept.Count + i, Digest.Of(Statements.ToBytes(fact)), _host.Now, "", fact))];
        else
            entries = _ledger.Append(facts, signer ?? _ledger.Runner!) switch
            {
                LedgerAppend.Appended appended => appended.Entries,
                LedgerAppend.NotAppended { Problem: var problem } => throw Of(problem),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        _kept.AddRange(entries.Where(entry => _ledger is null || entry.Fact is not Fact.Ran));
        return entries;
    }

    Digest Keep(ReadOnlyMemory<byte> bytes) => _ledger is null ? Digest.Of(bytes.Span) : _ledger.Blobs.Put(bytes.Span, Retention.Record);

    /// <summary>The newest verdict of the gate that opened it.</summary>
    public Fact.Decided? LastOpening(string gate) => _kept.Select(entry => entry.Fact).OfType<Fact.Decided>()
        .LastOrDefault(decided => decided.Gate == gate && !decided.Standing && decided.Verdict >= Verdict.ConditionalGo);

    /// <summary>The one entry whose digest begins so.</summary>
    public Entry Find(string id)
    {
        var digits = id.StartsWith("sha256:", StringComparison.Ordinal) ? id[7..] : id;
        var found = _kept.Where(entry => digits.Length >= 4 && entry.Id.Hex.StartsWith(digits, StringComparison.Ordinal)).Take(2).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw Refusal.Usage($"no entry begins with {id}", "`muster ledger show` lists them; give at least four digits"),
            _ => throw Refusal.Usage($"several entries begin with {id}", "give more digits"),
        };
    }

    /// <summary>An empty fold that finds earlier documents and statements among the blobs; a replay folds with the same.</summary>
    public Folded Fold() => new(DocumentOf, StatementOf) { Home = _ledger?.RunnerKey.KeyId };

    public Decision? StatementOf(Digest digest) => _ledger?.Blobs.Get(digest) is BlobReading.Found { Bytes: var bytes } ? Statements.Read<Decision>(bytes.AsSpan()) : null;

    public Document? DocumentOf(Digest digest)
    {
        if (_documents.TryGetValue(digest, out var known)) return known;
        if (_ledger?.Blobs.Get(digest) is not BlobReading.Found { Bytes: var bytes }) return null;
        return _documents[digest] = Statements.Read<Document>(bytes.AsSpan());
    }

    public static Refusal Of(LedgerProblem problem) => new(
        problem.Fault is LedgerFault.Missing or LedgerFault.Busy or LedgerFault.WrongPassphrase or LedgerFault.KeyExists or LedgerFault.TooLarge or LedgerFault.Unwritable ? ExitCode.BadInput : ExitCode.NotVerified,
        $"{problem.Place}: {problem.Says}", problem.Fix);

    public void Dispose() => _ledger?.Dispose();
}
