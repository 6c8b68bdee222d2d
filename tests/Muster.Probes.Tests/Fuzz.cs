namespace Muster.Probes.Tests;

/// <summary>Hurls damaged bytes at a reader. MUSTER_FUZZ sets the number of rounds for a longer run.</summary>
static class Fuzz
{
    public static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("MUSTER_FUZZ"), out var rounds) ? rounds : 20_000;

    /// <param name="share">How many readers share the rounds.</param>
    public static void Damage(byte[][] whole, Action<byte[]> read, int share = 1)
    {
        var random = new Random(20260301);
        for (var round = 0; round < Rounds / share; round++)
        {
            var bytes = (byte[])whole[random.Next(whole.Length)].Clone();
            for (var hits = random.Next(1, 6); hits > 0 && bytes.Length > 0; hits--)
                switch (random.Next(5))
                {
                    case 0: bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); break;
                    case 1: bytes[random.Next(bytes.Length)] = (byte)random.Next(256); break;
                    case 2: bytes = bytes[..random.Next(bytes.Length + 1)]; break;
                    case 3: bytes[random.Next(bytes.Length)] = 0xff; break;
                    default:
                        var at = random.Next(bytes.Length);
                        bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..], .. bytes[at..]];
                        break;
                }

            try { read(bytes); }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException) { Assert.Fail($"round {round}, {Convert.ToHexString(bytes)}: {error}"); }
        }
    }
}
