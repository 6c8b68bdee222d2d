using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Properties;

/// <summary>A document and what happened under it, drawn at random; the same drawing gives the same tale.</summary>
sealed record Tale(ImmutableArray<int> Drawn)
{
    public static readonly Arbitrary<Tale> Any = (
        from length in Gen.Choose(30, 160)
        from drawn in Gen.ArrayOf(Gen.Choose(0, 1_000_000), length)
        select new Tale([.. drawn])).ToArbitrary();

    public Story Told()
    {
        var dice = new Dice(Drawn);
        var story = new Story(Tales.Document(dice));
        for (var hour = 0d; dice.Left > 6; hour += dice.Of(4)) Happens(story, dice, hour);
        return story;
    }

    static void Happens(Story story, Dice dice, double hour)
    {
        switch (dice.Of(15))
        {
            case < 5: story.Passes(dice.One(Tales.Cells(story.Document)), hour - dice.Of(3), entered: hour, environment: dice.One(Tales.Environments)); break;
            case 5: story.Fails(dice.One(Tales.Cells(story.Document)), hour - dice.Of(3), entered: hour, environment: dice.One(Tales.Environments)); break;
            case 6: story.SeesNothing(dice.One(Tales.Cells(story.Document)), hour); break;
            case 7:
                var waived = dice.One(story.Document.Controls);
                var matchers = waived.Cells.SelectMany(cell => cell.Parts.Select(part => (part.Name.Length == 0 ? "" : part.Name + ":") + part.Steps[0].Expect.Fields[0].Path)).Append("x");
                story.Waives(waived.Id, hour, hour + dice.Of(60), edit: waiver => waiver with { CoversUnproven = dice.Of(2) == 0 }, matchers: [.. matchers.Where(_ => dice.Of(4) > 0)]);
                break;
            case 8: story.Signs(dice.One(["mia", "jon", "eve"]), dice.One(["architect", "devops-lead"]), hour); break;
            case 9: story.Decides(hour, "rehearsal"); break;
            case 10: story.Decides(hour); break;
            case 11: if (dice.Of(6) == 0) story.Rejects("eve", hour); break;
            case 12:
                switch (dice.Of(8))
                {
                    case < 2: story.BreaksGlass(dice.One(["eve", "ann"]), hour, 200); break;
                    case 2: story.Revokes(dice.One(Tales.Keys), dice.One(["ann", "mia", "jon", "mia-new"]), hour); break;
                    case 3: story.Requests(dice.One(story.Document.Controls).Id, hour, hour + dice.Of(60)).Approves(hour); break;
                    case 4: if (story.Entries.Any(entry => entry.Fact is not (Fact.Ran or Fact.Decided))) story.Withdraws(dice.One(["eve", "mia", "mia-new", "ann"]), hour); break;
                    case 5: story.Signs("mia-new", "architect", hour); break;
                }

                break;
            case 13:
                if (Tales.Drills(story.Document) is { Count: > 0 } drills) story.Drills(dice.One(["eve", "jon"]), dice.One(drills), hour - dice.Of(3), dice.Of(3) == 0 ? "failed" : "passed", dice.Of(3) == 0 ? null : dice.One(["mia", "eve", "ann"]), entered: hour);
                break;
            default: story.Passes(dice.One(Tales.Cells(story.Document)), hour, environment: dice.One(Tales.Environments)); break;
        }
    }

    public override string ToString() => string.Join(' ', Drawn);
}

/// <summary>Draws numbers from a fixed row of them; an empty row draws zeros.</summary>
sealed class Dice(ImmutableArray<int> drawn)
{
    int _next;

    public int Left => drawn.Length - _next;

    public int Of(int sides) => _next < drawn.Length ? drawn[_next++] % sides : 0;

    public T One<T>(IReadOnlyList<T> of) => of[Of(of.Count)];
}

static class Tales
{
    public static readonly string[] Environments = ["staging", "production", "production"];

    public static readonly string[] Keys = ["key-mia", "key-jon", "key-eve", "key-ann", "key-mia-new", "key-runner"];

    public static Document Document(Dice dice)
    {
        var controls = Enumerable.Range(0, 1 + dice.Of(4)).Select(i => Control(dice, "c" + i)).ToList();
        if (dice.Of(4) == 0) controls.Add(Given.States("states", "all") with { Modes = Modes(dice) });
        if (dice.Of(3) == 0) controls.Add(Given.Drill("drill") with { Modes = Modes(dice) });
        var document = Given.Document([.. controls]);
        document = document.Also(new Gate { Name = "rehearsal", Environment = "staging", Controls = [controls[0].Id], Excuses = ["architect"] });
        if (dice.Of(2) == 0) document = document.Signed(("architect", 1));
        if (dice.Of(4) == 0) document = document.Signed(("architect", 1), ("devops-lead", 1));
        if (dice.Of(3) == 0) document = document.Gate(gate => gate with { After = "rehearsal", Soak = dice.Of(2) == 0 ? TimeSpan.FromHours(dice.Of(30)) : null });
        if (dice.Of(4) == 0) document = document.Gate(gate => gate with { Freezes = [new(Given.Hour(10), Given.Hour(20), "holiday")] });
        if (dice.Of(4) == 0) document = document.Gate(gate => gate with { ProvedIn = ["staging", "production"] });
        if (dice.Of(3) == 0) document = document with { People = [.. document.People.Select(person => person.Name == "mia" ? person with { KeyId = "key-mia-new", Former = [new("key-mia", Given.Hour(dice.Of(60)))] } : person)] };
        return document;
    }

    static Control Control(Dice dice, string id)
    {
        var control = Given.Control(id, [.. Enumerable.Range(0, 1 + dice.Of(2)).Select(i => Given.Part(i == 0 ? "" : "p" + i, $"/{id}/{i}") with { Fresh = TimeSpan.FromHours(12 + dice.Of(90)) })]);
        return control with
        {
            Combine = dice.Of(4) == 0 ? Combine.Any : Combine.All,
            Modes = Modes(dice),
            NeverOverride = dice.Of(8) == 0,
            AboutRelease = dice.Of(8) == 0,
            NotApplicable = dice.Of(8) == 0 ? new("not here", "architect", Given.Hour(dice.Of(100))) : null,
            Deferred = dice.Of(8) == 0 ? new("later", "architect", Given.Hour(dice.Of(100)), Given.Part(target: "/trigger")) : null,
        };
    }

    static ImmutableArray<DatedMode> Modes(Dice dice) => dice.Of(6) switch
    {
        0 => [new(Mode.Observe), new(Mode.Warn, Given.Hour(dice.Of(60)))],
        1 => [new(Mode.Warn), new(Mode.Block, Given.Hour(dice.Of(60)))],
        2 => [new(Mode.Warn)],
        _ => [new(Mode.Block)],
    };

    public static IReadOnlyList<string> Drills(Document document) => [.. document.Controls.Where(control => control.Cells.Any(cell => cell.Parts.Any(part => part.Steps[0].Kind == "drill"))).Select(control => control.Id)];

    public static IReadOnlyList<string> Cells(Document document) =>
        [.. document.Controls.SelectMany(control => Asks.Of(document, control, "production").Concat(Asks.Until(document, control, "production") is { } until ? [until] : []))
            .Where(asked => asked.Part.Steps[0].Kind == "http").Select(asked => asked.Name)];
}
