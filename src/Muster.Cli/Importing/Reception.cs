using System.Collections.Immutable;
using System.Text.Json;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Importing;

/// <summary>Looks through files that arrived, and says of each entry whether it is taken in. Writes nothing: either every file holds, or none of them is taken in.</summary>
sealed class Reception
{
    static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    readonly Host _host;
    readonly Session _session;
    readonly Here _here;
    readonly Dictionary<string, PublicKey> _keys;
    readonly List<(string From, BundleManifest Manifest)> _manifests = [];

    public Reception(Host host, Session session)
    {
        (_host, _session) = (host, session);
        _here = new(session);
        _keys = session.KnownKeys.ToDictionary(key => key.KeyId, StringComparer.Ordinal);
        foreach (var (entry, arrived) in session.Arrivals.Where(arrival => arrival.Fact.Ledger.Length > 0))
            if (session.Ledger.Blobs.Get(arrived.Manifest) is BlobReading.Found { Bytes: var line } && BundleFile.Manifest(line.AsSpan()) is { } manifest) _manifests.Add(($"when it came on {Instant.Write(entry.Time)}", manifest));
            else Unremembered++;
    }

    /// <summary>Arrivals whose manifests lie here no more, so that nothing can be held against them.</summary>
    public int Unremembered { get; }

    /// <exception cref="Refusal">It is not whole, was altered, or tells of another past.</exception>
    public Arriving Look(string file)
    {
        var path = Path.GetFullPath(file, _host.Folder);
        try
        {
            using var from = File.OpenRead(path);
            if (from.Length <= WordFile.Largest)
            {
                var bytes = new byte[from.Length];
                from.ReadExactly(bytes);
                if (WordFile.IsOne(bytes)) return Word(file, bytes);
                from.Position = 0;
            }

            return BundleFile.Read(from) switch
            {
                BundleReading.Good { Bundle: var bundle } => Look(file, bundle),
                BundleReading.Bad { Line: var line, Says: var says, Forged: var forged } => throw new Refusal(forged ? ExitCode.NotVerified : ExitCode.BadInput,
                    $"{file}{(line > 0 ? $", line {line}" : "")}: {says} Nothing was taken in.", "fetch the file once more from where it was exported"),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"cannot read {file}: {cannot.Message}", "name a file that this user may read");
        }
    }

    Arriving Look(string file, Bundle bundle)
    {
        var manifest = bundle.Manifest;
        if (manifest.At > _host.Now + Slack) throw Ahead(file, "it was exported", manifest.At);
        if (manifest.Ledger == _session.Ledger.RunnerKey.KeyId && Rewritten.Against(_here.Own, manifest) is { } differs)
            throw new Refusal(ExitCode.NotVerified, $"{file}: this ledger's own key signed another past: {differs}. Nothing was taken in.", "give each machine a key of its own; if this one was rolled back, restore it from a copy");
        foreach (var (when, before) in _manifests.Where(one => one.Manifest.Ledger == manifest.Ledger))
            if (Rewritten.Between(before, manifest) is { } rewritten)
                throw new Refusal(ExitCode.NotVerified, $"{file}: the ledger of {Named(manifest.Ledger)} was rewritten: {rewritten} (held against what was kept {when}). Nothing was taken in.",
                    "ask who holds that key; what it says can be believed no more than its holder");
        _manifests.Add(("from a file before", manifest));
        foreach (var (id, key) in bundle.Keys) _keys.TryAdd(id, key);
        foreach (var decided in bundle.Entries.Select(entry => entry.Entry.Fact).OfType<Fact.Decided>()) Readable(file, bundle, decided);
        var lot = Sort(file, new(file, manifest.Ledger, bundle.ManifestLine, manifest.At) { Selected = manifest.Selected }, bundle.Entries);
        return lot with
        {
            Keys = [.. lot.Entries.Select(entry => entry.Entry.Signer).Append(manifest.Ledger).Distinct().Order(StringComparer.Ordinal).Select(id => bundle.Keys[id].Pem)],
            Blobs = [.. lot.Entries.SelectMany(BundleFile.Named).Distinct().Select(digest => bundle.Blobs.TryGetValue(digest, out var bytes) ? bytes
                : throw new Refusal(ExitCode.BadInput, $"{file}: it carries an entry without the blob {digest.Short} that it names. Nothing was taken in.", "export it again"))],
        };
    }

    /// <summary>What a verdict names is read when gates are decided, and must be what it says by then.</summary>
    static void Readable(string file, Bundle bundle, Fact.Decided decided)
    {
        try
        {
            if (!bundle.Blobs.TryGetValue(decided.Statement, out var statement) || !bundle.Blobs.TryGetValue(decided.Document, out var document))
                throw new Refusal(ExitCode.BadInput, $"{file}: it carries a verdict on {decided.Gate} without its statement or its document. Nothing was taken in.", "export it again");
            _ = Statements.Read<Decision>(statement.AsSpan());
            _ = Statements.Read<Document>(document.AsSpan());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new Refusal(ExitCode.BadInput, $"{file}: the statement or the document of a verdict on {decided.Gate} cannot be read: {error.Message.Split('\n')[0]} Nothing was taken in.", "import it with the version that wrote it, or a newer one");
        }
    }

