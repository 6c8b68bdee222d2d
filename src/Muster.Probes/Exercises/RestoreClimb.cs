using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// How far a restore came: readable, restored, structure, counts, content, smoke. Each rung is climbed only from the one below, timed, and either holds or names what it missed;
/// what this machine lacks is <see cref="Unseen"/> instead, and says nothing of the backup.
/// </summary>
sealed class RestoreClimb(int asked, ProbeContext context)
{
    const int Shown = 20;

    static readonly string[] Titles = ["readable", "restored and running", "structure equal", "counts equal", "content equal", "smoke answered"];

    public static readonly Field[] Observed =
    [
        new("complete", Shape.Truth, "Whether the level that was asked for was reached, and nothing was missed on the way."),
        new("rung", Shape.Number, "The highest rung that holds, 0 to 6."),
        new("level", Shape.Text, "The same as it is asked for: L0 to L6."),
        new("rungs", Shape.List, "Each rung: its number, name, outcome (holds, broke, not tried, not asked), because, and seconds."),
        new("stopped", Shape.Text, "Where it stopped and why; not observed where it did not."),
        new("differences", Shape.List, "What the rung that broke missed, each in words; the first of them."),
        new("rto", Shape.Duration, "From the beginning of the restore until what was restored could be used; the comparisons come after that. Not observed where the restore is not complete."),
        new("rpo", Shape.Duration, "What would be lost: the time from the backup to the beginning of the restore."),
        new("backup", Shape.Map, "What was restored.")
        {
            Of = [new("name", Shape.Text, "Its name in the folder."), new("made", Shape.Instant, "When it is of."), new("age", Shape.Duration, "How old it was at the beginning."), new("bytes", Shape.Size, "Its size.")],
        },
        new("phases", Shape.Map, "How long each part took.") { Of = [new("fetch", Shape.Duration, "Fetching it."), new("restore", Shape.Duration, "Until what was restored could be used."), new("checks", Shape.Duration, "Reading and comparing.")] },
    ];

    readonly long _began = context.Clock.GetTimestamp();
    readonly SortedDictionary<string, TimeSpan> _phases = new(StringComparer.Ordinal) { ["fetch"] = default, ["restore"] = default, ["checks"] = default };
    readonly (string Outcome, string Because, TimeSpan Took)[] _rungs = [.. Enumerable.Range(1, 6).Select(rung => (rung <= asked ? "not tried" : "not asked", "", TimeSpan.Zero))];
    ImmutableArray<string> _missed = [];
    int _reached;
    TimeSpan? _rto;

    /// <summary>When the restore began, by the wall.</summary>
    public DateTimeOffset Began { get; } = Instant.Cut(context.Clock.GetUtcNow());

    public int Asked => asked;

    /// <summary>Nothing was missed so far.</summary>
    public bool Stands => _missed.IsEmpty;

    public static Parameter Level(string says) => new("level", Shape.Text, says) { OneOf = ["L1", "L2", "L3", "L4", "L5", "L6"] };

    /// <param name="otherwise">What is asked where the question says nothing.</param>
    public static int LevelOf(Given given, int otherwise) => given.Text("level") switch
    {
        null => otherwise,
        ['L' or 'l', >= '1' and <= '6' and var digit] => digit - '0',
        _ => throw Given.Wrong("level", "is none of L1 to L6"),
    };

    /// <summary>Climbs one rung if those below hold and it was asked for.</summary>
    /// <param name="holds">What it shows, in words.</param>
    /// <param name="look">Names what it missed; nothing if it holds.</param>
    public async Task Climb(int rung, string holds, Func<Task<IEnumerable<string>>> look)
    {
        if (!Stands || rung > asked) return;
        var began = context.Clock.GetTimestamp();
        _missed = [.. (await look()).Take(Shown).Select(one => Bounded.Start(one, 300))];
        var took = context.Clock.GetElapsedTime(began);
        _rungs[rung - 1] = Stands ? ("holds", holds, took) : ("broke", _missed[0], took);
        if (Stands) _reached = rung;
        _phases[rung <= 2 ? "restore" : "checks"] += took;
    }

    public void Took(string phase, long since) => _phases[phase] += context.Clock.GetElapsedTime(since);

    /// <summary>From here on what was restored can be used.</summary>
    public void Serves() => _rto ??= context.Clock.GetElapsedTime(_began);

    public Value.Fields Seen(string name, DateTimeOffset? made, long bytes)
    {
        // What is broken is told as that; nothing is young because a clock is wrong.
        var isAhead = made > Began + BackupTimes.Ahead;
        if (isAhead && Stands) throw new Unseen(Blind.Unreadable, $"the backup {Bounded.Start(name, 200)} is of {Instant.Write(made!.Value)}, which is yet to come; one of the clocks is wrong");
        var age = made is { } at && !isAhead ? Began > at ? Began - at : TimeSpan.Zero : (TimeSpan?)null;
        var complete = Stands && _reached >= asked;
        return Value.Of(("complete", complete), ("rung", _reached), ("level", $"L{_reached}"), ("differences", Value.Texts(_missed)),
            ("rungs", Value.List(_rungs.Select((one, i) => (Value)Value.Of(("rung", i + 1), ("name", Titles[i]), ("outcome", one.Outcome), ("because", one.Because), ("seconds", Rounded(one.Took)))))),
            ("phases", new Value.Fields(_phases.Select(phase => KeyValuePair.Create(phase.Key, Rounded(phase.Value))))),
            ("backup", Value.Of(("name", Bounded.Start(name, 200)), ("bytes", bytes)).With(("made", made is { } then ? then : (Value?)null), ("age", age is { } old ? Rounded(old) : null))))
            .With(("rto", complete && _rto is { } took ? Rounded(took) : null), ("rpo", age is { } lost ? Rounded(lost) : null),
                ("stopped", Stands ? null : string.Create(CultureInfo.InvariantCulture, $"L{_reached + 1} ({Titles[_reached]}): {_missed[0]}{(_missed.Length > 1 ? $", and {_missed.Length - 1} more" : "")}")));
    }

    static Value Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
