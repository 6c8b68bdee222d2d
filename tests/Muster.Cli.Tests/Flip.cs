namespace Muster.Cli.Tests;

static class Flip
{
    /// <summary>One bit within the last signed payload of a log.</summary>
    public static void Payload(string log)
    {
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.AsSpan().LastIndexOf("payload\""u8) + 30] ^= 4;
        File.WriteAllBytes(log, bytes);
    }
}
