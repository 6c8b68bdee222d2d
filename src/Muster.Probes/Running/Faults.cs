using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The one place where the world's faults become values.</summary>
static class Faults
{
    public static Sight Sight(Exception error)
    {
        var (blind, detail) = Read(error);
        return new() { Blind = blind, Detail = detail };
    }

    /// <summary>Whether the other side is to blame, or nobody was there: one try that came to nothing, and no reason to ask no more. What the guard refuses is none of these.</summary>
    public static bool IsOfThePeer(Exception error) => error is not OperationCanceledException && Read(error).Blind is Blind.Unreachable or Blind.Unreadable or Blind.TooLarge;

    static (Blind Blind, string Detail) Read(Exception error)
    {
        for (var at = error; at is not null; at = at.InnerException)
            if (at is Unseen unseen) return (unseen.Blind, unseen.Message);
        for (var at = error; at is not null; at = at.InnerException)
            switch (at)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }: return (Blind.NoSuchHost, "the name does not resolve");
                case SocketException broken: return (Blind.Unreachable, broken.Message);
                case AuthenticationException handshake: return (Blind.Unreachable, $"no TLS connection: {handshake.Message}");
            }

        return error switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } unread => (Blind.Unreadable, unread.Message),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } large => (Blind.TooLarge, large.Message),
            HttpRequestException or HttpIOException => (Blind.Unreachable, error.Message),
            JsonException json => (Blind.Unreadable, $"not JSON: {json.Message}"),
            IOException broken => (Blind.Unreachable, broken.Message),
            _ => (Blind.Crashed, $"{error.GetType().Name}: {error.Message}"),
        };
    }
}
