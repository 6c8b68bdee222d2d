using System.Globalization;

namespace Muster.Servers;

/// <summary>A real nginx with ModSecurity and the core rules before an origin on 127.0.0.1.</summary>
public sealed class Firewall : IAsyncDisposable
{
    readonly NginxServer _nginx;
    readonly int _origin;

    Firewall(NginxServer nginx, int port, int origin) => (_nginx, Port, _origin) = (nginx, port, origin);

    public int Port { get; }

    /// <param name="engine">On, DetectionOnly or Off, as SecRuleEngine takes it.</param>
    public static async Task<Firewall> Start(int origin, string engine, CancellationToken cancel)
    {
        var port = Ports.Free();
        var nginx = await NginxServer.Start("", cancel, "load_module /usr/lib/nginx/modules/ngx_http_modsecurity_module.so;");
        var firewall = new Firewall(nginx, port, origin);
        try { await firewall.Set(engine, cancel); }
        catch
        {
            await firewall.DisposeAsync();
            throw;
        }

        return firewall;
    }

    /// <summary>The same rules, enforced or not; in force when this is done.</summary>
    public async Task Set(string engine, CancellationToken cancel, string more = "")
    {
        _nginx.Write("rules.conf", $"""
            SecRuleEngine {engine}
            SecRequestBodyAccess On
            SecAuditEngine Off
            Include /etc/modsecurity/crs/crs-setup.conf
            Include /usr/share/modsecurity-crs/rules/*.conf
            {more}

            """);
        await _nginx.Reload(string.Create(CultureInfo.InvariantCulture, $$"""
              server {
                listen 127.0.0.1:{{Port}};
                modsecurity on; modsecurity_rules_file {{_nginx.PathOf("rules.conf")}};
                location / { proxy_pass http://127.0.0.1:{{_origin}}; proxy_set_header Host $host; }
              }
            """), cancel);
    }

    public ValueTask DisposeAsync() => _nginx.DisposeAsync();
}
