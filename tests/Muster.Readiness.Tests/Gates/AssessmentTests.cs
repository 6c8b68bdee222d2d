using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Gates;

public class AssessmentTests
{
    readonly Document _document = Given.Document(Given.Control("edge"), Given.Control("warned").Warn());
    readonly Dictionary<Digest, byte[]> _kept = [];
    readonly List<Fact> _recorded = [];
    readonly List<string> _asked = [];

    Assessment Of(int status) => new(
        (asks, _) =>
        {
            _asked.AddRange(asks.SelectMany(ask => ask.Cells));
            return Task.FromResult(asks.Select(ask => new Run
            {
                Question = ask.Question.Digest, Environment = ask.Environment, Release = default, Origin = Origin.Live, Started = Given.Start, Finished = Given.Start,
                Sights = [new Sight { Observation = Value.Of(("status", status)), Population = 1 }],
            }).ToImmutableArray());
        },
        (facts, _) =>
        {
            _recorded.AddRange(facts);
            return Task.FromResult(facts.Select((fact, i) => new Entry(_recorded.Count + i, Digest.Of(Statements.ToBytes(fact)), Given.Start, "key-runner", fact)).ToImmutableArray());
        },
        (bytes, _) =>
        {
            var digest = Digest.Of(bytes.Span);
            _kept[digest] = bytes.ToArray();
            return Task.FromResult(digest);
        },
        () => Given.Start, Given.Kinds);

    [Fact]
    public async Task It_asks_records_decides_and_records_the_verdict()
    {
        var release = Digest.Of("release"u8);
        var judgement = await Of(200).Check(_document, release, new Folded(_ => null), "go-live", new(), TestContext.Current.CancellationToken);

        var decision = Assert.IsType<Judgement.Given>(judgement).Decision;
        Assert.Equal(Verdict.Go, decision.Verdict);
        Assert.Equal(["edge", "warned"], _asked);
        Assert.All(_recorded.OfType<Fact.Ran>(), ran => Assert.Equal(release, ran.Run.Release));
        var entered = Assert.IsType<Fact.Decided>(_recorded[^1]);
        Assert.Equal(Statements.ToBytes(decision), _kept[entered.Statement]);
        Assert.Equal(_document.Digest, Statements.Read<Document>(_kept[entered.Document]).Digest);
        Assert.Equal((2, Verdict.Go, "production"), (entered.Over, entered.Verdict, entered.Environment));
    }

    [Fact]
    public async Task What_is_fresh_is_not_asked_again_and_deciding_probes_nothing()
    {
        var ledger = new Folded(_ => null);
        await Of(200).Check(_document, default, ledger, "go-live", new(), TestContext.Current.CancellationToken);
        _asked.Clear();
        await Of(500).Check(_document, default, ledger, "go-live", new(), TestContext.Current.CancellationToken);
        await Of(500).Decide(_document, default, ledger, "go-live", TestContext.Current.CancellationToken);

        Assert.Empty(_asked);
        Assert.Equal(3, _recorded.OfType<Fact.Decided>().Count());
    }

    [Fact]
    public async Task Where_there_is_no_verdict_none_is_recorded()
    {
        Assert.IsType<Judgement.None>(await Of(200).Check(_document, default, new Folded(_ => null), "no-such", new(), TestContext.Current.CancellationToken));
        Assert.Empty(_recorded);
    }

    [Fact]
    public void What_a_verdict_leaves_open_is_entered_with_its_deadline()
    {
        var decision = new Story(_document).Passes("edge", 0).Decide(1);

        Assert.Equal(["warned due 2026-03-03T09:00:00.000Z"], Assessment.Entered(decision, default).Open);
    }
}