    /// <summary>One person's signed word. Since nobody else vouches for the file, whoever signed must be known here and still be believed.</summary>
    Arriving Word(string file, byte[] bytes)
    {
        var reading = WordFile.Read(bytes, _keys.GetValueOrDefault);
        if (reading is SealedReading.Bad bad)
            throw new Refusal(bad.Fault is LedgerFault.UnknownFact or LedgerFault.TooLarge ? ExitCode.BadInput : ExitCode.NotVerified, $"{file}: the signed word {bad.Says} Nothing was taken in.", "ask whoever signed for the file once more");
        var word = ((SealedReading.Good)reading).Entry;
        var (gate, what) = word.Entry.Fact switch
        {
            Fact.SignedOff signed => (signed.Gate, "sign-off"),
            Fact.Rejected rejected => (rejected.Gate, "rejection"),
            _ => throw Refusal.Usage($"{file}: a {FactName.Of(word.Entry.Fact)} does not come in a file of its own", "export it from the ledger that it is in: muster export --only people"),
        };
        var found = _session.Document.Gate(gate) ?? throw Refusal.Usage($"{file}: it is a {what} of the gate {gate}, which this document does not have", "import it beside the document that was signed");
        if (_session.Document.HolderOf(word.Entry.Signer) is not { } person)
            throw new Refusal(ExitCode.NotVerified, $"{file}: the key {word.Entry.Signer[..12]} belongs to nobody in the document. Nothing was taken in.", "publish the signer's key in the document, by a change that others review");
        if (Revocations.Of(_session.Document, _session.Folded, found).Has(word.Entry.Signer))
            throw new Refusal(ExitCode.NotVerified, $"{file}: {person.Name}'s key {word.Entry.Signer[..12]} was revoked; a {what} by it counts for nothing, whatever the date on it. Nothing was taken in.", $"have {person.Name} sign with the key that the document names now");
        var lot = Sort(file, new(file, "", [.. bytes], word.Entry.Time), [word]);
        return lot with { Keys = [.. lot.Entries.Select(entry => _keys[entry.Entry.Signer].Pem)] };
    }

    Arriving Sort(string file, Arriving lot, ImmutableArray<SealedEntry> entries)
    {
        var (fresh, known, ignored, conflicts) = (ImmutableArray.CreateBuilder<SealedEntry>(), ImmutableArray.CreateBuilder<SealedEntry>(), ImmutableArray.CreateBuilder<(SealedEntry, string)>(), ImmutableArray.CreateBuilder<string>());
        foreach (var entry in entries)
        {
            if (Latest(entry.Entry) is var latest && latest > _host.Now + Slack) throw Ahead(file, $"the {FactName.Of(entry.Entry.Fact)} {entry.Entry.Id.Short} says that it was made", latest);
            if (_here.Has(entry.Entry.Id)) known.Add(entry);
            else if (WhyIgnored(entry.Entry) is { } because) ignored.Add((entry, because));
            else
            {
                if (_here.Take(entry.Entry) is { } conflict) conflicts.Add(conflict);
                fresh.Add(entry);
            }
        }

        return lot with { Entries = fresh.ToImmutable(), Known = known.ToImmutable(), Ignored = ignored.ToImmutable(), Conflicts = conflicts.ToImmutable() };
    }

    /// <summary>Runs of anybody are taken in, since a control may accept what is imported. Everything else speaks with somebody's authority, and without one there is nothing to keep.</summary>
    string? WhyIgnored(Entry entry) => entry.Fact switch
    {
        Fact.Ran => null,
        Fact.Decided or Fact.Proved => RunnerOf(entry.Signer) is null ? $"by {entry.Signer[..12]}, which is no runner of the document: its verdicts open nothing and what it proved proves nothing here" : null,
        Fact.Revoked revoked when revoked.KeyId == entry.Signer => null,
        Fact.Withdrawn withdrawn when _here.Has(withdrawn.Entry) => null, // only its author's own counts, named in the document or not
        _ => _session.Document.HolderOf(entry.Signer) is null ? $"by {entry.Signer[..12]}, which belongs to nobody in the document" : null,
    };

    /// <summary>The name of a runner whose looks are live here.</summary>
    public string? RunnerOf(string keyId) =>
        _session.Document.Runners is { } runners && runners.FirstOrDefault(runner => runner.KeyId == keyId) is { } runner ? runner.Name
        : keyId == _session.Ledger.RunnerKey.KeyId ? "this ledger's own runner" : null;

    public string Named(string keyId) => RunnerOf(keyId) ?? _session.Document.HolderOf(keyId)?.Name ?? keyId[..12];

    /// <summary>The latest instant that an entry speaks of as past.</summary>
    static DateTimeOffset Latest(Entry entry) => Instant.Later(entry.Time, entry.Fact switch
    {
        Fact.Ran { Run: var run } => run.Started,
        Fact.Attested attested => attested.At,
        Fact.Drilled drilled => drilled.At,
        Fact.DrillWitnessed witnessed => witnessed.At,
        Fact.SignedOff signed => signed.At,
        Fact.Rejected rejected => rejected.At,
        Fact.Withdrawn withdrawn => withdrawn.At,
        Fact.GlassBroken broken => broken.At,
        Fact.Accepted accepted => accepted.At,
        Fact.Decided decided => decided.At,
        Fact.Proved proved => proved.At,
        Fact.Revoked revoked => revoked.At,
        Fact.WaiverRequested requested => requested.At,
        _ => entry.Time,
    });

    Refusal Ahead(string file, string what, DateTimeOffset at) => new(ExitCode.NotVerified,
        $"{file}: {what} at {Instant.Write(at)}, and this clock says {Instant.Write(_host.Now)}. With it here there would be no verdict until then. Nothing was taken in.", "set the clock that is wrong, here or there");
}
