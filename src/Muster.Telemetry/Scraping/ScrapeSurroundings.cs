using System.Net;
using Muster.Telemetry.Intake;

namespace Muster.Telemetry.Scraping;

/// <summary>Connects a stream; whoever gives it decides where one may connect to.</summary>
/// <exception cref="IOException">No connection, for a reason that is shown.</exception>
public delegate ValueTask<Stream> ScrapeDial(DnsEndPoint to, CancellationToken cancel);

/// <summary>The formats that are asked for.</summary>
public enum ScrapeFormat { Text, OpenMetrics }

/// <summary>Reads an answer's body into an empty batch. Samples without a timestamp of their own get <paramref name="defaultTime"/>, whatever it is.</summary>
/// <returns>What is wrong with it, in words, or null. What stands in the batch is not used when something is.</returns>
public delegate string? ScrapeParser(ReadOnlySpan<byte> body, ScrapeFormat format, long defaultTime, SampleBatch into);

/// <summary>What a scraper is given of the world.</summary>
public sealed record ScrapeSurroundings
{
    public required ScrapeDial Dial { get; init; }

    public required ScrapeParser Parser { get; init; }

    /// <summary>
    /// Where a scrape's samples go, with what the scrape says of itself. The batch is used again when this returns.
    /// A <see cref="Store.StoreUnavailable"/> is shown at the target, and stale markers of that batch are sent again with the next; another exception ends the scraper.
    /// </summary>
    public required Func<SampleBatch, CancellationToken, ValueTask> Sink { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The value of a secret by its name; null when there is none.</summary>
    public Func<string, string?> Secret { get; init; } = _ => null;

    /// <summary>What paths of files of targets and of certificates are relative to.</summary>
    public string Folder { get; init; } = "";
}
