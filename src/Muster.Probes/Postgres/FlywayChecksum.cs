namespace Muster.Probes;

/// <summary>The CRC-32 of a script's lines without what ends them and without a byte order mark, as Flyway writes it into its history.</summary>
static class FlywayChecksum
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static int Of(ReadOnlySpan<byte> script)
    {
        if (script.StartsWith("\uFEFF"u8)) script = script[3..];
        var crc = uint.MaxValue;
        foreach (var one in script)
            if (one is not ((byte)'\r' or (byte)'\n')) crc = Table[(byte)(crc ^ one)] ^ crc >> 8;
        return unchecked((int)~crc);
    }

    static uint Entry(int index)
    {
        var entry = (uint)index;
        for (var bit = 0; bit < 8; bit++) entry = (entry & 1) == 1 ? 0xedb88320 ^ entry >> 1 : entry >> 1;
        return entry;
    }
}
