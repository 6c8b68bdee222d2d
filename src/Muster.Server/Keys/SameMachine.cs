using System.Net;
using Muster.Server.Api;
using Muster.Server.Otlp;

namespace Muster.Server.Keys;

/// <summary>
/// Without keys, being on this machine is the key; and a browser on it asks for whatever page is open. So the name that was asked for must be this
/// machine's (else a foreign name was made to lead here, <see href="https://owasp.org/www-community/attacks/DNS_Rebinding"/>), and a page of another
/// origin may not send anything (<see href="https://developer.mozilla.org/docs/Web/HTTP/Headers/Origin"/>).
/// </summary>
sealed class SameMachine(Keyring keys)
{
    public Task Pass(HttpContext context, RequestDelegate next)
    {
        if (!keys.IsEmpty) return next(context);
        if (!IsHere(context.Request.Host.Host)) return Refuse(context, $"{context.Request.Host.Host} is not this machine's name; ask 127.0.0.1 or localhost, or configure keys");
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsHere(from.Host)) ? Refuse(context, "a page of another origin may not ask here") : next(context);
    }

    /// <summary>No name at all is a client of HTTP/1.0, and no browser.</summary>
    static bool IsHere(string host) => host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    static Task Refuse(HttpContext context, string why)
    {
        var refused = new OtlpOutcome.Refused(403, GrpcCode.PermissionDenied, why);
        if (OtlpGrpcDoor.Is(context.Request)) return OtlpGrpcDoor.End(context, refused);
        return OtlpHttpDoor.Has(context.Request.Path) ? OtlpHttpDoor.Refuse(context, refused) : PrometheusJson.Error(context, 403, "forbidden", why);
    }
}
