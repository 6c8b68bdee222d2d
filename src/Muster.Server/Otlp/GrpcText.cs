using System.Globalization;
using System.Text;

namespace Muster.Server.Otlp;

/// <summary>What gRPC puts into headers and trailers.</summary>
static class GrpcText
{
    /// <summary>Percent-encoded, as <c>grpc-message</c> is.</summary>
    public static string Message(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var part in Encoding.UTF8.GetBytes(text))
        {
            if (part is >= 0x20 and <= 0x7e and not (byte)'%') encoded.Append((char)part);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{part:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>Base64 without padding, as headers that end in <c>-bin</c> are.</summary>
    public static string Binary(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary><c>grpc-timeout</c>: up to eight digits and H, M, S, m, u or n.</summary>
    /// <returns>Null: there is none that can be read.</returns>
    public static TimeSpan? Timeout(string? text)
    {
        if (text is not { Length: >= 2 and <= 9 } || !long.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(count),
            'M' => TimeSpan.FromMinutes(count),
            'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromTicks(count / 100),
            _ => null,
        };
    }
}
