using System.Net;
using System.Net.Sockets;
using Muster.Probes;
using Muster.Server.Projects;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Scraping;

namespace Muster.Server.Scraping;

/// <summary>Scrapes what a file names into the default project; the file is read again when it changes.</summary>
sealed class Scraper : BackgroundService
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    readonly TelemetryOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<Scraper> _log;
    readonly ScrapeSet _set;
    HashSet<string> _told = [];

    public Scraper(TelemetryOptions options, ProjectSet projects, TimeProvider time, ILogger<Scraper> log)
    {
        (_options, _time, _log) = (options, time, log);
        var guard = new OutboundGuard();
        // One parser for each thread: it keeps its buffers from scrape to scrape.
        var parsers = new ThreadLocal<ExpositionParser>(() => new());
        _set = new(new ScrapeSurroundings
        {
            Dial = (to, cancel) => Dial(guard, to, cancel),
            Parser = (body, format, defaultTime, into) => parsers.Value!.Parse(body, format == ScrapeFormat.OpenMetrics, defaultTime, into),
            Sink = (batch, cancel) => projects.All.First().AppendOwn(batch, cancel),
            Time = time,
            Secret = Environment.GetEnvironmentVariable,
            Folder = options.Scrape is { } file ? Path.GetDirectoryName(Path.GetFullPath(file))! : "",
        });
    }

    public IReadOnlyList<TargetStatus> Targets => _set.Targets;

    static async ValueTask<Stream> Dial(OutboundGuard guard, DnsEndPoint to, CancellationToken cancel)
    {
        try
        {
            foreach (var address in await guard.Find(to.Host, cancel))
            {
                try { return new NetworkStream(await guard.Connect(new IPEndPoint(address, to.Port), ProtocolType.Tcp, cancel), ownsSocket: true); }
                catch (SocketException) when (!cancel.IsCancellationRequested)
                {
                    // The next of its addresses; that none answered is told below.
                }
            }
        }
        catch (Unseen refused) { throw new IOException(refused.Message, refused); }

        throw new IOException($"nothing answers at {to.Host}:{to.Port}");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Scrape is not { } file) return;
        byte[]? text = null;
        var running = _set.Run(new([]), stoppingToken);
        using var timer = new PeriodicTimer(Pace, _time);
        try
        {
            do
            {
                if (running.IsFaulted)
                {
                    _log.LogError(running.Exception, "scraping broke, and begins anew");
                    running = _set.Run(_set.Options, stoppingToken);
                }

                text = await Again(file, text, stoppingToken);
                Tell(_set.Problems);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }

        await running;
    }

    /// <summary>Each once for as long as it lasts.</summary>
    void Tell(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems.Where(problem => !_told.Contains(problem))) _log.LogWarning("{Problem}", problem);
        _told = [.. problems];
    }

    ScrapeOptions? Read(string file, byte[] text)
    {
        if (ScrapeOptions.Read(text, out var problem) is { } options) return options;
        _log.LogWarning("{File}: {Why}; what was read before stays", file, problem);
        return null;
    }

    async Task<byte[]?> Again(string file, byte[]? before, CancellationToken cancel)
    {
        try
        {
            var text = await File.ReadAllBytesAsync(file, cancel);
            if (before is not null && text.AsSpan().SequenceEqual(before)) return before;
            if (Read(file, text) is { } options) _set.Reload(options);
            return text;
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            _log.LogWarning("{File} is not used; what was read before stays: {Why}", file, bad.Message);
            return before;
        }
    }
}
