namespace Muster.Ledger;

/// <summary>Standard base64 with one spelling: the decoder of the base library also takes white space and stray bits in the last digit.</summary>
static class Base64
{
    /// <summary>Null unless the text is exactly what encoding the result gives.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length % 4 != 0) return null;
        var bytes = new byte[ascii.Length / 4 * 3];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(ascii, bytes, out var consumed, out var written) != System.Buffers.OperationStatus.Done || consumed != ascii.Length) return null;
        Array.Resize(ref bytes, written);
        var again = new byte[ascii.Length];
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, again, out _, out var length);
        return length == ascii.Length && again.AsSpan().SequenceEqual(ascii) ? bytes : null;
    }

    public static byte[]? Read(string text) => text.All(char.IsAscii) ? Read(System.Text.Encoding.ASCII.GetBytes(text)) : null;
}
