using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What came out: a record of a store, or a line of a file.</summary>
sealed record CanaryRecord(string Text)
{
    public Value Shown => Text.StartsWith('{') && Parsed() is { } fields ? fields : (Value)Bounded.Start(Text, 2000);

    Value.Fields? Parsed()
    {
        try { return Value.Parse(Encoding.UTF8.GetBytes(Text)) as Value.Fields; }
        catch (System.Text.Json.JsonException) { return null; } // A line that begins like an object and is none.
    }
}

/// <summary>Where telemetry comes out: a store that is asked over HTTP, or a file whose new lines are read.</summary>
sealed class CanarySink
{
    const int MostRecords = 10_000, MostRead = 16 * 1024 * 1024;
    readonly Func<CancellationToken, Task<ImmutableArray<CanaryRecord>>> _read;
    readonly Func<(Value? First, Value? Last)> _who;

    CanarySink(Func<CancellationToken, Task<ImmutableArray<CanaryRecord>>> read, Func<(Value?, Value?)> who) => (_read, _who) = (read, who);

    /// <summary>Who answered first.</summary>
    public Value? First => _who().First;

    /// <summary>Who answered last.</summary>
    public Value? Last => _who().Last;

    /// <summary>What is there to be read now: of a file, what was added since it was opened.</summary>
    public Task<ImmutableArray<CanaryRecord>> Records(CancellationToken cancel) => _read(cancel);

    public static async Task<CanarySink> Of(Given given, ProbeContext context, CancellationToken cancel)
    {
        var sink = given.Other("sink")!.Value;
        if (sink.Target.Contains("://", StringComparison.Ordinal))
        {
            var api = await HttpApi.Of(sink, context, cancel);
            var (ask, read) = (given.Text("ask") ?? "/", given.Text("read"));
            return new(async stop => Found(ask, await api.Ask(HttpMethod.Get, ask, null, stop), read), () => (api.First, api.Last));
        }

        var path = FolderWall.Within(context.Folder, sink.Target, context.MayLeaveFolder);
        if (Directory.Exists(path)) throw new Unseen(Blind.Unreadable, $"{sink.Target} is a folder; the sink is a file that lines are added to");
        var from = File.Exists(path) ? new FileInfo(path).Length : 0;
        return new(stop => Lines(path, sink.Target, from, stop), () => (sink.Target, sink.Target));
    }

    /// <summary>404 is an answer too: some stores know no place before its first record came.</summary>
    static ImmutableArray<CanaryRecord> Found(string ask, HttpExchange answer, string? read)
    {
        if (answer.Status == 404) return [];
        if (answer.Status == 200 && HttpProbe.Json(answer) is null && read is null) return [new(HttpProbe.Text(answer.Body.Bytes) ?? throw new Unseen(Blind.Unreadable, $"{ask} answers with bytes that are no text"))];
        var page = HttpApi.Read(ask, answer);
        var found = read is null ? page : JsonPointer.Find(page, read);
        return found switch
        {
            null => [],
            Value.Items { Are.Length: > MostRecords } => throw new Unseen(Blind.TooLarge, $"{ask} lists more than {MostRecords} records; ask for fewer"),
            Value.Items items => [.. items.Are.Select(item => new CanaryRecord(item is Value.Text text ? text.Is : CanonicalJson.Text(item)))],
            _ => [new(CanonicalJson.Text(found))],
        };
    }

    static async Task<ImmutableArray<CanaryRecord>> Lines(string path, string name, long from, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
            file.Position = file.Length < from ? 0 : from; // Shorter than before: it was turned over.
            if (file.Length - file.Position > MostRead) throw new Unseen(Blind.TooLarge, $"{name} grew by more than {MostRead} bytes while it was looked at");
            using var text = new StreamReader(file, Encoding.UTF8);
            return [.. (await text.ReadToEndAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new CanaryRecord(line.TrimEnd('\r')))];
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException) { return []; } // Made with its first line.
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
    }
}
