using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// JUnit's XML, for which there is no standard: counted are the test cases themselves. Where a suite's own figures speak of more failures or more tests than it shows, the difference counts against it.
/// </summary>
sealed class JUnitReport
{
    const int MostSuites = 100_000;

    readonly TimeSpan? _zone;
    readonly Stack<Suite> _open = [];
    readonly List<string> _failed = [];
    readonly List<string> _skipped = [];
    readonly List<string?> _releases = [];
    readonly Suite _all = new();
    DateTimeOffset? _made;
    string? _localTime;
    Case? _case;
    int _suites;
    double? _seconds;

    JUnitReport(TimeSpan? zone) => _zone = zone;

    public static Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        var zone = ReportTime.Zone(given);
        return Task.Run(() => new JUnitReport(zone).Read(file, cancel), cancel);
    }

    Report Read(ReportFile file, CancellationToken cancel)
    {
        if (file.Beginning.IsEmpty) throw file.Wrong("is empty");
        using var xml = new XmlWalk(file, cancel);
        while (xml.Next())
        {
            if (xml.Depth == 0 && xml.IsStart && xml.Name is not ("testsuites" or "testsuite")) throw file.Wrong($"is no JUnit report: it begins with <{xml.Name}>, not with <testsuites> or <testsuite>");
            if (xml.IsStart) Begin(xml, file);
            else End(xml);
        }

        var executed = _all.Cases - _all.Skipped;
        var seen = Value.Of(("tests", _all.Cases), ("executed", executed), ("passed", executed - _all.Bad), ("failures", _all.Failures + _all.Hidden), ("errors", _all.Errors), ("skipped", _all.Skipped),
            ("flaky", _all.Flaky), ("missing", _all.Missing), ("suites", _suites), ("failed", ReportWords.Some(_failed)), ("skipped_tests", ReportWords.Some(_skipped)), ("tool", "junit"));
        return new(seen.With(("duration", _seconds is { } seconds ? seconds : null)), executed, _made)
        {
            Subjects = NamedDigests.In(_releases),
            Detail = _made is null && _localTime is not null ? $"{file.Name} says {_localTime} without a zone, so nobody knows when that was; say \"zone: UTC\" or whichever it is" : null,
        };
    }

    void Begin(XmlWalk xml, ReportFile file)
    {
        switch (xml.Name)
        {
            case "testsuites" or "testsuite":
                if (++_suites > MostSuites) throw new Unseen(Blind.TooLarge, $"{file.Name} has more than {MostSuites} suites");
                _open.Push(new() { Declared = Number(xml["tests"]), DeclaredBad = Number(xml["failures"]) + Number(xml["errors"]) });
                if (_open.Count == 1 || (_seconds is null && _open.Count == 2)) Seconds(xml["time"]);
                Time(xml["timestamp"]);
                break;
            case "testcase":
                _case = new($"{xml["classname"]}{(xml["classname"] is { Length: > 0 } ? "." : "")}{xml["name"]}") { Skipped = xml["status"] is "notrun" or "disabled" or "skipped" || xml["result"] is "suppressed" or "skipped" };
                break;
            case "failure" when _case is { } one: one.Failed = true; break;
            case "error" when _case is { } one: one.Errored = true; break;
            case "skipped" when _case is { } one: one.Skipped = true; break;
            case "flakyFailure" or "flakyError" when _case is { } one: one.Flaky = true; break;
            case "failure" or "error" when _open.TryPeek(out var suite):
                suite.Errors++;
                Add(_failed, $"(a suite, outside of any test: {xml["message"]})");
                break;
            case "property" when _case is null && xml["name"] == "release": _releases.Add(xml["value"]); break;
        }
    }

    void End(XmlWalk xml)
    {
        if (xml.Name == "property" && _case is null && _releases.Count > 0 && xml.Text.Length > 0) _releases.Add(xml.Text);
        if (xml.Name == "testcase" && _case is { } one)
        {
            _case = null;
            if (_open.TryPeek(out var suite)) Count(one, suite);
        }

        if (xml.Name is not ("testsuite" or "testsuites") || !_open.TryPop(out var done)) return;
        done.Hidden += Math.Max(0, done.DeclaredBad - done.Bad);
        done.Missing += Math.Max(0, done.Declared - done.Cases - done.Missing);
        (_open.TryPeek(out var around) ? around : _all).Add(done);
    }

    void Count(Case one, Suite suite)
    {
        suite.Cases++;
        if (one.Errored) suite.Errors++;
        else if (one.Failed) suite.Failures++;
        else if (one.Skipped) suite.Skipped++;
        else if (one.Flaky) suite.Flaky++;
        if (one.Errored || one.Failed) Add(_failed, one.Name);
        else if (one.Skipped) Add(_skipped, one.Name);
    }

    static void Add(List<string> to, string name)
    {
        if (to.Count < 100) to.Add(Bounded.Start(name, 200));
    }

    void Seconds(string? text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e9) _seconds = seconds;
    }

    void Time(string? text)
    {
        if (ReportTime.Read(text, _zone) is { } time) _made = _made is { } before ? Instant.Earlier(before, time) : time;
        else if (text is not null) _localTime ??= Bounded.Start(text, 40);
    }

    static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1_000_000_000 ? number : 0;

    sealed class Case(string name)
    {
        public string Name => name;
        public bool Failed { get; set; }
        public bool Errored { get; set; }
        public bool Skipped { get; set; }
        public bool Flaky { get; set; }
    }

    /// <summary>What was counted within a suite, those within it included.</summary>
    sealed class Suite
    {
        public long Declared { get; init; }
        public long DeclaredBad { get; init; }
        public long Cases { get; set; }
        public long Failures { get; set; }
        public long Errors { get; set; }
        public long Skipped { get; set; }
        public long Flaky { get; set; }
        public long Missing { get; set; }

        /// <summary>Failures that a suite counts and does not show.</summary>
        public long Hidden { get; set; }

        public long Bad => Failures + Errors + Hidden;

        public void Add(Suite inner)
        {
            Cases += inner.Cases;
            Failures += inner.Failures;
            Errors += inner.Errors;
            Skipped += inner.Skipped;
            Flaky += inner.Flaky;
            Missing += inner.Missing;
            Hidden += inner.Hidden;
        }
    }
}
