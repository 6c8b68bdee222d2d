namespace Muster.Probes.Load;

/// <summary>Reads <c>http</c>: how connections are made and used.</summary>
static class WiringReader
{
    public static Wiring Read(FormKeys plan, TargetRead target)
    {
        var wiring = new Wiring { Trust = target.Trust };
        if (plan.Inner("http") is not { } keys) return wiring;
        wiring = wiring with
        {
            HttpVersion = keys.Word("version", "1.1", "2") ?? wiring.HttpVersion,
            Reuse = keys.Word("reuse", "always", "iteration", "never") switch { "iteration" => Reuse.Iteration, "never" => Reuse.Never, _ => Reuse.Always },
            ResumeTls = keys.Truth("tls_resume", wiring.ResumeTls),
            Compression = keys.Truth("compression"),
            ConnectTimeout = keys.Duration("connect_timeout", TimeSpan.FromMinutes(10)) ?? wiring.ConnectTimeout,
        };
        keys.Done("http");
        return wiring;
    }
}
