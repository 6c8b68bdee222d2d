using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a scratch folder says of itself to whoever finds it: which exercise, whose, and what must still be undone. Replaced as a whole, so that it is never half.</summary>
sealed record ScratchRecord(string File, string Kind, DateTimeOffset Began, LiveProcess? Muster, string Mark)
{
    public const string Name = "exercise.json";
    const int MostBytes = 1024 * 1024;

    public ImmutableArray<WayBack> Open { get; private init; } = [];

    public void Write(ImmutableArray<WayBack> open)
    {
        var next = File + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(next, options))
        {
            stream.Write(CanonicalJson.Bytes(Value.Of(
                ("kind", Kind), ("began", Began.ToString("O", CultureInfo.InvariantCulture)), ("mark", Mark), ("muster", Muster is null ? Value.Null : Value.Of(("id", Muster.Id), ("began", Text(Muster.Began)))),
                ("undo", new Value.Items([.. open.Select(way => way.Written)])))));
            // On the device before the fault is switched on: a crash of the machine must not lose the way back.
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(next, File, overwrite: true);
    }

    /// <summary>Null where it cannot be read: then nothing in it is believed.</summary>
    public static ScratchRecord? Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes || Value.Parse(System.IO.File.ReadAllBytes(file)) is not Value.Fields fields) return null;
            if (fields["kind"] is not Value.Text kind || fields["mark"] is not Value.Text { Is.Length: 32 } mark || fields["began"] is not Value.Text began
                || !DateTimeOffset.TryParse(began.Is, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)) return null;
            var muster = fields["muster"] is Value.Fields who && who["id"] is Value.Number id && who["began"] is Value.Text ticks && long.TryParse(ticks.Is, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? new LiveProcess((int)id.Is, at) : null;
            return new(file, kind.Is, time, muster, mark.Is) { Open = fields["undo"] is Value.Items undo ? [.. undo.Are.Select(WayBack.Read).OfType<WayBack>()] : [] };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException) { return null; }
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
