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
    const long MostFile = 4 * 1024 * 1024;
    static readonly string[] Endings = [".pem", ".crt", ".cer", ".yaml", ".yml"];

    public static List<(string Name, string Path)> Files(IEnumerable<string> names, ProbeContext context)
    {
        var files = new List<(string, string)>();
        foreach (var name in names)
        {
            var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
            if (!Directory.Exists(place)) files.Add((name, place));
            else
                files.AddRange(Directory.EnumerateFiles(place, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.ReparsePoint })
                    .Where(path => Endings.Contains(Path.GetExtension(path).ToLowerInvariant())).Take(MostFiles + 1).Order(StringComparer.Ordinal).Select(path => ($"{name}/{Path.GetRelativePath(place, path)}", path)));
        }

        return files.Count <= MostFiles ? files : throw new Unseen(Blind.TooLarge, $"there are more than {MostFiles} files");
    }

    /// <summary>The certificates in one file, and whether all that it holds of them could be read. A YAML file of something else holds none, and that is all of it; a .pem or .crt is there to hold one.</summary>
    public static async Task<(List<Found> Found, bool Whole)> Read(string name, string path, CancellationToken cancel)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MostFile) return ([], false);
        var bytes = await File.ReadAllBytesAsync(path, cancel);
        return Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" ? Yaml(name, Encoding.UTF8.GetString(bytes)) : Pem(name, Encoding.UTF8.GetString(bytes), bytes);
    }

    static (List<Found> Found, bool Whole) Yaml(string name, string text)
    {
        var (found, whole) = (new List<Found>(), true);
        foreach (var part in ("\n" + text).Split("\n---"))
        {
            Value tree;
            try { tree = FileTree.Read("yaml", Encoding.UTF8.GetBytes(part), name); }
            catch (Unseen)
            {
                whole = false; // What stands in it is not known.
                continue;
            }

            var texts = tree.Fields("stringData").Select(one => (one.Key, Text: one.Value.Text() ?? "")).Concat(tree.Fields("data").Select(one => (one.Key, Text: Decoded(one.Value.Text() ?? "")))).ToList();
            var key = texts.Find(one => one.Key == "tls.key").Text ?? "";
            foreach (var (entry, content) in texts.Where(one => one.Key == "tls.crt" || one.Text.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)))
            {
                var (inside, all) = Pem($"{name} {tree.Text("metadata", "name")} {entry}", entry == "tls.crt" ? content + "\n" + key : content, []);
                found.AddRange(inside);
                whole &= all;
            }
        }

        return (found, whole);
    }

    static string Decoded(string base64)
    {
        try { return Encoding.UTF8.GetString(Convert.FromBase64String(base64)); }
        catch (FormatException) { return base64; } // A ConfigMap's data stands in clear text.
    }

    static (List<Found> Found, bool Whole) Pem(string name, string text, byte[] der)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            if (text.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)) certificates.ImportFromPem(text);
            else if (der.Length > 0) certificates.Add(X509CertificateLoader.LoadCertificate(der));
        }
        catch (CryptographicException) { return ([], false); }
        var key = Key(text);
        return ([.. certificates.Select((one, i) => new Found(certificates.Count > 1 ? $"{name} #{i + 1}" : name, one, i == 0 && key is not null ? one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key) : null))], certificates.Count > 0);
    }

    /// <summary>The public half of the first private key in PEM.</summary>
    static byte[]? Key(string text)
    {
        while (PemEncoding.TryFind(text, out var found))
        {
            if (text[found.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal)) return Public(text[found.Location]);
            text = text[found.Location.End..];
        }

        return null;
    }

    static byte[]? Public(string pem)
    {
        foreach (var make in (Func<AsymmetricAlgorithm>[])[ECDsa.Create, RSA.Create])
        {
            using var key = make();
            try
            {
                key.ImportFromPem(pem);
                return key.ExportSubjectPublicKeyInfo();
            }
            catch (Exception other) when (other is CryptographicException or ArgumentException) { continue; } // A key of the other kind, or one that is encrypted.
        }

        return null;
    }
}
