using System.Collections.Immutable;
using System.Text;
using Muster.Cli;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>What happened before the gate is asked, deed by deed: each becomes a signed entry of the real ledger at its time.</summary>
sealed class Deeds(Scene scene)
{
    readonly Dictionary<string, Entry> _named = [];
    readonly Hands _hands = new(scene);
    Tree _deed = null!;
    DateTimeOffset _at;

    public async Task Do(Value.Items deeds)
    {
        foreach (var one in deeds.Are)
        {
            _deed = Tree.Of(one, $"{scene.Trap.Name}/ledger.yaml");
            _at = Moment.Read(_deed.Text("at"), scene.Trap.At, scene.Trap.At - TimeSpan.FromHours(1));
            scene.Put(_at);
            await One();
            _deed.Done();
        }
    }

    Session Session => scene.Under(_deed.Text("document") ?? "muster.yaml");

    DateTimeOffset Time(string name, DateTimeOffset otherwise) => Moment.Read(_deed.Text(name), scene.Trap.At, otherwise);

    /// <summary>The document's own release, or another by its name.</summary>
    Release Release(string? named) => named is null ? Session.Release(null) : new(Digest.Of(Encoding.UTF8.GetBytes(named)), ImmutableSortedDictionary<string, Digest>.Empty);

    async Task One()
    {
        if (_deed.Text("hand") is { } hand) _hands.Do(hand, _deed);
        else if (_deed.Has("cli")) await scene.Run(_deed.Texts("cli"));
        else if (_deed.Text("check") is { } looked) await scene.Look(looked);
        else if (_deed.Text("decide") is { } decided) Session.DecideAndRecord(Session.Workspace.Gate(decided), Release(_deed.Text("release")));
        else if (_deed.Text("stand") is { } standing) Session.DecideAndRecord(Session.Workspace.Gate(standing), Release(_deed.Text("release")), standing: true);
        else Enter(Said());
    }

    Fact Said()
    {
        if (_deed.Text("look") is { } cell) return new Fact.Ran(Run(cell));
        if (_deed.Text("sign") is { } signed) return SignOff(signed);
        if (_deed.Text("reject") is { } rejected) return new Fact.Rejected(rejected, Release(_deed.Text("release")).Digest, _deed.Text("because") ?? "not yet", _at);
        if (_deed.Text("withdraw") is { } withdrawn) return new Fact.Withdrawn(_named[withdrawn].Id, "changed my mind", _at);
        if (_deed.Text("waive") is { } waived) return new Fact.Waived(_deed.Text("request") is { } request ? Approved(request, waived) : Waiver(waived));
        if (_deed.Text("ask_for_waiver") is { } asked) return new Fact.WaiverRequested(Waiver(asked), _at);
        if (_deed.Text("revoke") is { } revoked) return new Fact.Revoked(Scene.Key(revoked).KeyId, _deed.Text("because") ?? "The laptop was stolen", _at);
        if (_deed.Text("break_glass") is { } broken) return new Fact.GlassBroken(broken, Release(_deed.Text("release")).Digest, _deed.Need("because"), Time("expires", _at + TimeSpan.FromHours(4)), _at);
        if (_deed.Text("accept") is { } accepted) return new Fact.Accepted(accepted, DigestOf(_deed.Need("from")), DigestOf(_deed.Text("to") ?? "muster.yaml"), "seen", _at);
        if (_deed.Text("attest") is { } attested) return Attested(attested);
        if (_deed.Text("verdict") is { } verdict) return Verdict(verdict);
        throw new InvalidDataException($"{scene.Trap.Name}/ledger.yaml: {_deed.Fields} is no deed");
    }

    void Enter(Fact fact)
    {
        var signer = _deed.Text("by") is { } by && by != "runner" ? Scene.Key(by) : null;
        if (_deed.Text("signed_with") is { } forger)
        {
            // The name of one key over the signature of another: what somebody can write who holds the runner's key.
            var honest = Envelope.Read(EntryBytes.Seal(fact, _at, forger == "runner" ? Session.Ledger.Runner! : Scene.Key(forger)))!;
            Session.Ledger.AppendPrepared([new Envelope(honest.Payload, signer!.KeyId, honest.Signature).Bytes()]);
            scene.Close();
            return;
        }

        var entry = Session.Append([fact], signer)[0];
        Session.Folded.Add(entry);
        if (_deed.Text("named") is { } name) _named[name] = entry;
    }

    string Environment => _deed.Text("in") ?? (Session.Document.Gate(scene.Trap.Gate) ?? Session.Document.Gates[0]).Environment;

