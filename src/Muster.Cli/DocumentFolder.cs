using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The files that a document may include: those in its own folder, links that lead out of it not followed.</summary>
sealed class DocumentFolder(string root)
{
    const int LargestFile = 2 << 20;
    const int LargestKey = 16 * 1024;

    readonly List<PublicKey> _keys = [];

    /// <summary>The public keys among what was fetched: those that the document names for its people.</summary>
    public IReadOnlyList<PublicKey> Keys => _keys;

    public Fetched Fetch(string path)
    {
        var full = Path.GetFullPath(Path.Combine(root, path));
        if (!Inside(full)) return new Fetched.Unreadable("it leads out of the document's folder");
        try
        {
            if (Directory.Exists(full))
                return new Fetched.Folder([.. Directory.EnumerateFileSystemEntries(full).Take(2_000).Select(entry => Path.GetFileName(entry)!).Order(StringComparer.Ordinal)]);
            var file = new FileInfo(full);
            if (!file.Exists) return new Fetched.Missing();
            if (file.ResolveLinkTarget(returnFinalTarget: true) is { } real && !Inside(real.FullName)) return new Fetched.Unreadable("it is a link that leads out of the document's folder");
            if (file.Length > LargestFile) return new Fetched.TooLarge();
            var bytes = File.ReadAllBytes(full);
            if (bytes.Length <= LargestKey && PublicKey.FromText(System.Text.Encoding.UTF8.GetString(bytes)) is { } key) _keys.Add(key);
            return new Fetched.File(bytes);
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            return new Fetched.Unreadable(cannot.Message);
        }
    }

    bool Inside(string full) => full == root || full.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal);
}
