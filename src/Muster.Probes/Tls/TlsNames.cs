using System.Security.Authentication;

namespace Muster.Probes;

static class TlsNames
{
    /// <summary>Versions by the names that documents use, oldest first, with the number on the wire.</summary>
    public static readonly (string Name, ushort Wire)[] All = [("SSL3", 0x0300), ("TLS1.0", 0x0301), ("TLS1.1", 0x0302), ("TLS1.2", 0x0303), ("TLS1.3", 0x0304)];

#pragma warning disable CA5397, CS0618, SYSLIB0039 // Names of old versions, not a use of them.
    public static string Of(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls => "TLS1.0",
        SslProtocols.Tls11 => "TLS1.1",
        SslProtocols.Tls12 => "TLS1.2",
        SslProtocols.Tls13 => "TLS1.3",
        _ => protocol.ToString(),
    };
#pragma warning restore CA5397, CS0618, SYSLIB0039
}
