using System.Security.Cryptography;

namespace Muster.Cli.Tests;

/// <summary>Workspaces whose check comes to a given verdict, and keys for jobs.</summary>
static class Ci
{
    public static Task<Launch> Launch(string verdict) => Tests.Launch.Of(verdict switch
    {
        "GO" => new(),
        "NO-GO" => new() { Expected = false },
        "UNDECIDED" => new() { Controls = "  b.word: { title: Nobody looks }" },
        "HELD" => new() { Gate = ", sign: { architect: 1 }" },
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such workspace"),
    });

    public static string RunnerKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
