using System.Net.Sockets;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Muster.Server.Api;
using Muster.Server.Graph;
using Muster.Server.Keys;
using Muster.Server.Otlp;
using Muster.Server.OwnMetrics;
using Muster.Server.Projects;
using Muster.Server.Scraping;
using Muster.Server.Writing;

namespace Muster.Server;

/// <summary>The process that hosts the memory: doors in, doors out, and the store's own work in between.</summary>
static class TelemetryHost
{
    /// <returns>0 when it was asked to end and has; 3 when the folder or an address cannot be had.</returns>
    public static async Task<int> Run(TelemetryOptions options, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await Serve(options, time, cancel);
            Console.WriteLine("muster telemetry has stopped");
            return 0;
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException or SocketException)
        {
            await Console.Error.WriteLineAsync(ListenAddress.Untaken(options) ?? $"--data: {options.Data} cannot be used: {taken.Message} If another muster-server has it, end that one or name another folder.");
            return 3;
        }
    }

    static async Task Serve(TelemetryOptions options, TimeProvider time, CancellationToken cancel)
    {
        await using var app = Build(options, time);
        foreach (var project in app.Services.GetRequiredService<ProjectSet>().All)
        {
            foreach (var finding in project.Store.Recovery.Findings) await Console.Error.WriteLineAsync($"project {project.Name}: {finding}");
        }

        await app.StartAsync(cancel);
        var otlp = string.Concat(options.OtlpHttp is { } http ? $"  OTLP/HTTP {http}" : "", options.OtlpGrpc is { } grpc ? $"  OTLP/gRPC {grpc}" : "");
        Console.WriteLine($"muster telemetry listens on http://{options.Listen}{otlp}  data in {options.Data}");
        await app.WaitForShutdownAsync(cancel);
    }

    /// <param name="otlp">Null: the memory's own reader of exports.</param>
    public static WebApplication Build(TelemetryOptions options, TimeProvider time, IOtlpMetrics? otlp = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        // That an address is taken is told in one line, by Run.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MostRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = 4096;
            kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http1);
            if (options.OtlpHttp is { } http)
            {
                kestrel.Listen(http, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    OwnPort.For(listen, OtlpHttpDoor.Has);
                });
            }

            // Without TLS nothing tells the two versions apart: this one is HTTP/2 from its first byte.
            if (options.OtlpGrpc is { } grpc)
            {
                kestrel.Listen(grpc, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    OwnPort.For(listen, OtlpGrpcDoor.Has);
                });
            }
        });
        // So long a request that has begun is waited for; then it is cut off.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddResponseCompression(compression => compression.Providers.Add<GzipCompressionProvider>());
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<ProjectSet>();
        builder.Services.AddSingleton(new Keyring([.. options.Projects.SelectMany(project => project.Keys, (project, key) => (key, project.Name))]));
        builder.Services.AddSingleton<SameMachine>();
        builder.Services.AddSingleton<KeyGate>();
        builder.Services.AddSingleton(new OtlpIntake(otlp ?? new OtlpMetrics()));
        builder.Services.AddSingleton<QueryGate>();
        builder.Services.AddSingleton<Traffic>();
        builder.Services.AddSingleton<OwnState>();
        builder.Services.AddHostedService<StoreTending>();
        builder.Services.AddSingleton<Scraper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Scraper>());
        builder.Services.AddHostedService<OwnMetricsWriting>();
        var app = builder.Build();
        // Opened before anything listens: what was kept is there when the first request comes, and a folder that cannot be used is told at once.
        _ = app.Services.GetRequiredService<ProjectSet>();
        app.Use(app.Services.GetRequiredService<Traffic>().Count);
        app.UseResponseCompression();
        app.Use(Problems.Translate);
        app.Use(app.Services.GetRequiredService<SameMachine>().Pass);
        app.Use(app.Services.GetRequiredService<KeyGate>().Pass);
        app.Use(OwnPort.Pass);
        app.Use(OtlpGrpcDoor.Pass);
        QueryDoor.Map(app);
        SeriesDoor.Map(app);
        StatusDoor.Map(app);
        TargetsDoor.Map(app);
        RemoteWriteDoor.Map(app);
        OtlpHttpDoor.Map(app);
        OtlpGrpcDoor.Map(app);
        GraphPage.Map(app);
        OwnMetricsDoor.Map(app);
        return app;
    }
}
