using System.Net;
using System.Net.Sockets;

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

    /// <summary>Kestrel does not tell which option the address is of that it cannot have. Asked when nothing of ours listens any more.</summary>
    /// <returns>Which, why, and what to do; null when all of them can be had.</returns>
    public static string? Untaken(TelemetryOptions options)
    {
        foreach (var (option, endpoint) in new[] { ("--listen", options.Listen), ("--otlp-http", options.OtlpHttp), ("--otlp-grpc", options.OtlpGrpc) })
        {
            if (endpoint is null) continue;
            try
            {
                using var trial = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                trial.Bind(endpoint);
                trial.Listen();
            }
            catch (SocketException wrong)
            {
                var taken = wrong.SocketErrorCode == SocketError.AddressAlreadyInUse;
                return $"{option}: {endpoint} cannot be listened on: {(taken ? "another program has it" : wrong.Message)}; {(taken ? "end that one, or " : "")}name another address{(option == "--listen" ? "" : ", or none")}";
            }
        }

        return null;
    }
}