    PartQuestion Asked(string cell)
    {
        var document = _deed.Text("asked") is { } other ? scene.Under(other).Document : Session.Document;
        return document.Controls.SelectMany(control => Asks.Of(document, control, Environment).Concat(Asks.Until(document, control, Environment) is { } until ? [until] : [])).FirstOrDefault(asked => asked.Name == cell)
            ?? throw new InvalidDataException($"{scene.Trap.Name}: no check is named {cell}");
    }

    Run Run(string cell)
    {
        var asked = Asked(cell);
        var started = Time("started", _at);
        return new()
        {
            Question = asked.Question.Digest, Cells = [cell], Environment = asked.Environment, Release = Release(_deed.Text("release")).Digest, Origin = _deed.Word<Origin>("origin") ?? Origin.Live,
            Started = started, Finished = Time("finished", started), Undated = _deed.Truth("undated"), By = "muster traps",
            Sights = _deed.Inner("steps") is { } steps ? [.. asked.Question.Steps.Where(step => steps.Has(step.Name)).Select(step => Sight(steps.Inner(step.Name)!) with { Step = step.Name })] : [Sight(_deed)],
        };
    }

    static Sight Sight(Tree tree)
    {
        var before = tree.Take("before") ?? "10.0.0.1";
        var saw = tree.Take("saw") as Value.Fields;
        return new()
        {
            Observation = saw, Blind = saw is null ? tree.Word<Blind>("blind") ?? throw new InvalidDataException("a look saw something or was blind") : null, Detail = tree.Text("detail"),
            Population = tree.Whole("population") ?? (saw is null ? 0 : 1), Before = before, After = tree.Take("after") ?? before,
        };
    }

    Fact.SignedOff SignOff(string gate)
    {
        var decision = Session.Decide(Session.Workspace.Gate(gate), Release(_deed.Text("release")));
        return new(gate, _deed.Need("as"), SignOffs.Over(decision), Time("signed", _at));
    }

    Waiver Waiver(string control)
    {
        var text = _deed.Text("text_of") is { } other ? Reading(other).Control(control)! : Session.Document.Control(control)!;
        return new()
        {
            Control = control, ControlText = text.Digest, Environment = _deed.Text("environment") ?? Environment,
            Releases = [.. (_deed.Has("releases") ? _deed.Texts("releases").Select(name => Release(name).Digest) : [Release(null).Digest])],
            Matchers = [.. (_deed.Has("matchers") ? _deed.Texts("matchers") : ["status"])], CoversUnproven = _deed.Truth("covers_unproven"), Requester = _deed.Text("requester") ?? "jon",
            Because = _deed.Text("because") ?? "accepted for the launch", CompensatingControl = _deed.Text("compensating_control"), From = Time("from", _at), Expires = Time("expires", scene.Trap.At + TimeSpan.FromDays(3)),
        };
    }

    /// <summary>What was asked for, word by word, unless the deed says otherwise.</summary>
    Waiver Approved(string request, string control)
    {
        var entry = _named[request];
        return _deed.Has("matchers") || _deed.Has("requester") ? Waiver(control) with { Request = entry.Id } : ((Fact.WaiverRequested)entry.Fact).Waiver with { Request = entry.Id };
    }

    Fact.Attested Attested(string control)
    {
        var asked = Asked(control);
        var parameters = asked.Part.Steps[0].Parameters;
        return new(asked.Question.Digest, control, asked.Environment, Release(_deed.Text("release")).Digest, _deed.Text("statement") ?? ((Value.Text)parameters["target"]!).Is, _deed.Text("as") ?? ((Value.Text)parameters["by"]!).Is, Time("said", _at));
    }

    /// <summary>A verdict that no judge gave.</summary>
    Fact.Decided Verdict(string gate)
    {
        var found = Session.Document.Gate(gate) ?? Session.Document.Gates[0];
        var statement = Session.Ledger.Blobs.Put(Encoding.UTF8.GetBytes($"a verdict on {gate} that nobody gave"), Retention.Record);
        return new(gate, found.Environment, Release(_deed.Text("release")).Digest, Session.Document.Digest, statement, _deed.Word<Verdict>("says") ?? Readiness.Verdict.Go, _at);
    }

    Digest DigestOf(string document) => Reading(document).Digest;

    Document Reading(string document) => Workspace.Read(Path.Combine(scene.Folder, document), out _).Document ?? throw new InvalidDataException($"{document} cannot be read");
}
