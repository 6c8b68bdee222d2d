using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Cli;

/// <summary>The key that messages are signed with. It is never shown, not even in part.</summary>
sealed class WebhookSecret
{
    const string Prefix = "whsec_";
    const string MakeOne = "make one: printf 'whsec_%s\\n' \"$(openssl rand -base64 32)\"";
    const int Least = 24, Most = 64, LargestFile = 4096;
    readonly byte[] _key;

    WebhookSecret(byte[] key) => _key = key;

    /// <summary><c>whsec_</c> and base64 of 24 to 64 bytes, as receivers' libraries read it; any other text of 24 to 64 bytes is the key itself.</summary>
    /// <exception cref="Refusal">There is none, or it is too short to be one.</exception>
    public static WebhookSecret Open(Host host, string? file)
    {
        var named = file ?? host.Variable("MUSTER_WEBHOOK_SECRET_FILE");
        return Of(named is { Length: > 0 } ? FromFile(host, named) : host.Variable("MUSTER_WEBHOOK_SECRET") is { Length: > 0 } given ? given
            : throw Refusal.Usage("a webhook needs a secret to sign with: without one, anybody could tell its receiver anything", "--webhook-secret-file FILE, MUSTER_WEBHOOK_SECRET_FILE or MUSTER_WEBHOOK_SECRET; " + MakeOne));
    }

    static WebhookSecret Of(string text)
    {
        var key = text.StartsWith(Prefix, StringComparison.Ordinal) ? Decoded(text[Prefix.Length..]) : Encoding.UTF8.GetBytes(text);
        if (key is null) throw Refusal.Usage("the webhook's secret begins with whsec_ and goes on with something that is not base64", MakeOne);
        if (key.Length < Least) throw Refusal.Usage($"the webhook's secret has fewer than {Least} bytes, so it could be guessed", MakeOne);
        return key.Length <= Most ? new(key) : throw Refusal.Usage($"the webhook's secret has more than {Most} bytes, which receivers do not take", "make a shorter one");
    }

    static byte[]? Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    static string FromFile(Host host, string file)
    {
        try
        {
            var path = Path.GetFullPath(file, host.Folder);
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile }) throw Refusal.Usage($"{file} is too large to hold a secret", "one line");
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"the webhook's secret in {file} cannot be read: {cannot.Message}", "name a file that this user may read");
        }
    }

    /// <summary>As Standard Webhooks has it: <c>v1,</c> and base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, signed));
    }
}
