namespace Muster.Ledger;

/// <summary>
/// One signed word of one person, sealed away from any ledger: a file of one line, the entry that will stand in the ledger byte for byte.
/// </summary>
public static class WordFile
{
    /// <summary>An entry and its line feed.</summary>
    public const int Largest = EntryBytes.Largest + 1;

    public static byte[] Bytes(SealedEntry word) => [.. word.Bytes, (byte)'\n'];

    /// <summary>True if the bytes begin like one; then <see cref="Read"/> says more exactly what is wrong with them.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.Length <= Largest && Line(bytes) is { Length: > 0 } line && Envelope.Read(line) is { } envelope && EntryStatement.Read(envelope.Payload) is not null;

    /// <summary>Never throws, whatever the bytes.</summary>
    public static SealedReading Read(ReadOnlySpan<byte> bytes, Func<string, PublicKey?> keyOf)
    {
        var line = Line(bytes);
        return line.Length + 1 == bytes.Length ? SealedEntry.Read(line, keyOf) : new SealedReading.Bad(LedgerFault.TooLarge, "is not alone in its file, or its line does not end.");
    }

    static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') is >= 0 and var end ? bytes[..end] : bytes;
}
