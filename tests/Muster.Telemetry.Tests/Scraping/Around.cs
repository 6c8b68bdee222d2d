using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Scraping;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Scraping;

/// <summary>A world for a scraper: sockets of loopback, a fake clock, a parser for plain lines, and a sink that keeps all.</summary>
sealed class Around
{
    readonly Channel<IReadOnlyList<Seen>> _arrived = Channel.CreateUnbounded<IReadOnlyList<Seen>>();

    public readonly record struct Seen(Labels Labels, long Time, double Value)
    {
        public bool IsStale => StaleMarker.Is(Value);
    }

    public FakeClock Clock { get; } = new();

    public List<DnsEndPoint> Dialled { get; } = [];

    /// <summary>What the sink throws, once.</summary>
    public Exception? Full { get; set; }

    public ScrapeSurroundings With(Func<string, string?>? secret = null, string folder = "", TimeProvider? time = null) => new()
    {
        Dial = Dial, Parser = Parse, Sink = Sink, Time = time ?? Clock, Secret = secret ?? (_ => null), Folder = folder,
    };

    public async Task<IReadOnlyList<Seen>> Next() => await _arrived.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public bool TryNext(out IReadOnlyList<Seen>? batch) => _arrived.Reader.TryRead(out batch);

    async ValueTask<Stream> Dial(DnsEndPoint to, CancellationToken cancel)
    {
        lock (Dialled) Dialled.Add(to);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    ValueTask Sink(SampleBatch batch, CancellationToken cancel)
    {
        if (Full is { } full)
        {
            Full = null;
            throw full;
        }

        _arrived.Writer.TryWrite(Read(batch));
        return ValueTask.CompletedTask;
    }

    public static List<Seen> Read(SampleBatch batch)
    {
        var all = new List<Seen>();
        for (var at = 0; at < batch.Count; at++) all.Add(new(SeriesKey.Read(batch.KeyOf(batch.Series[at])), batch.Times[at], batch.Values[at]));
        return all;
    }

    /// <summary><c>name{a="b",c="d"} value [time]</c> on each line, without escapes.</summary>
    public static string? Parse(ReadOnlySpan<byte> body, ScrapeFormat format, long defaultTime, SampleBatch into)
    {
        foreach (var line in Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#')) continue;
            var end = line.LastIndexOf('}') is var brace and > 0 ? brace + 1 : line.IndexOf(' ', StringComparison.Ordinal);
            if (end < 1) return $"no value: {line}";
            var (head, rest) = (line[..end], line[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            var open = head.IndexOf('{', StringComparison.Ordinal);
            var writer = new SeriesKeyWriter();
            writer.Add("__name__"u8, Encoding.UTF8.GetBytes(open < 0 ? head : head[..open]));
            if (open >= 0)
            {
                foreach (var pair in head[(open + 1)..^1].Split("\",", StringSplitOptions.RemoveEmptyEntries))
                {
                    var equals = pair.IndexOf('=', StringComparison.Ordinal);
                    writer.Add(Encoding.UTF8.GetBytes(pair[..equals]), Encoding.UTF8.GetBytes(pair[(equals + 1)..].Trim('"')));
                }
            }

            if (!writer.TryFinish(out var key, out var problem)) return problem;
            if (rest.Length == 0 || !double.TryParse(rest[0].Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var value)) return $"no value: {line}";
            into.Add(into.Open(key), rest.Length > 1 ? long.Parse(rest[1], CultureInfo.InvariantCulture) : defaultTime, value);
        }

        return null;
    }
}
