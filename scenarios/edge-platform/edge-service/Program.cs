using System.Globalization;
using Muster.EdgePlatform;

// One replica of the shop's edge: health pages that look, requests that need something, sockets with sessions, and an end in order. Every flaw that it can have is a word on its command line.
var settings = Settings.Read(args);
if (settings is null)
{
    Console.Error.WriteLine("edge-service --port N --name NAME [--dependency NAME=HOST:PORT]… [--sessions HOST:PORT] [--linger 500ms] [--window 2s] [--pid-file PATH] [--flaw NAME]…");
    Console.Error.WriteLine("flaws: " + string.Join(", ", Enum.GetNames<Flaw>()));
    return 3;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenLocalhost(settings.Port);
    kestrel.AddServerHeader = false;
});
builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
await using var app = builder.Build();
await using var replica = new Replica(settings);
app.UseWebSockets();
app.Use(replica.Sign);
HealthPages.Map(app, replica);
MetricsPage.Map(app, replica);
Requests.Map(app, replica);
Sockets.Map(app, replica);
await app.StartAsync();
if (settings.PidFile is { } file)
{
    await File.WriteAllTextAsync(file + ".new", Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
    File.Move(file + ".new", file, overwrite: true);
}

Console.WriteLine($"{settings.Name} listens on {settings.Port}");
await replica.Drained();
await app.StopAsync();
return 0;
