using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Bench;

/// <summary>What openssl itself reaches.</summary>
static partial class OpenSsl
{
    /// <summary>New handshakes one after another, as `openssl s_time` counts them. It verifies no chain and keeps no evidence.</summary>
    public static Side Handshakes(Nginx nginx) => new("openssl s_time -new -tls1_3", () =>
    {
        var watch = Stopwatch.StartNew();
        var said = Child.Run(["openssl", "s_time", "-connect", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{nginx.Https}"), "-new", "-tls1_3", "-time", "2"]);
        // Two lines tell counts: by its own processor time, and by the wall clock in whole seconds; we take the count, and the wall clock from outside.
        var count = double.Parse(Connections().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
        return new(count, watch.Elapsed.TotalSeconds);
    }, static () => null);

    /// <summary>One signature over the same bytes, process start included.</summary>
    public static Side Verify(string folder, string file)
    {
        Child.Run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "peer.key"], folder);
        Child.Run(["openssl", "ec", "-in", "peer.key", "-pubout", "-out", "peer.pub"], folder);
        Child.Run(["openssl", "dgst", "-sha256", "-sign", "peer.key", "-out", "peer.sig", file], folder);
        return Starts.Of("openssl dgst -sha256 -verify", ["openssl", "dgst", "-sha256", "-verify", "peer.pub", "-signature", "peer.sig", file], folder);
    }

    [GeneratedRegex(@"^(\d+) connections in \d+ real seconds", RegexOptions.Multiline)]
    private static partial Regex Connections();
}
