using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Gates;

public class AssessmentTests
{
    readonly Document _document = Given.Document(Given.Control("edge"), Given.Control("warned").Warn());
    readonly Dictionary<Digest, byte[]> _kept = [];
    readonly List<Fact> _recorded = [];
    readonly List<string> _asked = [];

    readonly Folded _ledger = new(_ => null);
    readonly Digest _release = Digest.Of("release"u8);

    Assessment Main() => new(
        _document, _release, _ledger,
        facts =>
        {
            var first = _recorded.Count;
            _recorded.AddRange(facts);
            return [.. facts.Select((fact, i) => new Entry(first + i, Digest.Of(Statements.ToBytes(fact)), Given.Start, "key-runner", fact))];
        },
        bytes =>
        {
            var digest = Digest.Of(bytes.Span);
            _kept[digest] = bytes.ToArray();
            return digest;
        },
        () => Given.Start, Given.Kinds);

    /// <summary>Eyes that give one answer at a time, and are called off after so many.</summary>
    Look Seeing(int status, int most = int.MaxValue) => (asks, _) =>
    {
        return Answers();

        async IAsyncEnumerable<ImmutableArray<Run>> Answers()
        {
            await Task.CompletedTask;
            foreach (var ask in asks)
            {
                if (most-- == 0) throw new OperationCanceledException();
                _asked.AddRange(ask.Cells);
                yield return
                [
                    new Run
                    {
                        Question = ask.Question.Digest, Environment = ask.Environment, Release = _release, Origin = Origin.Live, Started = Given.Start, Finished = Given.Start,
                        Sights = [new Sight { Observation = Value.Of(("status", status)), Population = 1 }],
                    },
                ];
            }
        }
    };

    Task<Judgement> Check(string gate, Look look) => Main().Check(gate, Main().Due(gate, new()), look, TestContext.Current.CancellationToken);

    [Fact]
    public async Task It_asks_records_decides_and_records_the_verdict()
    {
        var judgement = await Check("go-live", Seeing(200));

        var decision = Assert.IsType<Judgement.Given>(judgement).Decision;
        Assert.Equal(Verdict.Go, decision.Verdict);
        Assert.Equal(["edge", "warned"], _asked);
        var entered = Assert.IsType<Fact.Decided>(_recorded[^1]);
        Assert.Equal(Statements.ToBytes(decision), _kept[entered.Statement]);
        Assert.Equal(_document.Digest, Statements.Read<Document>(_kept[entered.Document]).Digest);
        Assert.Equal((2, Verdict.Go, "production"), (entered.Over, entered.Verdict, entered.Environment));
    }

    [Fact]
    public async Task What_is_fresh_is_not_asked_again_and_deciding_probes_nothing()
    {
        await Check("go-live", Seeing(200));
        _asked.Clear();
        await Check("go-live", Seeing(500));
        Main().Decide("go-live");

        Assert.Empty(_asked);
        Assert.Equal(3, _recorded.OfType<Fact.Decided>().Count());
    }

    [Fact]
    public async Task An_interrupted_check_keeps_what_it_saw_and_gives_no_verdict()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => Check("go-live", Seeing(200, most: 1)));

        Assert.IsType<Fact.Ran>(Assert.Single(_recorded));
        _asked.Clear();
        await Check("go-live", Seeing(200));
        Assert.Equal(["warned"], _asked);
    }

    [Fact]
    public async Task Where_there_is_no_verdict_none_is_recorded()
    {
        Assert.IsType<Judgement.None>(await Check("no-such", Seeing(200)));
        Assert.Empty(_recorded);
    }

    [Fact]
    public void What_a_verdict_leaves_open_is_entered_with_its_deadline()
    {
        var decision = new Story(_document).Passes("edge", 0).Decide(1);

        Assert.Equal(["warned due 2026-03-03T09:00:00.000Z"], Assessment.Entered(decision, default).Open);
    }

    [Fact]
    public async Task A_standing_verdict_is_recorded_as_one()
    {
        await Check("go-live", Seeing(200));
        var decision = Assert.IsType<Judgement.Given>(Main().Stand("go-live")).Decision;

        Assert.True(decision.Standing);
        Assert.True(Assert.IsType<Fact.Decided>(_recorded[^1]).Standing);
        Assert.False(Assert.IsType<Fact.Decided>(_recorded[^2]).Standing);
        Assert.Empty(_asked.Skip(2));
    }

    [Fact]
    public void What_never_opened_leaves_no_record_of_standing()
    {
        Assert.IsType<Judgement.None>(Main().Stand("go-live"));
        Assert.Empty(_recorded);
    }
}
