using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The verdicts of a ledger, read for telling of them and not for deciding: what they were decided over is not folded, and statements are opened one at a time.</summary>
sealed class PastVerdicts : IDisposable
{
    readonly LedgerFolder? _ledger;
    readonly Workspace _workspace;
    readonly List<VerdictMark> _marks = [];

    PastVerdicts(Workspace workspace, LedgerFolder? ledger)
    {
        (_workspace, _ledger) = (workspace, ledger);
        var glass = new List<Fact.GlassBroken>();
        foreach (var entry in ledger?.Read(known: workspace.PublishedKeys) ?? [])
        {
            if (entry.Fact is Fact.GlassBroken broken) glass.Add(broken);
            if (entry.Fact is not Fact.Decided decided) continue;
            // Only while somebody's break-glass lasts can a verdict have been opened by it: the others' statements need not be read for that.
            var open = glass.Exists(one => one.Gate == decided.Gate && one.Expires > decided.At) && Statement(decided) is { OpenedByBreakGlass: not null };
            _marks.Add(new(entry.Id, decided, open, entry.Signer != ledger!.RunnerKey.KeyId));
        }
    }

    /// <summary>All of them, in the ledger's order.</summary>
    public IReadOnlyList<VerdictMark> Marks => _marks;

    public static PastVerdicts Open(Host host, Workspace workspace)
    {
        if (!Directory.Exists(Path.Combine(workspace.State, "ledger"))) return new(workspace, null);
        return LedgerFolder.Open(workspace.State, LedgerMode.Read, host.Clock) switch
        {
            LedgerOpening.Opened { Ledger: var ledger } => Opened(workspace, ledger),
            LedgerOpening.Refused { Problem: var problem } => throw Session.Of(problem),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static PastVerdicts Opened(Workspace workspace, LedgerFolder ledger)
    {
        try
        {
            return new(workspace, ledger);
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    public Decision? Statement(Fact.Decided decided) => Blob(decided.Statement) is { } bytes ? Statements.Read<Decision>(bytes.AsSpan()) : null;

    /// <summary>What a verdict names by digest and the blobs still hold.</summary>
    public Inputs InputsOf(Digest document, Digest release) => new(
        document == _workspace.Document.Digest ? _workspace.Document : Blob(document) is { } bytes ? Statements.Read<Document>(bytes.AsSpan()) : null,
        release == document ? ImmutableSortedDictionary<string, Digest>.Empty : Blob(release) is { } manifest ? Release.ArtifactsOf(manifest.AsSpan()) : null);

    ImmutableArray<byte>? Blob(Digest digest) => _ledger?.Blobs.Get(digest) is BlobReading.Found { Bytes: var bytes } ? bytes : null;

    /// <summary>The verdict that a word means: <c>last</c>, <c>last~2</c>, <c>opening</c>, the first digits of its entry, or the instant at which it stood.</summary>
    /// <exception cref="Refusal">There is none.</exception>
    public VerdictMark Find(string word, string? gate)
    {
        var named = gate ?? _marks.LastOrDefault()?.Fact.Gate ?? throw Refusal.Usage("no verdict has been given yet", "`muster check` gives one");
        var own = _marks.Where(mark => mark.Fact.Gate == named).ToList();
        if (own.Count == 0) throw Refusal.Usage($"no verdict of {named} has been given yet", $"muster gate {named}");
        if (word == "last" || word.StartsWith("last~", StringComparison.Ordinal)) return Back(own, word, named);
        if (word == "opening")
            return own.LastOrDefault(mark => mark is { Fact: { Standing: false, Verdict: >= Verdict.ConditionalGo } }) ?? throw Refusal.Usage($"{named} has never opened", "name a verdict: last~1, or the first digits of its entry");
        if (Time(word) is { } at)
            return own.LastOrDefault(mark => mark.Fact.At <= at) ?? throw Refusal.Usage($"{named} had no verdict yet at {word}; its first is of {Instant.Write(own[0].Fact.At)}", "name a later time");
        var digits = word.StartsWith("sha256:", StringComparison.Ordinal) ? word[7..] : word;
        return (digits.Length < 4 ? [] : _marks.Where(mark => mark.Entry.Hex.StartsWith(digits, StringComparison.Ordinal)).Take(2).ToList()) switch
        {
            [var one] => one,
            [] => throw Refusal.Usage($"{word} is no verdict of this ledger, and no file", "last, last~1, opening, a time as 2026-05-01T09:00:00Z, the first digits of an entry (muster history), or a certificate's file"),
            _ => throw Refusal.Usage($"several verdicts begin with {word}", "give more digits"),
        };
    }

    static VerdictMark Back(List<VerdictMark> own, string word, string gate)
    {
        var back = 0;
        if (word.Length > 4 && (!int.TryParse(word.AsSpan(5), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out back) || back < 0))
            throw Refusal.Usage($"{word}: not a count", "as last~1, the one before the last");
        return back < own.Count ? own[^(back + 1)] : throw Refusal.Usage($"{gate} has {own.Count} verdicts, so there is no {word}", $"at most last~{own.Count - 1}");
    }

    /// <summary>An instant, or a date, which is its beginning in UTC.</summary>
    public static DateTimeOffset? Time(string word) =>
        Instant.TryRead(word, out var at) ? at : word.Length == 10 && Instant.TryRead(word + "T00:00:00Z", out var day) ? day : null;

    public void Dispose() => _ledger?.Dispose();
}
