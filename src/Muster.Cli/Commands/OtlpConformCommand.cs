using System.CommandLine;
using System.Globalization;
using System.Text;
using Muster.Cli.Otlp;
using Muster.Cli.Telemetry;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Every MUST and SHOULD that can be seen from outside, on any receiver. It sends a few items of the service muster-otlp-conform, which stay there.</summary>
static class OtlpConformCommand
{
    const int UsualLimit = 64;

    public static Command Build(Host host)
    {
        var url = new Argument<string>("URL") { Description = "The receiver over HTTP, as http://127.0.0.1:4318; /v1/metrics and the others are added." };
        var grpc = new Option<string?>("--grpc") { Description = "The receiver over gRPC, as http://127.0.0.1:4317; without it those lines are not applicable.", HelpName = "URL" };
        var key = TelemetryKey.Option();
        var signals = new Option<string[]>("--signal") { Description = "metrics, traces or logs; may be given several times (default: all three).", HelpName = "SIGNAL" };
        signals.AcceptOnlyFromAmong("metrics", "traces", "logs");
        var limit = CommonOptions.Number("--limit", "-l", "A size in MiB that the receiver does not take any more.", UsualLimit, 1024);
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 when a SHOULD is not met either." };
        var format = CommonOptions.TextOrJson();
        var command = new Command("conform", "Sends what the OTLP specification speaks of, bad data too, and tells line by line what the receiver does.") { url, grpc, key, signals, limit, strict, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var place = PromApi.Url(parsed.GetValue(url)!);
            var lines = await Lines(host, place, parsed.GetValue(grpc) is { } other ? PromApi.Url(other) : null, TelemetryKey.Of(host, parsed.GetValue(key)), parsed.GetValue(signals) ?? [], parsed.GetValue(limit) << 20, cancel);
            if (parsed.GetValue(format) == Format.Json) Print(new Output(Format.Json, host.Data), place, lines);
            else host.Data.Write(Text(lines));
            return lines.Any(line => line.Judged is Judged.Failed && (line.Level == Level.Must || parsed.GetValue(strict))) ? ExitCode.NoGo : ExitCode.Done;
        });
        return command;
    }

    static async Task<List<ConformLine>> Lines(Host host, Uri http, Uri? grpc, string? key, string[] signals, int limit, CancellationToken cancel)
    {
        using var calling = new Calling(new OutboundGuard(), host.Clock);
        var to = new OtlpPeer(calling, http, grpc, key, host.Clock, cancel);
        var lines = new List<ConformLine>();
        foreach (var signal in Signal.All.Where(signal => signals.Length == 0 || signals.Contains(signal.Name)))
        {
            // Nobody there is no answer to any line.
            if (lines.Count == 0 && await to.Get(signal) is CallResult.NoAnswer none) throw new Refusal(ExitCode.Undecided, $"{http.Authority} does not answer: {none.Because}", "is the receiver running there?");
            // Nor is the door's "no" to a stranger.
            if (lines.Count == 0 && await to.Post(signal, [], OtlpPeer.Protobuf) is CallResult.Answered { Status: 401 or 403 })
                throw new Refusal(ExitCode.Undecided, $"{http.Authority} asks for a key{(key is null ? "" : ", and this one is none of its own")}", $"--key-file FILE, or the variable {TelemetryKey.Variable}");
            lines.AddRange(await new HttpLines(to, signal, limit).Run());
            if (to.HasGrpc) lines.AddRange(await new GrpcLines(to, signal, limit).Run());
            else lines.Add(new("grpc", signal.Name, Level.Must, "all that is asked over gRPC", new Judged.NotApplicable("no --grpc was named")));
        }

        return lines;
    }

    static void Print(Output output, Uri place, List<ConformLine> lines) => output.Json("otlp-conform",
        ("url", place.GetLeftPart(UriPartial.Path)),
        ("failed", new Value.Number(lines.Count(line => line.Judged is Judged.Failed))),
        ("lines", Output.List(lines, line => Output.Fields(("id", line.Id), ("signal", line.Signal), ("level", Word(line.Level)), ("says", line.Says), ("state", line.State), ("because", line.Because.Length > 0 ? (Value)line.Because : null)))));

    static string Word(Level level) => level == Level.Must ? "MUST" : "SHOULD";

    static string Text(List<ConformLine> lines)
    {
        var text = new StringBuilder();
        var width = lines.Max(line => line.Id.Length);
        foreach (var group in lines.GroupBy(line => line.Signal))
        {
            text.Append(group.Key).Append('\n');
            foreach (var line in group)
            {
                var mark = line.Judged switch { Judged.Passed => "ok  ", Judged.Failed => "FAIL", _ => "n/a " };
                text.Append("  ").Append(mark).Append("  ").Append(Word(line.Level).PadRight(6)).Append("  ").Append(line.Id.PadRight(width)).Append("  ").Append(line.Says).Append('\n');
                if (line.Because.Length > 0) text.Append(' ', width + 18).Append(Printable(line.Because)).Append('\n');
            }

            text.Append('\n');
        }

        foreach (var level in (Level[])[Level.Must, Level.Should])
        {
            var all = lines.Where(line => line.Level == level).ToList();
            int Count<T>() => all.Count(line => line.Judged is T);
            text.Append(CultureInfo.InvariantCulture, $"{Word(level)}: {Count<Judged.Passed>()} passed, {Count<Judged.Failed>()} failed, {Count<Judged.NotApplicable>()} not applicable\n");
        }

        return text.ToString();
    }

    /// <summary>What a receiver says cannot colour the terminal, or move in it.</summary>
    static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
}
