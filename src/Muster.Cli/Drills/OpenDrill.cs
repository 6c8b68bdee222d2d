using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>One line of a drill's transcript.</summary>
/// <param name="After">Since the beginning.</param>
/// <param name="Kind">step, note or deviation.</param>
sealed record DrillLine(DateTimeOffset At, double After, string Kind, string Says)
{
    public Value.Fields Written => Value.Of(("at", At), ("after", Math.Round(After, 3)), ("kind", Kind), ("says", Says));
}

/// <summary>
/// A drill that is under way: a file of its own beside the ledger, so that it outlives a terminal and a restart of the machine. Time is counted by the clock of the machine's start, which nobody sets;
/// after a restart by the wall, and that is said.
/// </summary>
sealed record OpenDrill
{
    const int MostText = 600, MostTranscript = 14_000;
    const long MostBytes = 256 * 1024;

    public required string Id { get; init; }
    public required string Control { get; init; }
    public required string Part { get; init; }
    public required string Gate { get; init; }
    public required string Environment { get; init; }
    public required Digest Question { get; init; }
    public required Digest Release { get; init; }
    public required string Role { get; init; }
    public required string Person { get; init; }
    public string? Witness { get; init; }
    public required Value.Fields Runbook { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required double Uptime { get; init; }
    public required string Boot { get; init; }
    public ImmutableArray<DrillLine> Lines { get; init; } = [];

    static string Folder(Workspace workspace) => Path.Combine(workspace.State, "drills");

    string File(Workspace workspace) => Path.Combine(Folder(workspace), Id + ".json");

    /// <summary>Seconds since the machine's start, of this boot.</summary>
    public static double UptimeOf(Host host) => host.Clock.GetTimestamp() / (double)host.Clock.TimestampFrequency;

    /// <summary>Changes with every start of the machine.</summary>
    public static string ThisBoot
    {
        get
        {
            try { return System.IO.File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(); }
            catch (Exception elsewhere) when (elsewhere is IOException or UnauthorizedAccessException) { return ""; } // Not on Linux.
        }
    }

    public bool IsOfThisBoot => Boot == ThisBoot;

    /// <summary>Since the beginning, in seconds.</summary>
    public double Elapsed(Host host) => Math.Max(0, IsOfThisBoot && UptimeOf(host) >= Uptime ? UptimeOf(host) - Uptime : (host.Now - Started).TotalSeconds);

    /// <exception cref="Refusal">It is empty, or more than a drill's evidence holds.</exception>
    public OpenDrill With(Host host, string kind, string says)
    {
        var text = new string([.. says.ReplaceLineEndings(" ").Where(letter => !char.IsControl(letter))]).Trim();
        if (text.Length is 0 or > MostText) throw Refusal.Usage(text.Length == 0 ? "an empty line says nothing" : $"a line of more than {MostText} characters is too long", "say in a sentence what was done; put what a tool printed into a file, and name that");
        // All of it must fit into one entry of the ledger, and a deviation stands in it twice.
        if (Lines.Append(new(host.Now, 0, kind, text)).Sum(line => System.Text.Encoding.UTF8.GetByteCount(line.Says) * (line.Kind == "deviation" ? 2 : 1) + 130) > MostTranscript) throw Refusal.Usage("the transcript is full", "finish the drill; put what a tool printed into a file, and name that");
        return this with { Lines = [.. Lines, new(host.Now, Elapsed(host), kind, text)] };
    }

    public static IReadOnlyList<OpenDrill> All(Workspace workspace) => !Directory.Exists(Folder(workspace)) ? []
        : [.. Directory.EnumerateFiles(Folder(workspace), "*.json").Select(Read).OfType<OpenDrill>().OrderBy(drill => drill.Started)];

    /// <summary>The only one, or that of this control.</summary>
    public static OpenDrill Find(Workspace workspace, string? control) => (control is null ? All(workspace) : [.. All(workspace).Where(drill => drill.Control == control || drill.Id == control || drill.Named == control)]) switch
    {
        [var only] => only,
        [] => throw Refusal.Usage(control is null ? "no drill is under way" : $"no drill of {control} is under way", "`muster drill start CONTROL --as NAME` begins one"),
        var several => throw Refusal.Usage($"{several.Count} drills are under way", $"say which: --of {string.Join(" | ", several.Select(drill => drill.Named))}"),
    };

    public string Named => Part.Length == 0 ? Control : $"{Control}/{Part}";

    public void Write(Workspace workspace)
    {
        Directory.CreateDirectory(Folder(workspace));
        var next = File(workspace) + ".new";
        using (var to = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            to.Write(CanonicalJson.Bytes(Value.Of(("id", Id), ("control", Control), ("part", Part), ("gate", Gate), ("environment", Environment), ("question", Question.ToString()), ("release", Release.ToString()), ("role", Role), ("person", Person),
                ("witness", Witness), ("runbook", Runbook), ("started", Started), ("uptime", Uptime), ("boot", Boot), ("lines", Value.List(Lines.Select(line => (Value)line.Written))))));
            to.Flush(flushToDisk: true); // a machine that is restarted in the middle is part of many drills
        }

        System.IO.File.Move(next, File(workspace), overwrite: true);
    }

    public void Delete(Workspace workspace) => System.IO.File.Delete(File(workspace));

    static OpenDrill? Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes || Value.Parse(System.IO.File.ReadAllBytes(file)) is not Value.Fields read) return null;
            string Text(string name) => (read[name] as Value.Text)?.Is ?? throw new JsonException($"no {name}");
            DateTimeOffset At(Value? value) => Instant.TryRead((value as Value.Text)?.Is, out var at) ? at : throw new JsonException("no instant");
            return new()
            {
                Id = Text("id"), Control = Text("control"), Part = Text("part"), Gate = Text("gate"), Environment = Text("environment"), Question = Digest.Parse(Text("question")), Release = Digest.Parse(Text("release")), Role = Text("role"),
                Person = Text("person"), Witness = (read["witness"] as Value.Text)?.Is, Runbook = read["runbook"] as Value.Fields ?? throw new JsonException("no runbook"), Started = At(read["started"]),
                Uptime = read["uptime"] is Value.Number { Is: var uptime } ? uptime : throw new JsonException("no uptime"), Boot = Text("boot"),
                Lines = [.. ((read["lines"] as Value.Items)?.Are ?? []).OfType<Value.Fields>().Select(line => new DrillLine(At(line["at"]), (line["after"] as Value.Number)?.Is ?? 0, ((Value.Text)line["kind"]!).Is, ((Value.Text)line["says"]!).Is))],
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or InvalidCastException or FormatException or IOException or UnauthorizedAccessException) { throw Refusal.Usage($"{Path.GetFileName(file)} in .muster/drills is no drill: {broken.Message}", "look into it, and take it away"); }
    }

    /// <summary>What is signed.</summary>
    public Value.Fields Seen(double duration, string outcome, TimeSpan? rto, TimeSpan? rpo)
    {
        var seen = Value.Of(("outcome", outcome), ("runbook", Runbook), ("started", Started), ("duration", Math.Round(duration, 3)), ("steps", Lines.Count(line => line.Kind != "note")),
            ("transcript", Value.List(Lines.Select(line => (Value)line.Written))), ("deviations", Value.Texts(Lines.Where(line => line.Kind == "deviation").Select(line => line.Says))));
        if (rto is { } took) seen = seen.With("rto", took.TotalSeconds);
        return rpo is { } lost ? seen.With("rpo", lost.TotalSeconds) : seen;
    }
}
