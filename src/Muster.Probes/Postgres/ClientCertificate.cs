using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a client shows to a server that demands a certificate.</summary>
static class ClientCertificate
{
    public static async Task<X509Certificate2?> Read(PostgresAddress address, ProbeContext context, CancellationToken cancel)
    {
        var (certificate, key) = (address.Certificate, address.Key);
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null) throw Given.Wrong("certificate", "and \"key\" go together");
        var pem = await Pem(certificate, context, cancel);
        var secret = key.Contains("PRIVATE KEY", StringComparison.Ordinal) ? key : await Pem(key, context, cancel);
        context.Hide(secret);
        try { return X509Certificate2.CreateFromPem(pem, secret); }
        catch (CryptographicException unread) { throw new Unseen(Blind.Unreadable, $"the client's certificate and key are no such pair in PEM: {unread.Message}", unread); }
    }

    static async Task<string> Pem(string path, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, path, context.MayLeaveFolder);
        if (!File.Exists(place)) throw new Unseen(Blind.NotCapable, $"the file is not there: {path}");
        try { return await File.ReadAllTextAsync(place, cancel); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{path} may not be read by this user"); }
    }
}
