using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A certificate and where it was found. Whether the key beside it is its own, if there is one.</summary>
sealed record Found(string Where, X509Certificate2 Certificate, bool? KeyFits)
{
    public bool IsAuthority => Certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority);
}

/// <summary>Certificates within files: PEM, DER, and Kubernetes Secrets and the like in YAML, whose data is base64.</summary>
static class Inventory
{
    const int MostFiles = 1000;
    const int MostCertificates = 2000;
    const long MostFile = 4 * 1024 * 1024;
    static readonly string[] Endings = [".pem", ".crt", ".cer", ".yaml", ".yml"];

    public static IEnumerable<(string Name, string Path)> Files(IEnumerable<string> names, ProbeContext context)
    {
        var files = new List<(string, string)>();
        foreach (var name in names)
        {
            var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
            if (Directory.Exists(place))
                files.AddRange(Directory.EnumerateFiles(place, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.ReparsePoint })
                    .Where(path => Endings.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(StringComparer.Ordinal).Select(path => ($"{name}/{Path.GetRelativePath(place, path)}", path)).Take(MostFiles));
            else files.Add((name, place));
        }

        return files.Count <= MostFiles ? files : throw new Unseen(Blind.TooLarge, $"there are more than {MostFiles} files");
    }

    /// <summary>The certificates in one file; empty when there is none.</summary>
    public static async Task<List<Found>> Read(string name, string path, CancellationToken cancel)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MostFile) return [];
        var bytes = await File.ReadAllBytesAsync(path, cancel);
        if (Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml") return [.. Yaml(name, bytes)];
        return [.. Pem(name, Encoding.UTF8.GetString(bytes), bytes)];
    }

    static IEnumerable<Found> Yaml(string name, byte[] bytes)
    {
        foreach (var part in Encoding.UTF8.GetString(bytes).Split("\n---"))
        {
            Value tree;
            try { tree = YamlTree.Read(Encoding.UTF8.GetBytes(part.StartsWith("---", StringComparison.Ordinal) ? part[3..] : part)); }
            catch (Exception unread) when (unread is InvalidOperationException or YamlDotNet.Core.YamlException or FormatException) { continue; } // Another file's syntax: it holds none that can be read.
            var texts = tree.Fields("stringData").Select(one => (one.Key, Text: one.Value.Text() ?? "")).Concat(tree.Fields("data").Select(one => (one.Key, Text: Decoded(one.Value.Text() ?? ""))))
                .ToDictionary(one => one.Key, one => one.Text, StringComparer.Ordinal);
            var key = texts.GetValueOrDefault("tls.key") ?? "";
            foreach (var (entry, text) in texts.Where(one => one.Key != "tls.key" && one.Value.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)))
                foreach (var found in Pem($"{name} {tree.Text("metadata", "name")} {entry}", entry == "tls.crt" ? text + "\n" + key : text, [])) yield return found;
        }
    }

    static string Decoded(string base64)
    {
        try { return Encoding.UTF8.GetString(Convert.FromBase64String(base64)); }
        catch (FormatException) { return base64; } // A ConfigMap's data stands in clear text.
    }

    static List<Found> Pem(string name, string text, byte[] raw)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            if (text.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)) certificates.ImportFromPem(text);
            else if (raw.Length > 0) certificates.Add(X509CertificateLoader.LoadCertificate(raw));
        }
        catch (CryptographicException) { return []; } // None, or one that nobody can read; the caller names the file.
        var key = Key(text);
        return [.. certificates.Take(MostCertificates).Select((one, i) => new Found(certificates.Count > 1 ? $"{name} #{i + 1}" : name, one, i == 0 && key is not null ? one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key) : null))];
    }

    /// <summary>The public half of a private key in PEM.</summary>
    static byte[]? Key(string text)
    {
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) return null;
        foreach (var make in (Func<AsymmetricAlgorithm>[])[ECDsa.Create, RSA.Create])
        {
            using var key = make();
            try
            {
                key.ImportFromPem(KeyOf(text));
                return key.ExportSubjectPublicKeyInfo();
            }
            catch (Exception other) when (other is CryptographicException or ArgumentException) { continue; } // A key of the other kind.
        }

        return null;
    }

    static string KeyOf(string text)
    {
        var end = text.IndexOf("PRIVATE KEY-----", StringComparison.Ordinal);
        var from = text.LastIndexOf("-----BEGIN", end, StringComparison.Ordinal);
        var to = text.IndexOf("-----END", end, StringComparison.Ordinal);
        return from < 0 || to < 0 ? "" : text[from..(text.IndexOf("-----", to + 8, StringComparison.Ordinal) is >= 0 and var last ? last + 5 : text.Length)];
    }
}
