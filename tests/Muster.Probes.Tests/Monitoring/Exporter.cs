using System.Globalization;

namespace Muster.Probes.Tests.Monitoring;

/// <summary>A small exporter of the test's own: whatever the page says now, on /metrics.</summary>
sealed class Exporter : IAsyncDisposable
{
    readonly LoopbackSite _site = LoopbackSite.Start();

    public Exporter(string page)
    {
        Page = page;
        _site.Route("/metrics", _ => new(Status, Page, Type));
    }

    public string Page { get; set; }

    public int Status { get; set; } = 200;

    public string Type { get; set; } = "text/plain; version=0.0.4";

    public string Target => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_site.Port}");

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
