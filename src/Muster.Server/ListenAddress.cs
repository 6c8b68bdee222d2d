using System.Net;

namespace Muster.Server;

/// <summary>Where to listen, as it is written on a command line. Without keys only where no other machine comes to.</summary>
static class ListenAddress
{
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Read(string text, bool isOptional, bool hasKeys, out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (isOptional && text == "none") return null;
        if (!IPEndPoint.TryParse(text, out endpoint) || !text.EndsWith($":{endpoint.Port}", StringComparison.Ordinal)) return $"{text} is no address and port; 127.0.0.1:7280 is one";
        return hasKeys || IPAddress.IsLoopback(endpoint.Address) ? null : $"{endpoint.Address} can be reached from elsewhere, and no keys are configured; 127.0.0.1 cannot";
    }
}
