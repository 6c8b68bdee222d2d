using Microsoft.AspNetCore.Server.Kestrel.Core;
using Muster.Server.Api;
using Muster.Server.Graph;
using Muster.Server.Projects;
using Muster.Server.Scraping;
using Muster.Server.Writing;

namespace Muster.Server;

/// <summary>The process that hosts the memory: doors in, doors out, and the store's own work in between.</summary>
static class TelemetryHost
{
    /// <returns>0 when it was asked to end and has.</returns>
    public static async Task<int> Run(TelemetryOptions options, TimeProvider time, CancellationToken cancel)
    {
        await using var app = Build(options, time);
        await app.StartAsync(cancel);
        Console.WriteLine($"muster telemetry listens on http://{options.Listen}  data in {options.Data}");
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    public static WebApplication Build(TelemetryOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MostRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = 4096;
            kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<ProjectSet>();
        builder.Services.AddSingleton<QueryGate>();
        builder.Services.AddHostedService<StoreTending>();
        builder.Services.AddSingleton<Scraper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Scraper>());
        var app = builder.Build();
        // Opened before anything listens: what was kept is there when the first request comes, and a folder that cannot be used is told at once.
        _ = app.Services.GetRequiredService<ProjectSet>();
        app.Use(Problems.Translate);
        QueryDoor.Map(app);
        SeriesDoor.Map(app);
        StatusDoor.Map(app);
        TargetsDoor.Map(app);
        RemoteWriteDoor.Map(app);
        GraphPage.Map(app);
        return app;
    }
}
