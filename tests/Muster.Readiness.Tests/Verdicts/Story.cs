using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Readiness.Tests.Verdicts;

/// <summary>What happened, hour by hour, and what the judge says of it. Hours count from <see cref="Given.Start"/>.</summary>
sealed class Story(Document document)
{
    readonly Dictionary<Digest, Document> _documents = [];
    readonly Dictionary<Digest, Decision> _decisions = [];
    readonly List<Entry> _entries = [];

    public Document Document { get; private set; } = document;
    public Digest Release { get; private set; } = Digest.Of("release one"u8);
    public string? Home { get; set; }
    public IReadOnlyList<Entry> Entries => _entries;
    public Entry Last => _entries[^1];

    public Story Now(Document document)
    {
        Document = document;
        return this;
    }

    public Story Releases(string name)
    {
        Release = Digest.Of(System.Text.Encoding.UTF8.GetBytes(name));
        return this;
    }

    public Story Gated(params string[] controls) => Now(Document.Gate(gate => gate with { Controls = [.. controls] }));

    public Story Enters(Fact fact, double hour, string signer = "key-runner")
    {
        var id = Digest.Of(System.Text.Encoding.UTF8.GetBytes(_entries.Count.ToString(CultureInfo.InvariantCulture) + "/" + signer));
        _entries.Add(new(_entries.Count, id, Given.Hour(hour), signer, fact));
        return this;
    }

    public Story Sees(string cell, double hour, Value.Fields? observation, Func<Run, Run>? edit = null, Func<Sight, Sight>? look = null, double? entered = null, string signer = "key-runner", string environment = "production")
    {
        var asked = Document.Controls.SelectMany(control => Asks.Of(Document, control, environment).Concat(Asks.Until(Document, control, environment) is { } until ? [until] : [])).First(asked => asked.Name == cell);
        var sight = observation is null ? new Sight { Blind = Blind.Unreachable } : new Sight { Observation = observation, Population = 1, Before = "10.0.0.1", After = "10.0.0.1" };
        var run = new Run
        {
            Question = asked.Question.Digest, Cells = [cell], Environment = asked.Environment, Release = Release, Origin = Origin.Live,
            Started = Given.Hour(hour), Finished = Given.Hour(hour), Sights = [look is null ? sight : look(sight)],
        };
        return Enters(new Fact.Ran(edit is null ? run : edit(run)), entered ?? hour, signer);
    }

    public Story Passes(string cell, double hour, Func<Run, Run>? edit = null, Func<Sight, Sight>? look = null, double? entered = null, string signer = "key-runner", string environment = "production") =>
        Sees(cell, hour, Value.Of(("status", 200)), edit, look, entered, signer, environment);

    public Story Fails(string cell, double hour, Func<Run, Run>? edit = null, Func<Sight, Sight>? look = null, double? entered = null, string environment = "production") =>
        Sees(cell, hour, Value.Of(("status", 500)), edit, look, entered, environment: environment);

    public Story SeesNothing(string cell, double hour) => Sees(cell, hour, null);

    /// <summary>A verdict is given and recorded, as <see cref="Assessment"/> does; it opens or it does not.</summary>
    public Story Decides(double hour, string gate = "go-live", Func<Fact.Decided, Fact.Decided>? edit = null)
    {
        var decision = Decide(hour, gate);
        var decided = Assessment.Entered(decision, Digest.Of(Statements.ToBytes(decision)));
        _decisions[decided.Statement] = decision;
        _documents[Document.Digest] = Document;
        return Enters(edit is null ? decided : edit(decided), hour);
    }

    public Story Signs(string person, string role, double hour, Func<Fact.SignedOff, Fact.SignedOff>? edit = null)
    {
        var fact = new Fact.SignedOff("go-live", role, SignOffs.Over(Decide(hour)), Given.Hour(hour));
        return Enters(edit is null ? fact : edit(fact), hour, "key-" + person);
    }

    public Story Rejects(string person, double hour) => Enters(new Fact.Rejected("go-live", Release, "not yet", Given.Hour(hour)), hour, "key-" + person);

    /// <summary>Takes back the newest entry but those of runs and verdicts.</summary>
    public Story Withdraws(string person, double hour)
    {
        var entry = _entries.Last(entry => entry.Fact is not (Fact.Ran or Fact.Decided));
        return Enters(new Fact.Withdrawn(entry.Id, "changed my mind", Given.Hour(hour)), hour, "key-" + person);
    }

    public Story Waives(string control, double hour, double until, string by = "mia", Func<Waiver, Waiver>? edit = null, params string[] matchers)
    {
        var waiver = new Waiver
        {
            Control = control, ControlText = Document.Control(control)!.Digest, Environment = "production", Releases = [Release],
            Matchers = matchers.Length > 0 ? [.. matchers] : ["status"], Requester = "jon", Because = "accepted for the launch", From = Given.Hour(hour), Expires = Given.Hour(until),
        };
        return Enters(new Fact.Waived(edit is null ? waiver : edit(waiver)), hour, "key-" + by);
    }

