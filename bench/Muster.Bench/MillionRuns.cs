using System.Globalization;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>10,000 controls, each asked 100 times: the document, its runs, and a ledger of them that is made once in a whole run of the bench.</summary>
static class MillionRuns
{
    public const int Controls = 10_000;
    public const int Each = 100;
    const int Group = 4096;
    public const string Gate = "go-live";
    const string Environment = "production";
    static readonly DateTimeOffset Begin = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    static readonly Digest Release = Digest.Of("release"u8);

    /// <summary>A moment after the last run, when the newest run of every control is fresh.</summary>
    public static readonly DateTimeOffset At = Begin.AddHours(Each);

    public static Document Document() => new()
    {
        System = "shop",
        Environments = [new(Environment, Value.Fields.Empty, [])],
        Controls = [.. Enumerable.Range(0, Controls).Select(Control)],
        Gates = [new() { Name = Gate, Environment = Environment, Controls = [.. Enumerable.Range(0, Controls).Select(Id)] }],
    };

    public static Decision Decide(Document document, Folded folded) =>
        Judge.Decide(document, Release, folded, Gate, At, Probes.ProbeKinds.Catalogue) is Judgement.Given { Decision: var decision }
            ? decision.BlockingMet == Controls ? decision : throw new InvalidOperationException($"only {decision.BlockingMet} controls are met")
            : throw new InvalidOperationException("no verdict");

    /// <summary>All runs by time: hour by hour, control by control.</summary>
    public static IEnumerable<Fact> Facts(Document document)
    {
        var questions = document.Controls.Select(control => Asks.Of(document, control, Environment)[0]).ToArray();
        var identity = Value.Of(("address", "192.0.2.7"), ("server", "shop"));
        for (var hour = 0; hour < Each; hour++)
            for (var i = 0; i < questions.Length; i++)
            {
                var started = Started(hour, i);
                yield return new Fact.Ran(new()
                {
                    Question = questions[i].Question.Digest, Cells = [questions[i].Name], Environment = Environment, Release = Release, Origin = Origin.Live,
                    Started = started, Finished = started.AddMilliseconds(12), By = "muster 0.1.0",
                    Sights = [new() { Observation = Observation(hour, i), Population = 1, Before = identity, After = identity }],
                });
            }
    }

    public static DateTimeOffset Started(int hour, int control) => Begin.AddHours(hour).AddMilliseconds(control * 100);

    /// <summary>The same as they stand in a ledger, without one.</summary>
    public static IEnumerable<Entry> Entries(Document document)
    {
        var index = 0L;
        Span<byte> id = stackalloc byte[32];
        List<Entry> all = new(Controls * Each);
        foreach (var fact in Facts(document))
        {
            BitConverter.TryWriteBytes(id, index);
            all.Add(new(index++, Digest.FromHash(id), ((Fact.Ran)fact).Run.Finished, "runner", fact));
        }

        return all;
    }

    /// <summary>The .muster folder of the ledger of all runs.</summary>
    public static string Folder()
    {
        var muster = Path.Combine(Scratch.Root, "million");
        if (File.Exists(Path.Combine(muster, "whole"))) return muster;
        using (var ledger = Ledgers.Open(muster, LedgerMode.Write))
            foreach (var facts in Facts(Document()).Chunk(Group))
            {
                var entries = new byte[facts.Length][];
                Parallel.For(0, facts.Length, i => entries[i] = EntryBytes.Seal(facts[i], ((Fact.Ran)facts[i]).Run.Finished, ledger.Runner!));
                ledger.AppendPrepared(entries);
            }

        File.WriteAllText(Path.Combine(muster, "whole"), "");
        return muster;
    }

    static Value.Fields Observation(int hour, int control) => Value.Of(
        ("status", 200), ("reason", "OK"), ("version", "1.1"), ("duration", 0.001 * (1 + (hour * 31 + control) % 50)), ("size", 20),
        ("sha256", "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"));

    static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"service-{number / 100}.control-{number % 100}");

    static Control Control(int number) => new()
    {
        Id = Id(number), Title = "The service answers", Section = "Service", Owner = "devops", Fix = "See the runbook",
        Cells = [new("", [new()
        {
            Steps = [new()
            {
                Kind = "http", LeastPopulation = 1, Parameters = Value.Of(("target", Value.Of(("address", "https://shop.test"))), ("path", string.Create(CultureInfo.InvariantCulture, $"/health/{number}"))),
                Expect = new([
                    new("status", new Matcher.Compare(Comparison.Between, Operand.Of(200), Shape.Number, Operand.Of(299))),
                    new("duration", new Matcher.Compare(Comparison.Under, Operand.Of(0.2), Shape.Duration)),
                ]),
            }],
        }])],
    };
}
