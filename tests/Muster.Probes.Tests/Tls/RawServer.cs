namespace Muster.Probes.Tests.Tls;

/// <summary>Servers made of bytes.</summary>
static class RawServer
{
    /// <summary>Answers every hello as a server would that knows only this version: with its ServerHello to it, and with the alert protocol_version to any other.</summary>
    public static Func<Stream, CancellationToken, Task> OldAlone(ushort version) => async (stream, stop) =>
    {
        var hello = new byte[4096];
        var got = await stream.ReadAsync(hello, stop);
        if (got < 11) return;
        var offers = (ushort)(hello[9] << 8 | hello[10]);
        await stream.WriteAsync(offers == version ? ServerHello(version) : [21, 3, 1, 0, 2, 2, 70], stop);
        // Reads until the other side is done, so that its last bytes do not meet a closed socket and come back as a reset.
        while (await stream.ReadAsync(hello, stop) > 0) continue;
    };

    public static byte[] ServerHello(ushort version, params ReadOnlySpan<byte> extensions)
    {
        byte[] body = [(byte)(version >> 8), (byte)version, .. new byte[32], 0, 0, 0x2f, 0, .. extensions.Length == 0 ? [] : (byte[])[0, (byte)extensions.Length, .. extensions]];
        byte[] handshake = [2, 0, 0, (byte)body.Length, .. body];
        return [22, 3, 1, 0, (byte)handshake.Length, .. handshake];
    }
}
