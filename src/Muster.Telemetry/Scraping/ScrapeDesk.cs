using System.Collections.Concurrent;
using Muster.Telemetry.Intake;

namespace Muster.Telemetry.Scraping;

/// <summary>The room that one scrape works in, passed from target to target: memory grows with scrapes at a time, not with targets.</summary>
sealed class ScrapeDesk
{
    /// <summary>Larger ones are not kept for the next.</summary>
    const int LargestKept = 1 << 20;

    static readonly byte[] None = [];

    public byte[] Body { get; set; } = None;

    public SampleBatch Parsed { get; } = new();

    public SampleBatch Outgoing { get; } = new();

    internal sealed class Room
    {
        readonly ConcurrentBag<ScrapeDesk> _free = [];

        public ScrapeDesk Take() => _free.TryTake(out var desk) ? desk : new();

        public void Return(ScrapeDesk desk)
        {
            if (desk.Body.Length > LargestKept || desk.Parsed.IsLarge || desk.Outgoing.IsLarge) return;
            desk.Parsed.Clear();
            desk.Outgoing.Clear();
            _free.Add(desk);
        }
    }
}
