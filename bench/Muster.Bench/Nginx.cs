using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Muster.Probes;

namespace Muster.Bench;

/// <summary>The target of probes: one nginx worker on the first core that answers 200 over plain HTTP and over TLS 1.3 with a P-256 certificate.</summary>
sealed class Nginx : IDisposable
{
    readonly Child _child;

    Nginx(Child child, string folder, int http, int https, int http2) => (_child, Folder, Http, Https, Http2) = (child, folder, http, https, http2);

    public string Folder { get; }
    public int Http { get; }
    public int Https { get; }

    /// <summary>Over TLS, HTTP/2 offered.</summary>
    public int Http2 { get; }

    public static string? Missing() => Program is null ? "nginx is not installed" : null;

    static string? Program => Child.Has("nginx") ? "nginx" : File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : null;

    public static Nginx Start()
    {
        var folder = Scratch.Fresh("nginx");
        var (http, https, http2) = (Ports.Free(), Ports.Free(), Ports.Free());
        using var authority = LoopbackAuthority.Create("Bench root");
        using (var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89)))
        {
            File.WriteAllText(Path.Combine(folder, "leaf.pem"), leaf.ExportCertificatePem());
            using var key = leaf.GetECDsaPrivateKey()!;
            File.WriteAllText(Path.Combine(folder, "leaf.key"), key.ExportPkcs8PrivateKeyPem());
        }

        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.PemOfRoot);
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), Configuration(folder, http, https, http2));
        var child = Child.Start([Program!, "-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", Path.Combine(folder, "errors")], Cores.Target);
        Ports.WaitFor(http);
        Ports.WaitFor(https);
        return new(child, folder, http, https, http2);
    }

    static string Configuration(string folder, int http, int https, int http2) => string.Create(CultureInfo.InvariantCulture, $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        worker_processes 1;
        pid {{folder}}/pid;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          server { listen 127.0.0.1:{{http}}; location / { return 200; } location = /big { root {{folder}}; sendfile on; } }
          server {
            listen 127.0.0.1:{{https}} ssl;
            ssl_protocols TLSv1.3;
            ssl_certificate {{folder}}/leaf.pem;
            ssl_certificate_key {{folder}}/leaf.key;
            ssl_session_tickets off;
            location / { return 200; }
          }
          server {
            listen 127.0.0.1:{{http2}} ssl http2;
            ssl_protocols TLSv1.3;
            ssl_certificate {{folder}}/leaf.pem;
            ssl_certificate_key {{folder}}/leaf.key;
            keepalive_requests 100000000;
            location / { return 200; }
          }
        }
        """);

    public void Dispose() => _child.Dispose();
}
