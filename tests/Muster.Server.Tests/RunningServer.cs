using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Muster.Server.Otlp;

namespace Muster.Server.Tests;

/// <summary>The whole host on ports of its own, over a folder that goes with it.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly string _folder;

    RunningServer(WebApplication app, string folder)
    {
        (_app, _folder) = (app, folder);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        Http = new() { BaseAddress = new(addresses[0]), Timeout = TimeSpan.FromSeconds(30) };
        Grpc = new() { BaseAddress = new(addresses[1]), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Http { get; }

    /// <summary>HTTP/2 without TLS.</summary>
    public HttpClient Grpc { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningServer> Start(IOtlpMetrics? otlp = null, Func<TelemetryOptions, TelemetryOptions>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("muster-house-").FullName;
        var options = new TelemetryOptions { Listen = new(IPAddress.Loopback, 0), OtlpGrpc = new(IPAddress.Loopback, 0), Data = folder };
        WebApplication? app = null;
        try
        {
            app = TelemetryHost.Build(change?.Invoke(options) ?? options, TimeProvider.System, otlp);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new(app, folder);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Grpc.Dispose();
        // A test that was given up leaves nothing behind either.
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
