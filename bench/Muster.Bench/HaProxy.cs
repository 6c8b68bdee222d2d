using System.Globalization;

namespace Muster.Bench;

/// <summary>HAProxy as it passes a TCP stream on: one thread, no checks.</summary>
static class HaProxy
{
    public static string? Program => Child.Has("haproxy") ? "haproxy" : File.Exists("/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : null;

    public static Child Start(int port, int upstream)
    {
        var file = Path.Combine(Scratch.Fresh("haproxy"), "haproxy.cfg");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            global
              nbthread 1
              maxconn 4096
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1m
              timeout server 1m
            listen web
              bind 127.0.0.1:{port}
              server nginx 127.0.0.1:{upstream}

            """));
        return Child.Start([Program!, "-db", "-f", file], Cores.Measured);
    }
}