    /// <summary>jon asks, unless somebody else does.</summary>
    public Story Requests(string control, double hour, double until, string by = "jon", Func<Waiver, Waiver>? edit = null)
    {
        var waiver = new Waiver
        {
            Control = control, ControlText = Document.Control(control)!.Digest, Environment = "production", Releases = [Release],
            Matchers = ["status"], Requester = by, Because = "accepted for the launch", From = Given.Hour(hour), Expires = Given.Hour(until),
        };
        return Enters(new Fact.WaiverRequested(edit is null ? waiver : edit(waiver), Given.Hour(hour)), hour, "key-" + by);
    }

    /// <summary>The newest request, word for word.</summary>
    public Story Approves(double hour, string by = "mia", Func<Waiver, Waiver>? edit = null)
    {
        var request = _entries.Last(entry => entry.Fact is Fact.WaiverRequested);
        var waiver = ((Fact.WaiverRequested)request.Fact).Waiver with { Request = request.Id, From = Given.Hour(hour) };
        return Enters(new Fact.Waived(edit is null ? waiver : edit(waiver)), hour, "key-" + by);
    }

    public Story Attests(string person, string control, double hour)
    {
        var asked = Asks.Of(Document, Document.Control(control)!, "production")[0];
        var said = asked.Part.Steps[0].Parameters;
        return Enters(new Fact.Attested(asked.Question.Digest, control, "production", Release, ((Value.Text)said["target"]!).Is, ((Value.Text)said["by"]!).Is, Given.Hour(hour)), hour, "key-" + person);
    }

    /// <summary>A rehearsal of two steps that took half an hour and ended at that hour.</summary>
    public Story Drills(string person, string control, double hour, string outcome = "passed", string? witness = null, double? entered = null, Func<Fact.Drilled, Fact.Drilled>? edit = null)
    {
        var asked = Asks.Of(Document, Document.Control(control)!, "production")[0];
        static Value Step(double after) => Value.Of(("kind", "step"), ("after", after), ("says", "did it"));
        var fact = new Fact.Drilled(asked.Question.Digest, control, "production", Release, ((Value.Text)asked.Part.Steps[0].Parameters["by"]!).Is,
            Value.Of(("outcome", outcome), ("duration", 1800), ("transcript", Value.List([Step(60), Step(1500)]))), Given.Hour(hour - 0.5), Given.Hour(hour));
        Enters(edit is null ? fact : edit(fact), entered ?? hour, "key-" + person);
        return witness is null ? this : Enters(new Fact.DrillWitnessed(_entries[^1].Id, control, Given.Hour(hour)), entered ?? hour, "key-" + witness);
    }

    public Story Revokes(string key, string by, double hour) => Enters(new Fact.Revoked(key, "lost laptop", Given.Hour(hour)), hour, "key-" + by);

    /// <summary>What was entered from there on came from elsewhere, and arrived then.</summary>
    public Story Arrives(int from, double hour, string signer = "key-runner")
    {
        Enters(new Fact.Arrived(default, "", [], _entries.Count - from, 0, Given.Hour(hour)), hour, signer);
        var arrival = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
        _entries.Insert(from, arrival);
        for (var i = from; i < _entries.Count; i++) _entries[i] = _entries[i] with { Index = i };
        return this;
    }

    public Story BreaksGlass(string person, double hour, double until, string because = "the shop is down") =>
        Enters(new Fact.GlassBroken("go-live", Release, because, Given.Hour(until), Given.Hour(hour)), hour, "key-" + person);

    public Story Accepts(string person, Document from, double hour) =>
        Enters(new Fact.Accepted("go-live", from.Digest, Document.Digest, "seen", Given.Hour(hour)), hour, "key-" + person);

    public Folded Ledger(IEnumerable<Entry>? entries = null)
    {
        var ledger = new Folded(_documents.GetValueOrDefault, _decisions.GetValueOrDefault) { Home = Home };
        foreach (var entry in entries ?? _entries) ledger.Add(entry);
        return ledger;
    }

    public Judgement Judge(double hour, string gate = "go-live") => Readiness.Judge.Decide(Document, Release, Ledger(), gate, Given.Hour(hour), Given.Kinds);

    public Decision Decide(double hour, string gate = "go-live") => Assert.IsType<Judgement.Given>(Judge(hour, gate)).Decision;

    public Verdict Verdict(double hour, string gate = "go-live") => Decide(hour, gate).Verdict;

    public Judgement Stand(double hour) => Readiness.Judge.Stand(Document, Release, Ledger(), "go-live", Given.Hour(hour), Given.Kinds);

    public Verdict Stands(double hour) => Assert.IsType<Judgement.Given>(Stand(hour)).Decision.Verdict;

    public ControlShown Shown(string control, double hour) => Decide(hour).Controls.Single(shown => shown.Id == control);

    public (State, Why?) State(string control, double hour) => Shown(control, hour) is var shown ? (shown.State, shown.Why) : default;
}
